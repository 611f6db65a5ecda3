/** What survives a reload in this tab: the number, and until when no other code can be sent. Never a secret. */
import { load, store } from './storage.js';

const kept = load('sessionStorage', 'draft') ?? {};

export const draft = {
  /** The mobile being signed up or logged in, as typed. */
  mobile: String(kept.mobile ?? ''),
  /** Whether this tab has seen a code being sent to it. */
  sent: kept.sent === true,
  /** The mobile that has to wait, and until when (ms since 1970). */
  waits: String(kept.waits ?? ''),
  until: Number(kept.until) || 0,
};

export function keep(changes) {
  store('sessionStorage', 'draft', Object.assign(draft, changes));
}
