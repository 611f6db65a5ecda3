/** A vendor's module without a network: what it asks under a fixed clock, and what it makes of an answer. */
import { expect } from 'vitest';
import type { ProviderName } from '../../src/config.ts';
import { type Tools, TOOLS } from '../../src/sms/exchange.ts';
import type { SmsMessage } from '../../src/sms/provider.ts';
import { providerOf } from '../../src/sms/providers.ts';
import { settingsFor } from '../support/sms-stub/accounts.ts';

export const MESSAGE: SmsMessage = {
  mobile: '13800138000',
  code: '012345',
  minutes: 5,
  purpose: 'signup',
  text: '012345',
  sendId: 'send-id-1',
};

export interface Asked {
  url: string;
  method: string | undefined;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string | undefined;
}

interface World {
  seconds?: number;
  nonce?: string;
  reply?: { status: number; body: string };
  message?: Partial<SmsMessage>;
}

/** The one request of one `send`, and its result. */
export async function sendBy(
  name: ProviderName,
  settings: Record<string, string>,
  { seconds = 1_719_822_605, nonce = 'nonce', reply, message = {} }: World = {},
) {
  const asked: Asked[] = [];
  const tools: Tools = {
    ...TOOLS,
    now: () => seconds * 1000 + 999, // a clock is never at a whole second
    nonce: () => nonce,
    fetch: async (url, init) => {
      expect(init.redirect).toBe('manual');
      const headers = Object.fromEntries(new Headers(init.headers));
      asked.push({
        url,
        method: init.method,
        headers,
        body: typeof init.body === 'string' ? init.body : undefined,
      });
      return new Response(reply?.body ?? '', { status: reply?.status ?? 200 });
    },
  };
  const provider = providerOf(name, settings, tools);
  if (!provider.ok) throw new Error(provider.problems.join('; '));
  const signal = new AbortController().signal;
  const result = await provider.value.send({ ...MESSAGE, ...message }, signal);
  const [request, ...more] = asked;
  expect(more).toEqual([]);
  if (request === undefined) throw new Error('nothing was asked');
  return { request, result };
}

/** What a vendor's module makes of an answer. */
export async function resultOf(name: ProviderName, status: number, body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const settings = settingsFor('http://127.0.0.1:1');
  return (await sendBy(name, settings, { reply: { status, body: text } })).result;
}

export const refusedBy = (vendorCode: string, because: 'number' | 'account') => ({
  outcome: 'refused',
  vendorCode,
  because,
});

/** Those of ours that are in the SDK's request too. */
export const only = (headers: Record<string, string>, names: string[]) =>
  Object.fromEntries(names.map((name) => [name, headers[name]]));
