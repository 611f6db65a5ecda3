/** The ledger of SMS codes: what became of one that was opened. */
import { and, eq, inArray, sql } from 'drizzle-orm';
import { allRows, decide, type Ledger, selectRow, verdictOf } from '../db/ledger.ts';
import { smsIssues } from '../db/schema.ts';
import { preparedBatch } from '../db/prepared.ts';
import type { Delivery } from './deliver.ts';
import { forestallIssue, isIssue, ISSUE_KEY, type Issue } from './issues.ts';
import { correctCount, isJudged, reportBudget, slotOf, volume } from './volume.ts';

/** No vendor was asked, for our own store failed: it is as if nobody had asked for a code. */
export const UNSENT = { outcome: 'unsent', sms: 0 } as const;

/**
 * Records what became of a pending issue, and corrects the one SMS that opening it counted: to those that it may have
 * cost, and those of them that the brake does not judge. Says so when these use up the budget. Safe to repeat,
 * and repeated once when its answer is lost. False when the code has been ended meanwhile, with the other codes of its
 * mobile. Throws a Fault when nobody knows whether it is recorded: the code may be dead.
 */
export async function settleIssue(
  ledger: Ledger,
  issue: Issue,
  { outcome, sms }: Delivery | typeof UNSENT,
  budget: number,
): Promise<boolean> {
  const { issueId, issuedAt, mobile, purpose } = issue;
  const more = sms - 1;
  const unjudged = isJudged(purpose) && outcome !== 'sent' ? sms : more;
  const { now, requestId } = ledger;
  const counted = { slot: slotOf(issuedAt), more, unjudged };
  const values = { mobile, issuedAt, issueId, purpose, outcome, ...counted, requestId };
  const batch = settlement(ledger.db, { forestalling: outcome === 'unsent' }, values);
  const isLive = (rows: { expiresAt: number }[]) => {
    const [issued] = allRows(rows);
    if (issued !== undefined) return issued.expiresAt > now;
    throw new Error('the issue is not there to settle');
  };
  const write = async () => {
    if (more === 0 && unjudged === 0) return isLive((await batch('settle')).settle);
    const { settle, used } = await batch();
    const live = isLive(settle);
    reportBudget(ledger, verdictOf(used).used, more, budget);
    return live;
  };
  return decide(ledger, 'sms_unsaved', write, write);
}

const PARAMS = [
  ...ISSUE_KEY,
  ...(['purpose', 'outcome', 'slot', 'more', 'unjudged', 'requestId'] as const),
];

const settlement = preparedBatch(PARAMS, (db, at, { forestalling }: { forestalling: boolean }) => {
  const { outcome } = at;
  const forestall = forestalling && { forestall: forestallIssue({ db, ...at }, at) };
  const isPending = and(isIssue(at), eq(smsIssues.outcome, 'pending'));
  const pending = sql`exists (select 1 from ${smsIssues} where ${isPending})`;
  const correct = correctCount({ db }, at, pending);
  const settle = db
    .update(smsIssues)
    .set({ outcome: sql`${outcome}` })
    .where(and(isIssue(at), inArray(smsIssues.outcome, ['pending', outcome])))
    .returning({ expiresAt: smsIssues.expiresAt });
  const used = selectRow(db, { used: volume(at.slot) });
  return { ...forestall, correct, settle, used };
});
