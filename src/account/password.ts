/** A new password for an account: by SMS code when the old one is lost, else by the old one. Both end sessions. */
import { and, eq, sql } from 'drizzle-orm';
import type { Result } from '../answers.ts';
import type { Ledger } from '../db/ledger.ts';
import { sessions, users } from '../db/schema.ts';
import {
  endOthers,
  endReplaced,
  type NewSession,
  type Principal,
  startSession,
  whileLoggedIn,
} from '../sessions/sessions.ts';
import { clearTries, forgiveTries, type TrySubjects } from '../sessions/tries.ts';
import { withPassword } from '../sessions/with-password.ts';
import type { CodeStore } from '../sms/codes.ts';
import type { Issue } from '../sms/issues.ts';
import { endCodes, redeemForOwner, withCode } from '../sms/redeem.ts';
import { hashPassword, type PasswordPolicy } from '../users/password.ts';
import type { CodeForm } from '../users/register.ts';
import { changeAccount, recordEvent } from '../users/events.ts';

/**
 * Sets the password for whoever has the code, ends every session of the account and every other code for it, and starts
 * `session`. What failed with the old password is forgiven.
 */
export function resetPassword(
  ledger: Ledger,
  codes: CodeStore,
  passwords: PasswordPolicy,
  { mobile, code, password }: CodeForm,
  subjects: TrySubjects,
  session: NewSession,
): Promise<Result<{ userId: number }>> {
  return withCode(ledger, codes, { mobile, purpose: 'reset' }, code, async (issue) =>
    setPassword(ledger, issue, await hashPassword(passwords, password), subjects, session),
  );
}

function setPassword(
  ledger: Ledger,
  issue: Issue,
  passwordHash: string,
  subjects: TrySubjects,
  session: NewSession,
) {
  const { db } = ledger;
  return redeemForOwner(ledger, issue, 'user_unsaved', (owner) => [
    recordEvent(ledger, 'password_reset', owner),
    db.update(users).set(newPassword(ledger, passwordHash)).where(owner),
    db
      .delete(sessions)
      .where(sql`${sessions.userId} in (select ${users.id} from ${users} where ${owner})`),
    startSession(ledger, session, owner),
    endReplaced(ledger, session), // it may be somebody else's
    forgiveTries(ledger, subjects, owner),
    endCodes(ledger, issue.mobile, sql`exists (select 1 from ${users} where ${owner})`),
  ]);
}

const newPassword = ({ now }: Ledger, passwordHash: string) => ({
  passwordHash,
  passwordVersion: sql`${users.passwordVersion} + 1`,
  updatedAt: now,
});

export interface PasswordChange {
  old: string;
  new: string;
}

/** Sets the password of whoever is logged in and knows the old one, and ends the other sessions and the codes. */
export function changePassword(
  ledger: Ledger,
  passwords: PasswordPolicy,
  principal: Principal,
  change: PasswordChange,
  subjects: TrySubjects,
): Promise<Result> {
  const { db } = ledger;
  const credentials = { mobile: principal.user.mobile, password: change.old };
  return withPassword(ledger, passwords, credentials, subjects, 'password_wrong', async (owner) => {
    const passwordHash = await hashPassword(passwords, change.new);
    const changed = await changeAccount(
      ledger,
      {
        kind: 'password_changed',
        owner: sql`${and(whileLoggedIn(ledger, principal), owner.unchanged)}`,
        reason: 'user_unsaved',
      },
      (recorded) => [
        db
          .update(users)
          .set(newPassword(ledger, passwordHash))
          .where(and(eq(users.id, owner.userId), recorded)),
        endOthers(ledger, principal, recorded),
        endCodes(ledger, principal.user.mobile, recorded),
        ...clearTries(ledger, subjects),
      ],
    );
    // Meanwhile the password was changed, which is this, or the session was ended, which the next request is told.
    return { verdict: changed ? 'ok' : 'password_wrong' };
  });
}
