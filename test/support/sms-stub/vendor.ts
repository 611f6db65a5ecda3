/** What the stub needs of each vendor it plays. */
import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface Incoming {
  method: string;
  /** Path and query, as on the wire. */
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Answer {
  status: number;
  body: string;
}

export interface Ask {
  mobile: string;
  code: string;
  problems: string[];
}

export interface StubVendor {
  recognises: (request: Incoming) => boolean;
  /** Checks everything that the vendor would, by this file's own sums. */
  read: (request: Incoming) => Ask;
  sent: () => Answer;
  refused: (code: string) => Answer;
  /** The code that a vendor has for a signature that is wrong. */
  badSignature: string;
}

export const hash = (algorithm: 'sha256' | 'md5', text: string | Buffer) =>
  createHash(algorithm).update(text).digest('hex');

export const mac = (key: string | Buffer, text: string | Buffer) =>
  createHmac('sha256', key).update(text).digest();

export const header = ({ headers }: Incoming, name: string): string => {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
};

/** Collects complaints. */
export function inspector() {
  const problems: string[] = [];
  return {
    problems,
    expect: (right: boolean, complaint: string) => {
      if (!right) problems.push(complaint);
    },
  };
}

export const json = (status: number, body: unknown): Answer => ({
  status,
  body: JSON.stringify(body),
});

/** A parsed object, or an empty one. */
export function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
