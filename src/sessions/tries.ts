/**
 * Tries at a password, counted per mobile and address and, far higher, per mobile alone. A try is reserved before
 * the password is hashed, for unknown mobiles too; success clears the first and returns the second. Subjects are
 * keyed digests: the table names nobody.
 */
import { and, eq, gt, gte, inArray, type SQL, sql } from 'drizzle-orm';
import {
  LOGIN_PAUSE_ANYWHERE_MS,
  LOGIN_PAUSE_MS,
  LOGIN_TRIES,
  LOGIN_TRIES_ANYWHERE,
} from '../config.ts';
import { type Ledger, named } from '../db/ledger.ts';
import { insertWhere } from '../db/insert.ts';
import { loginTries, users } from '../db/schema.ts';
import { keyedDigest } from '../lib/crypto.ts';
import { isNoted, isProved, undoTry } from '../users/events.ts';

export interface TrySubjects {
  here: string;
  anywhere: string;
}

interface Allowance {
  subject: string;
  tries: number;
  pauseMs: number;
}

/** Whom a log-in counts against: the mobile from this address prefix, and the mobile from everywhere. */
export async function trySubjects(
  key: CryptoKey,
  mobile: string,
  addressPrefix: string,
): Promise<TrySubjects> {
  return {
    here: await keyedDigest(key, 'here', mobile, addressPrefix),
    anywhere: await keyedDigest(key, 'anywhere', mobile),
  };
}

/** The statements that reserve a try: both counters or neither. */
export function reserveTry(ledger: Ledger, subjects: TrySubjects) {
  const { here, anywhere } = allowances(subjects);
  const room = sql`not exists (select 1 from ${loginTries} where ${isSpent(anywhere, ledger.now)})`;
  return [
    countTry(ledger, here, room),
    countTry(ledger, anywhere, isReserved(ledger, subjects)),
  ] as const;
}

/** SQL: whether this request has reserved a try. */
export const isReserved = ({ requestId }: Ledger, subjects: TrySubjects) =>
  sql`${reservedBy(allowances(subjects).here)} = ${requestId}`;

/** SQL: what a verdict needs to know of the reservation. */
export function reservation(ledger: Ledger, subjects: TrySubjects) {
  const { here, anywhere } = allowances(subjects);
  return named({
    reservedBy: reservedBy(here),
    noted: isNoted(ledger),
    hereUntil: pausedUntil(here, ledger.now),
    anywhereUntil: pausedUntil(anywhere, ledger.now),
  });
}

/** The statements after a right password: the address is forgiven, the mobile gets its own try back. */
export function clearTries(ledger: Ledger, { here, anywhere }: TrySubjects) {
  return [
    ledger.db.delete(loginTries).where(eq(loginTries.subject, here)),
    uncount(ledger, anywhere),
  ] as const;
}

/** The statement after a reset of the password of `owner`, a condition on `users`: tries at the old one count no more. */
export const forgiveTries = ({ db }: Ledger, { here, anywhere }: TrySubjects, owner: SQL) =>
  db
    .delete(loginTries)
    .where(
      sql`${inArray(loginTries.subject, [here, anywhere])} and exists (select 1 from ${users} where ${owner})`,
    );

/** Gives a try back that was reserved, unless this request has done what it tried for: then only the answer was lost. */
export async function returnTry(ledger: Ledger, { here, anywhere }: TrySubjects): Promise<void> {
  const unproved = sql`not ${isProved(ledger)}`;
  await undoTry(ledger, uncount(ledger, here, unproved), uncount(ledger, anywhere, unproved));
}

/** Gives a try back if it was reserved, when nobody can say whether it was. */
export async function returnTryIfReserved(ledger: Ledger, subjects: TrySubjects): Promise<void> {
  const ours = sql`(${eq(loginTries.requestId, ledger.requestId)} or ${isNoted(ledger)})`;
  const { here, anywhere } = subjects;
  await undoTry(ledger, uncount(ledger, here, ours), uncount(ledger, anywhere, ours));
}

/**
 * Counts one try where `guard` holds and the subject has room. The window begins with its first try; the try that
 * exhausts it begins a whole pause.
 */
function countTry({ db, now, requestId }: Ledger, allowance: Allowance, guard: SQL) {
  const { subject, tries, pauseMs } = allowance;
  const { count, until } = loginTries;
  const first = { subject, count: sql`1`, until: now + pauseMs, requestId };
  return insertWhere(db, loginTries, first, sql`where ${guard}`).onConflictDoUpdate({
    target: loginTries.subject,
    set: {
      count: sql`case when ${until} <= ${now} then 1 else ${count} + 1 end`,
      until: sql`case when ${until} <= ${now} or ${count} + 1 >= ${tries} then ${now + pauseMs} else ${until} end`,
      requestId,
    },
    setWhere: sql`${until} <= ${now} or ${count} < ${tries}`,
  });
}

function uncount({ db }: Ledger, subject: string, guard?: SQL) {
  return db
    .update(loginTries)
    .set({ count: sql`${loginTries.count} - 1` })
    .where(and(eq(loginTries.subject, subject), gt(loginTries.count, 0), guard));
}

function allowances(subjects: TrySubjects): { here: Allowance; anywhere: Allowance } {
  return {
    here: { subject: subjects.here, tries: LOGIN_TRIES, pauseMs: LOGIN_PAUSE_MS },
    anywhere: {
      subject: subjects.anywhere,
      tries: LOGIN_TRIES_ANYWHERE,
      pauseMs: LOGIN_PAUSE_ANYWHERE_MS,
    },
  };
}

const isSpent = ({ subject, tries }: Allowance, now: number) =>
  and(eq(loginTries.subject, subject), gt(loginTries.until, now), gte(loginTries.count, tries));

const reservedBy = ({ subject }: Allowance) =>
  sql<
    string | null
  >`(select ${loginTries.requestId} from ${loginTries} where ${eq(loginTries.subject, subject)})`;

const pausedUntil = (allowance: Allowance, now: number) =>
  sql<
    number | null
  >`(select ${loginTries.until} from ${loginTries} where ${isSpent(allowance, now)})`;
