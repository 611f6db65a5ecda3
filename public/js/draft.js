/** What survives a reload in this tab: the number, what is waited for, and the way one wanted to go. Never a secret. */
import { load, store } from './storage.js';

const kept = load('sessionStorage', 'draft') ?? {};

export const draft = {
  /** The mobile being signed up or logged in, as typed. */
  mobile: String(kept.mobile ?? ''),
  /** The purpose for which this tab has seen a code being sent to it, or nothing. */
  sentFor: String(kept.sentFor ?? ''),
  /** When it was (ms since 1970). */
  sentAt: Number(kept.sentAt ?? 0),
  /**
   * `{ since, until, errno }` (ms since 1970, and what the service said) of what is waited for, by what it is about: a
   * mobile, its password, or a form.
   */
  pauses: { ...kept.pauses },
  /** The view to open after the log-in, or nothing. */
  wanted: String(kept.wanted ?? ''),
};

export function keep(changes) {
  store('sessionStorage', 'draft', Object.assign(draft, changes));
}
