/** What the stub can be told to do, and what it tells. Shared by the server and the tests that talk to it. */
export const VENDORS = ['yuntongxun', 'aliyun', 'tencent', 'twilio', 'webhook'] as const;
export type VendorName = (typeof VENDORS)[number];

export type Behaviour =
  | { does: 'send' }
  /** Refuses in the vendor's own words. */
  | { does: 'refuse'; code: string }
  /** Any answer at all. `<mobile>` and `<code>` in it become those of the request. */
  | { does: 'answer'; status: number; body: string }
  /** `hang`: no answer. `slow`: the body never ends. `huge`: a success of 1 MB. `cut`: the body breaks off. */
  | { does: 'hang' | 'reset' | 'slow' | 'huge' | 'cut' | 'redirect' };

export type Behaviours = Partial<Record<VendorName, Behaviour>>;

/** A request as it arrived. `problems` is what a strict vendor would have complained about. */
export interface Received {
  vendor: VendorName;
  mobile: string;
  code: string;
  problems: string[];
  /** Path and query, as on the wire. */
  path: string;
  headers: Record<string, string>;
  body: string;
}
