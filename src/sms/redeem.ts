/**
 * The one way a code is used: take a try, compare, and let the caller's batch use the code up together with whatever
 * it was for. A code is spent by success alone; after any fault its try is given back and it lives on.
 */
import { and, eq, gt, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import type { Reason, Refusal, Result } from '../answers.ts';
import { decideBatch, type Ledger, named, type RequestParams } from '../db/ledger.ts';
import { smsIssues, users } from '../db/schema.ts';
import { type CodeStore, matchesCode, SMS_CODE } from './codes.ts';
import { type Issue, isIssue, type IssueKey } from './issues.ts';
import { type Errand, type ErrandRefusal, refusalOf, type ErrandParams } from './errands.ts';
import { returnTry, takeTry } from './tries.ts';

/**
 * The statement that ends the codes of the mobile, where `guard` holds: whoever has seen an earlier message is among those
 * whom the owner of the account shuts out. They end in 1970, not now: a request that came before and is slower must find them ended.
 */
export const endCodes = ({ db }: Ledger, mobile: string, guard: SQL) =>
  db
    .update(smsIssues)
    .set({ expiresAt: 0 })
    .where(and(eq(smsIssues.mobile, mobile), isNull(smsIssues.usedAt), guard));

/** Does `act` for whoever has the code of the errand, or says why not. */
export async function withCode<T>(
  ledger: Ledger,
  codes: CodeStore,
  errand: Errand,
  code: string,
  act: (issue: Issue) => Promise<T>,
): Promise<T | Refusal> {
  const taken = await takeTry(ledger, errand, SMS_CODE.test(code));
  if (!('issueId' in taken)) return taken;
  const { attemptsLeft, issueId, issuedAt } = taken;
  if (taken.verdict === 'untaken') return { verdict: 'code_wrong', attemptsLeft };
  const issue = { ...errand, issueId, issuedAt };
  try {
    const right = await matchesCode(ledger, codes, issue, code);
    return right ? await act(issue) : { verdict: 'code_wrong', attemptsLeft };
  } catch (fault) {
    await returnTry(ledger, issue);
    throw fault;
  }
}

/**
 * The statement that uses a code up. Whoever uses the issue first wins. What the code was for is guarded by `ours`, the
 * fact that this request used it, which no later try can overwrite.
 */
export function redemption(ledger: RequestParams, issue: ErrandParams & IssueKey) {
  const { db, now, requestId } = ledger;
  const isTheIssue = isIssue(issue);
  const ours = sql<number>`exists (select 1 from ${smsIssues} where ${and(
    isTheIssue,
    isNotNull(smsIssues.usedAt),
    eq(smsIssues.attemptedBy, requestId),
  )})`;
  const redeem = db
    .update(smsIssues)
    .set({ usedAt: sql`${now}`, attemptedBy: sql`${requestId}` })
    .where(
      and(
        isTheIssue,
        eq(smsIssues.outcome, 'sent'),
        isNull(smsIssues.usedAt),
        gt(smsIssues.expiresAt, now),
        sql`${refusalOf(issue, now)} is null`,
      ),
    );
  return { ours, redeem };
}

/**
 * Uses a code up for the account of its mobile, and does in the same batch what `changes` says, each statement for
 * the owner that it is given, a condition on `users`. Throws `Fault(reason)` when nobody can tell.
 */
export function redeemForOwner(
  ledger: Ledger,
  issue: Issue,
  reason: Reason,
  changes: (owner: SQL) => BatchItem<'sqlite'>[],
): Promise<Result<{ userId: number }>> {
  const { db, now } = ledger;
  const { ours, redeem } = redemption(ledger, issue);
  const owner = sql`${and(eq(users.mobile, issue.mobile), ours)}`;
  const verdict = db
    .select({ ...named({ ours, refusal: refusalOf(issue, now) }), userId: users.id })
    .from(sql`(select 1)`)
    .leftJoin(users, eq(users.mobile, issue.mobile));
  return decideBatch(ledger, reason, [redeem, ...changes(owner)], verdict, readVerdict);
}

interface VerdictRow {
  ours: number;
  refusal: ErrandRefusal | null;
  userId: number | null;
}

/** Throws when the batch is recalled and did not happen. */
function readVerdict(row: VerdictRow, recalled: boolean): Result<{ userId: number }> {
  if (row.ours && row.userId !== null) return { verdict: 'ok', userId: row.userId };
  if (recalled) throw new Error('the batch did not happen');
  // An account that has gone meanwhile: as where the try is taken, that says no more than any wrong guess.
  if (row.refusal === 'user_unknown') return { verdict: 'code_expired' };
  return { verdict: row.refusal ?? 'code_expired' };
}
