/** How a test tells the stub what to do, and asks what it received. */
import { inject } from 'vitest';
import type { Behaviours, Received } from './behaviour.ts';

declare module 'vitest' {
  interface ProvidedContext {
    smsStub: string;
  }
}

export const stubOrigin = () => inject('smsStub');

/** What each vendor shall do with messages to this mobile from now on. */
export async function tellStub(mobile: string, behaviours: Behaviours): Promise<void> {
  const body = JSON.stringify(behaviours);
  await (await fetch(`${stubOrigin()}/control/${mobile}`, { method: 'PUT', body })).text();
}

/** Every message to this mobile that has reached the stub, the oldest first. */
export async function receivedBy(mobile: string): Promise<Received[]> {
  const response = await fetch(`${stubOrigin()}/control/${mobile}`);
  return (await response.json()) as Received[];
}
