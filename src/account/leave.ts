/**
 * Leaving: the account, its sessions, its events and its codes are gone at once, and the mobile can sign up again. The
 * ledger's rows stay until their windows end, so that leaving is no way around the caps.
 */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import type { Result } from '../answers.ts';
import { decideBatch, type Ledger, selectRow } from '../db/ledger.ts';
import { securityEvents, sessions, users } from '../db/schema.ts';
import { type Principal, whileLoggedIn } from '../sessions/sessions.ts';
import { clearTries, type TrySubjects } from '../sessions/tries.ts';
import { withPassword } from '../sessions/with-password.ts';
import type { CodeStore } from '../sms/codes.ts';
import { endCodes, redemption, withCode } from '../sms/redeem.ts';
import type { PasswordPolicy } from '../users/password.ts';

/** Deletes the account of whoever is logged in and knows the password. */
export function leaveByPassword(
  ledger: Ledger,
  passwords: PasswordPolicy,
  principal: Principal,
  password: string,
  subjects: TrySubjects,
): Promise<Result> {
  const credentials = { mobile: principal.user.mobile, password };
  return withPassword(ledger, passwords, credentials, subjects, 'password_wrong', async (owner) => {
    const cleared = clearTries(ledger, subjects);
    const gone = await remove(ledger, principal, cleared, owner.unchanged, isGone(principal));
    return { verdict: gone ? 'ok' : 'password_wrong' };
  });
}

/** Deletes the account of whoever is logged in and has a code for `delete`. */
export function leaveByCode(
  ledger: Ledger,
  codes: CodeStore,
  principal: Principal,
  code: string,
): Promise<Result> {
  const { tokenHash, user } = principal;
  const errand = { mobile: user.mobile, purpose: 'delete', tokenHash } as const;
  return withCode(ledger, codes, errand, code, async (issue) => {
    const { ours, redeem } = redemption(ledger, issue);
    const done = await remove(ledger, principal, [redeem], ours, ours);
    return { verdict: done ? 'ok' : 'code_expired' };
  });
}

const isGone = ({ user }: Principal) =>
  sql<number>`not exists (select 1 from ${users} where ${eq(users.id, user.id)})`;

/**
 * Runs `before`, and deletes the account where `guard` holds. What follows is guarded by its being gone. Whether
 * `done` holds then.
 */
function remove(
  ledger: Ledger,
  principal: Principal,
  before: readonly [BatchItem<'sqlite'>, ...BatchItem<'sqlite'>[]],
  guard: SQL,
  done: SQL<number>,
): Promise<boolean> {
  const { db } = ledger;
  const { id, mobile } = principal.user;
  const gone = isGone(principal);
  const verdict = selectRow(db, { done });
  const owner = and(whileLoggedIn(ledger, principal), guard);
  // Or they would open the next account of the mobile.
  const end = endCodes(ledger, mobile, sql`exists (select 1 from ${users} where ${owner})`);
  const deletion = db.delete(users).where(owner);
  const endAll = db.delete(sessions).where(and(eq(sessions.userId, id), gone));
  const forget = db.delete(securityEvents).where(and(eq(securityEvents.userId, id), gone));
  const statements = [...before, end, deletion, endAll, forget] as const;
  return decideBatch(ledger, 'user_unsaved', statements, verdict, (row, recalled) => {
    if (recalled && !row.done) throw new Error('the batch did not happen');
    return row.done === 1;
  });
}
