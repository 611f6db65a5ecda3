/** Log-in by password: reserve a try, do the same work whoever it is, then start the session and clear the tries. */
import { and, eq, sql } from 'drizzle-orm';
import { Fault } from '../answers.ts';
import { decide, type Ledger, named, verdictOf } from '../db/ledger.ts';
import { users } from '../db/schema.ts';
import { hashPassword, type PasswordPolicy, verifyPassword } from '../users/password.ts';
import { endReplaced, type NewSession, sessionExists, startSession } from './sessions.ts';
import {
  clearTries,
  reservation,
  reserveTry,
  returnTry,
  returnTryIfReserved,
  type TrySubjects,
} from './tries.ts';

export type LoginVerdict =
  | { verdict: 'ok'; userId: number }
  | { verdict: 'login_wrong' }
  | { verdict: 'login_exhausted'; retryAfterMs: number };

export interface Credentials {
  mobile: string;
  password: string;
}

/** Starts `session` for the owner of the credentials. An unknown mobile and a wrong password are one answer. */
export async function logIn(
  ledger: Ledger,
  policy: PasswordPolicy,
  credentials: Credentials,
  subjects: TrySubjects,
  session: NewSession,
): Promise<LoginVerdict> {
  const reserved = await reserve(ledger, credentials.mobile, subjects);
  if (reserved.verdict !== 'reserved') return reserved;
  const { userId, passwordHash } = reserved;
  try {
    const { password } = credentials;
    const { right, outdated } = await verifyPassword(policy, password, passwordHash);
    if (!right || userId === null || passwordHash === null) return { verdict: 'login_wrong' };
    const rehashed = outdated ? await hashPassword(policy, password) : passwordHash;
    const user = { userId, passwordHash, rehashed };
    const started = await openSession(ledger, user, session, subjects);
    return started ? { verdict: 'ok', userId } : { verdict: 'login_wrong' };
  } catch (error) {
    await returnTry(ledger, subjects);
    throw error instanceof Fault ? error : new Fault('login_store_failed', error);
  }
}

type Reserved = { verdict: 'reserved'; userId: number | null; passwordHash: string | null };

async function reserve(
  ledger: Ledger,
  mobile: string,
  subjects: TrySubjects,
): Promise<Reserved | Extract<LoginVerdict, { verdict: 'login_exhausted' }>> {
  const { db, now, requestId } = ledger;
  const [here, anywhere] = reserveTry(ledger, subjects);
  const verdict = db
    .select({
      ...reservation(ledger, subjects),
      userId: users.id,
      passwordHash: users.passwordHash,
    })
    .from(sql`(select 1)`)
    .leftJoin(users, eq(users.mobile, mobile));
  const row = await decide(
    ledger,
    'login_store_failed',
    async () => verdictOf((await db.batch([here, anywhere, verdict]))[2]),
    async () => verdictOf(await verdict),
  ).catch(async (fault: unknown) => {
    await returnTryIfReserved(ledger, subjects);
    throw fault;
  });
  const { reservedBy, hereUntil, anywhereUntil, ...user } = row;
  if (reservedBy === requestId) return { verdict: 'reserved', ...user };
  const until = Math.max(hereUntil ?? 0, anywhereUntil ?? 0);
  if (until === 0) throw new Fault('login_store_failed', new Error('the try was not reserved'));
  return { verdict: 'login_exhausted', retryAfterMs: until - now };
}

/** False when the password was changed, or the user deleted, while it was being checked. */
async function openSession(
  ledger: Ledger,
  user: { userId: number; passwordHash: string; rehashed: string },
  session: NewSession,
  subjects: TrySubjects,
): Promise<boolean> {
  const { db } = ledger;
  const owner = and(eq(users.id, user.userId), eq(users.passwordHash, user.passwordHash));
  const started = db
    .select(named({ started: sessionExists(session.tokenHash) }))
    .from(sql`(select 1)`);
  const rehash = db
    .update(users)
    .set({ passwordHash: user.rehashed })
    .where(and(owner, sql`${user.rehashed} <> ${user.passwordHash}`));
  const verdict = await decide(
    ledger,
    'login_store_failed',
    async () => {
      const start = startSession(ledger, session, sql`${owner}`);
      const replaced = endReplaced(ledger, session);
      const results = await db.batch([
        start,
        rehash,
        replaced,
        ...clearTries(ledger, subjects),
        started,
      ]);
      return verdictOf(results[5]);
    },
    async () => {
      const found = verdictOf(await started);
      if (!found.started) throw new Error('the batch did not happen');
      return found;
    },
  );
  return Boolean(verdict.started);
}
