import type { SmsProvider } from '../provider.ts';

/** Sends nothing: the code is in the terminal, on the development line. Production refuses it. */
export function consoleProvider(): SmsProvider {
  return { name: 'console', send: async () => ({ outcome: 'sent' }) };
}
