/** Log-in by SMS code: the right code, then the session in the batch that uses it up. */
import type { Refusal } from '../answers.ts';
import type { Ledger } from '../db/ledger.ts';
import { redeemForOwner, withCode } from '../sms/redeem.ts';
import type { SmsService } from '../sms/send.ts';
import { recordEvent } from '../users/events.ts';
import { endReplaced, type NewSession, startSession } from './sessions.ts';

/** Starts `session` for the owner of the mobile. */
export function logInByCode(
  sms: Pick<SmsService, 'kv' | 'keys'>,
  ledger: Ledger,
  { mobile, code }: { mobile: string; code: string },
  session: NewSession,
): Promise<{ verdict: 'ok'; userId: number } | Refusal> {
  return withCode(sms, ledger, { mobile, purpose: 'login' }, code, (issue) =>
    redeemForOwner(ledger, issue, 'login_store_failed', (owner) => [
      startSession(ledger, session, owner),
      endReplaced(ledger, session),
      recordEvent(ledger, 'logged_in', owner),
    ]),
  );
}
