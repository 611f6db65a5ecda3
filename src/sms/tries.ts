/**
 * Tries at an SMS code. A try is taken before the code is compared and the counter stops at five, so the order in
 * which D1 runs the batches decides who may compare; a fault afterwards gives the try back.
 */
import { and, desc, eq, gt, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { Reason } from '../answers.ts';
import { SMS_CODE_TRIES } from '../config.ts';
import { askLedger, decide, type Ledger, named, REQUEST_PARAMS, verdictOf } from '../db/ledger.ts';
import { smsIssues } from '../db/schema.ts';
import { type Param, preparedBatch } from '../db/prepared.ts';
import { noteTry, undoTry } from '../users/events.ts';
import { type Errand, type ErrandRefusal, refusalOf } from './errands.ts';
import { type Issue, isIssue } from './issues.ts';
import type { Purpose } from './purpose.ts';

export type TryVerdict =
  | { verdict: Exclude<ErrandRefusal, 'user_unknown'> | 'code_expired' | 'code_exhausted' }
  | ({ verdict: 'taken' | 'untaken'; attemptsLeft: number } & Pick<Issue, 'issueId' | 'issuedAt'>);

/**
 * Takes one of the five tries of the live code of this errand. With `take` false nothing is charged: for text that
 * cannot be a code, which gets the same answers.
 */
export async function takeTry(ledger: Ledger, errand: Errand, take: boolean): Promise<TryVerdict> {
  const { now, requestId, userAgent } = ledger;
  const { mobile, purpose, tokenHash = '' } = errand;
  const unasked = UNASKED[purpose];
  const values = { mobile, tokenHash, now, requestId, userAgent };
  const batch = taking(ledger.db, { purpose }, values);
  const recall = async () => readVerdict(verdictOf((await batch('verdict')).verdict), ledger, take);
  if (!take) return askLedger(ledger, unasked, recall);
  try {
    return await decide(
      ledger,
      unasked,
      async () => readVerdict(verdictOf((await batch()).verdict), ledger, take),
      recall,
    );
  } catch (fault) {
    const perhapsTaken = and(eq(smsIssues.mobile, mobile), isTaker(requestId));
    await giveBack(ledger, perhapsTaken);
    throw fault;
  }
}

/** SQL: whether the request has taken a try at the issue: maybe not the latest one. */
const isTaker = (requestId: Param<string>) =>
  sql`instr(${smsIssues.attemptedBy}, ${requestId}) > 0`;

const taking = preparedBatch(
  ['mobile', 'tokenHash', ...REQUEST_PARAMS],
  (db, at, { purpose }: { purpose: Purpose }) => {
    const { mobile, now, requestId } = at;
    const refusal = refusalOf({ ...at, purpose }, now);
    // The newest sent issue counts. Whether it is used or expired is asked after choosing it: an older code is never
    // revived by the end of a newer one.
    const current = sql`(select rowid from ${smsIssues}
      where ${and(eq(smsIssues.mobile, mobile), eq(smsIssues.purpose, purpose), eq(smsIssues.outcome, 'sent'))}
      order by ${desc(smsIssues.issuedAt)}, ${desc(smsIssues.issueId)} limit 1)`;
    const charge = db
      .update(smsIssues)
      .set({
        attempts: sql`${smsIssues.attempts} + 1`,
        attemptedBy: sql`coalesce(${smsIssues.attemptedBy} || ' ', '') || ${requestId}`,
      })
      .where(
        and(
          sql`rowid = ${current}`,
          isNull(smsIssues.usedAt),
          gt(smsIssues.expiresAt, now),
          lt(smsIssues.attempts, SMS_CODE_TRIES),
          sql`${refusal} is null`,
        ),
      );
    const isCharged = sql`exists (select 1 from ${smsIssues}
      where rowid = ${current} and ${isTaker(requestId)})`;
    // Who signs up has no account whose owner could be told.
    const note = purpose !== 'signup' && {
      note: noteTry({ db, ...at }, 'code_failed', mobile, isCharged),
    };
    const verdict = db
      .select({
        ...named({ refusal }),
        issueId: smsIssues.issueId,
        issuedAt: smsIssues.issuedAt,
        attempts: smsIssues.attempts,
        attemptedBy: smsIssues.attemptedBy,
        usedAt: smsIssues.usedAt,
        expiresAt: smsIssues.expiresAt,
      })
      .from(sql`(select 1)`)
      .leftJoin(smsIssues, sql`${smsIssues}.rowid = ${current}`);
    return { charge, ...note, verdict };
  },
);

/** The row of the contract when the ledger cannot be asked. */
const UNASKED = {
  signup: 'signup_ledger_failed',
  login: 'login_store_failed',
  reset: 'login_store_failed',
  delete: 'login_store_failed',
} as const satisfies Record<Purpose, Reason>;

interface TryRow {
  refusal: ErrandRefusal | null;
  issueId: string | null;
  issuedAt: number | null;
  attempts: number | null;
  attemptedBy: string | null;
  usedAt: number | null;
  expiresAt: number | null;
}

function readVerdict(row: TryRow, { now, requestId }: Ledger, take: boolean): TryVerdict {
  // Nobody can have a code for an account that is not there: that says no more than any wrong guess.
  if (row.refusal === 'user_unknown') return { verdict: 'code_expired' };
  if (row.refusal !== null) return { verdict: row.refusal };
  const { issueId, issuedAt } = row;
  if (issueId === null || issuedAt === null || row.usedAt !== null || (row.expiresAt ?? 0) <= now) {
    return { verdict: 'code_expired' };
  }
  const attempts = row.attempts ?? 0;
  const live = { issueId, issuedAt, attemptsLeft: SMS_CODE_TRIES - attempts };
  if (take && row.attemptedBy?.includes(requestId)) return { verdict: 'taken', ...live };
  if (attempts >= SMS_CODE_TRIES) return { verdict: 'code_exhausted' };
  if (take) throw new Error('the try was not taken');
  return { verdict: 'untaken', ...live };
}

/** Gives a try that was taken back after a fault. */
export async function returnTry(ledger: Ledger, issue: Issue): Promise<void> {
  await giveBack(ledger, isIssue(issue));
}

function giveBack(ledger: Ledger, where: SQL | undefined): Promise<void> {
  const uncharge = ledger.db
    .update(smsIssues)
    .set({ attempts: sql`${smsIssues.attempts} - 1` })
    .where(and(where, gt(smsIssues.attempts, 0)));
  return undoTry(ledger, uncharge);
}
