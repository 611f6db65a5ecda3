/** What a vendor is to the rest of the service. Vendors know only this file and the tools beside it. */
import type { ProviderName } from '../config.ts';
import type { Purpose } from './purpose.ts';

export interface SmsMessage {
  /** Eleven digits, no country code. */
  mobile: string;
  /** Six digits. */
  code: string;
  /** How long the code lives, a whole number. */
  minutes: number;
  purpose: Purpose;
  /** The whole SMS in the user's language, for vendors that take a text and no template. */
  text: string;
  /** One per SMS, the same for every vendor asked: for those that can deduplicate. */
  sendId: string;
}

export type SendResult =
  | { outcome: 'sent'; vendorId?: string | undefined }
  /**
   * The vendor certainly did not send. `number`: it will not send to this mobile, and no other vendor is asked.
   * `account`: our account, template or quota is the trouble, and another vendor may do better.
   */
  | { outcome: 'refused'; vendorCode: string; because: 'number' | 'account' }
  /** No answer, or none that can be understood: the message may be under way. */
  | { outcome: 'unknown'; why: string };

export interface SmsProvider {
  name: ProviderName;
  /** What it is asked with, as it is set. Whatever it answers, they stay out of the log. */
  secrets?: readonly string[];
  /** May throw or abort with `signal`: that is an unknown outcome. Never retries. */
  send(message: SmsMessage, signal: AbortSignal): Promise<SendResult>;
}
