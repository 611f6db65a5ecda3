/** Log-in by SMS code: the right code, then the session in the batch that uses it up. */
import type { Result } from '../answers.ts';
import type { Ledger } from '../db/ledger.ts';
import type { CodeStore } from '../sms/codes.ts';
import { redeemForOwner, withCode } from '../sms/redeem.ts';
import { recordEvent } from '../users/events.ts';
import { endReplaced, type NewSession, startSession } from './sessions.ts';

/** Starts `session` for the owner of the mobile. */
export function logInByCode(
  ledger: Ledger,
  codes: CodeStore,
  { mobile, code }: { mobile: string; code: string },
  session: NewSession,
): Promise<Result<{ userId: number }>> {
  return withCode(ledger, codes, { mobile, purpose: 'login' }, code, (issue) =>
    redeemForOwner(ledger, issue, 'login_store_failed', (owner) => [
      startSession(ledger, session, owner),
      endReplaced(ledger, session),
      recordEvent(ledger, 'logged_in', owner),
    ]),
  );
}
