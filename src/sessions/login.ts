/** Log-in by password: prove it, then start the session, forgive the address and replace a hash that is behind. */
import { and, not, sql } from 'drizzle-orm';
import type { Result } from '../answers.ts';
import { decideBatch, type Ledger, selectRow } from '../db/ledger.ts';
import { users } from '../db/schema.ts';
import { forgetSurplus, recordEvent } from '../users/events.ts';
import { hashPassword, type PasswordPolicy } from '../users/password.ts';
import { isBlocked } from '../users/standing.ts';
import {
  endReplaced,
  endSurplus,
  type NewSession,
  sessionExists,
  startSession,
} from './sessions.ts';
import { clearTries, type TrySubjects } from './tries.ts';
import { type Credentials, type Owner, withPassword } from './with-password.ts';

/** Starts `session` for the owner of the credentials. An unknown mobile and a wrong password are one answer. */
export function logIn(
  ledger: Ledger,
  policy: PasswordPolicy,
  credentials: Credentials,
  subjects: TrySubjects,
  session: NewSession,
): Promise<Result<{ userId: number }>> {
  return withPassword(ledger, policy, credentials, subjects, 'login_wrong', async (owner) => {
    const { mobile, password } = credentials;
    const rehashed = owner.outdated ? await hashPassword(policy, password) : null;
    return openSession(ledger, mobile, { ...owner, rehashed }, session, subjects);
  });
}

/** Refuses a blocked mobile only now: a wrong password is answered as for anybody else. */
function openSession(
  ledger: Ledger,
  mobile: string,
  user: Owner & { rehashed: string | null },
  session: NewSession,
  subjects: TrySubjects,
): Promise<Result<{ userId: number }>> {
  const { db } = ledger;
  const blocked = isBlocked(mobile);
  const owner = and(user.unchanged, not(blocked));
  const verdict = selectRow(db, { started: sessionExists(session.tokenHash), blocked });
  const { rehashed } = user;
  const rehash =
    rehashed === null ? [] : [db.update(users).set({ passwordHash: rehashed }).where(owner)];
  const statements = [
    startSession(ledger, session, sql`${owner}`),
    recordEvent(ledger, 'logged_in', sql`${owner}`),
    ...rehash,
    endReplaced(ledger, session),
    ...clearTries(ledger, subjects),
    endSurplus(ledger, session),
    forgetSurplus(ledger),
  ] as const;
  return decideBatch(ledger, 'login_store_failed', statements, verdict, (row, recalled) => {
    if (row.started) return { verdict: 'ok', userId: user.userId };
    if (row.blocked) return { verdict: 'user_blocked' };
    if (recalled) throw new Error('the batch did not happen');
    // The password was changed, or the user deleted, while it was being checked.
    return { verdict: 'login_wrong' };
  });
}
