/**
 * One question to a vendor: posted once, no redirect followed, the answer bounded and distrusted. What an HTTP
 * status says by itself is decided here; what a vendor's code says, in the vendor's file.
 */
import * as z from 'zod/mini';
import type { SendResult } from './provider.ts';

/** What a vendor needs of the world. Tests bring their own, and so reproduce a request to the byte. */
export interface Tools {
  /** Unix milliseconds. */
  now: () => number;
  /** A text that no other request carries. */
  nonce: () => string;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Web Crypto has it in Workers alone: elsewhere it must be brought along. */
  md5: (bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>;
}

export const TOOLS: Tools = {
  now: () => Date.now(),
  nonce: () => crypto.randomUUID(),
  fetch: (url, init) => fetch(url, init),
  md5: (bytes) => crypto.subtle.digest('MD5', bytes),
};

/** A vendor's answer is a few hundred bytes, an error page of a proxy some kilobytes. */
export const ANSWER_LIMIT_BYTES = 64 * 1024;

interface Question {
  headers: Record<string, string>;
  body?: string;
}

export interface Reply<T> {
  status: number;
  answer: T | undefined;
}

/** Posts, and returns the answer with its body unread. Rejects when there is none; 3xx is an answer. */
export async function post(
  tools: Tools,
  url: string,
  question: Question,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await tools.fetch(url, { ...question, method: 'POST', redirect: 'manual', signal });
  } catch {
    // A runtime's own message may quote the URL, and a URL may hold a signature.
    throw new Error('the connection failed');
  }
}

/** Posts and reads: the status, and what `schema` finds in the JSON (nothing, if it is anything else). */
export async function exchange<T>(
  tools: Tools,
  url: string,
  question: Question,
  schema: z.ZodMiniType<T>,
  signal: AbortSignal,
): Promise<Reply<T>> {
  const response = await post(tools, url, question, signal);
  const parsed = schema.safeParse(jsonOf(await readBounded(response)));
  return { status: response.status, answer: parsed.data };
}

async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > ANSWER_LIMIT_BYTES) return ''; // leaving the loop cancels the rest
      text += decoder.decode(chunk, { stream: true });
    }
  } catch {
    throw new Error('the connection broke');
  }
  return text + decoder.decode();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const succeeded = (status: number) => status >= 200 && status < 300;

/** Whether what the answer says can be taken as said: redirects and 5xx may come from anybody in between. */
export const isVerdict = (status: number) => succeeded(status) || (status >= 400 && status < 500);

/** What a status alone means: 4xx is a refusal; a redirect, a 5xx and a success without sense may have sent. */
export function resultOfStatus(status: number): SendResult {
  if (status < 400 || status > 499) return unknown(`HTTP ${status}, not understood`);
  return { outcome: 'refused', vendorCode: `HTTP-${status}`, because: 'account' };
}

/** What a vendor's word that it accepted the message means: nothing with a status that says otherwise. */
export const accepted = (status: number, vendorId: string | undefined): SendResult =>
  succeeded(status) ? { outcome: 'sent', vendorId } : unknown(`HTTP ${status} with a success`);

export const unknown = (why: string): SendResult => ({ outcome: 'unknown', why });

/** A refusal. Codes that are not of the number are of the account: a vendor invents new ones for its own rules. */
export function refused(vendorCode: string, numberCodes: ReadonlySet<string>): SendResult {
  const because = numberCodes.has(vendorCode) ? 'number' : 'account';
  return { outcome: 'refused', vendorCode, because };
}
