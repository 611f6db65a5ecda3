/**
 * The one way a password is proved: reserve a try, do the same work whoever it is, then act. The try is given back
 * after any fault; success clears the tries in the batch that acts (`clearTries`).
 */
import { eq, type SQL, sql } from 'drizzle-orm';
import { Fault, type Refusal } from '../answers.ts';
import { decideBatch, type Ledger } from '../db/ledger.ts';
import { users } from '../db/schema.ts';
import { type PasswordPolicy, verifyPassword } from '../users/password.ts';
import { noteTry } from '../users/events.ts';
import {
  isReserved,
  reservation,
  reserveTry,
  returnTry,
  returnTryIfReserved,
  type TrySubjects,
} from './tries.ts';

export interface Credentials {
  mobile: string;
  password: string;
}

/** Whose password it was. */
export interface Owner {
  userId: number;
  /** The condition on `users` that picks the account while this is its password, however it is hashed meanwhile. */
  unchanged: SQL;
  /** Whether the hash is behind the policy. */
  outdated: boolean;
}

/** Does `act` for the owner of the credentials. An unknown mobile and a wrong password are one answer, `wrong`. */
export async function withPassword<T>(
  ledger: Ledger,
  policy: PasswordPolicy,
  { mobile, password }: Credentials,
  subjects: TrySubjects,
  wrong: 'login_wrong' | 'password_wrong',
  act: (owner: Owner) => Promise<T>,
): Promise<T | Refusal> {
  const kind = wrong === 'login_wrong' ? 'login_failed' : 'password_failed';
  const reserved = await reserve(ledger, mobile, subjects, kind);
  if (reserved.verdict !== 'reserved') return reserved;
  const { user } = reserved;
  try {
    const { right, outdated } = await verifyPassword(policy, password, user?.passwordHash ?? null);
    if (!right || user === null) return { verdict: wrong };
    const { id: userId, passwordVersion } = user;
    const unchanged = sql`${eq(users.id, userId)} and ${eq(users.passwordVersion, passwordVersion)}`;
    return await act({ userId, unchanged, outdated });
  } catch (error) {
    await returnTry(ledger, subjects);
    throw error instanceof Fault ? error : new Fault('login_store_failed', error);
  }
}

/** Whose password it must be; null when nobody has the mobile. */
type Candidate = { id: number; passwordHash: string; passwordVersion: number } | null;

type Reserved = { verdict: 'reserved'; user: Candidate };

async function reserve(
  ledger: Ledger,
  mobile: string,
  subjects: TrySubjects,
  kind: 'login_failed' | 'password_failed',
): Promise<Reserved | Refusal<'login_exhausted'>> {
  const { db } = ledger;
  const [here, anywhere] = reserveTry(ledger, subjects);
  const note = noteTry(ledger, kind, mobile, isReserved(ledger, subjects));
  const verdict = db
    .select({
      ...reservation(ledger, subjects),
      user: {
        id: users.id,
        passwordHash: users.passwordHash,
        passwordVersion: users.passwordVersion,
      },
    })
    .from(sql`(select 1)`)
    .leftJoin(users, eq(users.mobile, mobile));
  const statements = [here, anywhere, note] as const;
  const read = (row: ReservationRow) => readVerdict(row, ledger);
  try {
    return await decideBatch(ledger, 'login_store_failed', statements, verdict, read);
  } catch (fault) {
    await returnTryIfReserved(ledger, subjects);
    throw fault;
  }
}

interface ReservationRow {
  user: Candidate;
  reservedBy: string | null;
  /** Whether this request's try is noted at the account: another one may have moved the counter since. */
  noted: number;
  hereUntil: number | null;
  anywhereUntil: number | null;
}

function readVerdict(
  { reservedBy, noted, hereUntil, anywhereUntil, user }: ReservationRow,
  { now, requestId }: Ledger,
): Reserved | Refusal<'login_exhausted'> {
  if (reservedBy === requestId || noted) return { verdict: 'reserved', user };
  const until = Math.max(hereUntil ?? 0, anywhereUntil ?? 0);
  if (until === 0) throw new Error('the try was not reserved');
  return { verdict: 'login_exhausted', retryAfterMs: until - now };
}
