/**
 * The ledger of SMS codes: who may have one, and what became of it.
 *
 * Issues are append-only. One is `pending` until its vendor has answered and live only once `sent`. Opening one is
 * a single D1 batch, that is one transaction, whose statements guard each other: nothing is read, decided in the
 * worker and then written.
 */
import { and, eq, inArray, sql, type SQL } from 'drizzle-orm';
import { claimDrawing, claimedBy, type Drawing } from '../captcha/claims.ts';
import {
  DAY_MS,
  HOUR_MS,
  SECOND_MS,
  SMS_BUDGET_HOURS,
  SMS_CODE_LIFETIME_S,
  SMS_COOLDOWN_MS,
  SMS_FAILURES_PER_HOUR,
  SMS_PER_DAY,
  SMS_PER_HOUR,
} from '../config.ts';
import { changesOf, decide, type Ledger, named, verdictOf } from '../db/ledger.ts';
import { smsIssues, smsVolume } from '../db/schema.ts';
import { isRegistered } from '../users/registered.ts';

export type Purpose = 'signup';
export type Outcome = 'sent' | 'refused' | 'unknown';

export interface Issue {
  issueId: string;
  mobile: string;
  purpose: Purpose;
}

export type IssueVerdict =
  | { verdict: 'opened' }
  | { verdict: 'captcha_expired' | 'sms_registered' }
  | { verdict: 'sms_cooldown' | 'sms_capped' | 'sms_budget'; retryAfterMs: number };

/**
 * Spends the drawing and opens a pending issue, or says why not. Only a cooldown leaves the drawing unspent.
 * `dailyBudget` is how many SMS the service may send in a day.
 */
export async function openIssue(
  ledger: Ledger,
  issue: Issue,
  drawing: Drawing,
  dailyBudget: number,
): Promise<IssueVerdict> {
  const { db, now, requestId } = ledger;
  const { issueId, mobile, purpose } = issue;
  const guards = issueGuards(mobile, now);
  const registered = isRegistered(mobile);
  const opened = sql<number>`exists (select 1 from ${smsIssues} where ${eq(smsIssues.issueId, issueId)})`;
  const expiresAt = now + SMS_CODE_LIFETIME_S * SECOND_MS;

  const claim = claimDrawing(
    ledger,
    drawing,
    sql`(${registered} or ${guards.cooldownSince} is null)`,
  );
  const open = db.insert(smsIssues).select(sql`
    select ${issueId}, ${requestId}, ${mobile}, ${purpose}, ${now}, ${expiresAt}, 0, null, null, 'pending'
    where ${claimedBy(drawing.drawId)} = ${requestId} and not ${registered}
      and ${guards.hourSince} is null and ${guards.daySince} is null and ${guards.failuresSince} is null
      and ${volumeOf(now)} < ${dailyBudget}`);
  const count = db
    .insert(smsVolume)
    .select(sql`select ${hourOf(now)}, 1, 0 where ${opened}`)
    .onConflictDoUpdate({ target: smsVolume.hour, set: { issued: sql`${smsVolume.issued} + 1` } });
  const verdict = db
    .select(named({ claimedBy: claimedBy(drawing.drawId), opened, registered, ...guards }))
    .from(sql`(select 1)`);

  return decide(
    ledger,
    'sms_ledger_failed',
    async () => readVerdict(verdictOf((await db.batch([claim, open, count, verdict]))[3]), ledger),
    async () => readVerdict(verdictOf(await verdict), ledger),
  );
}

interface IssueRow {
  claimedBy: string | null;
  opened: number;
  registered: number;
  cooldownSince: number | null;
  hourSince: number | null;
  daySince: number | null;
  failuresSince: number | null;
  oldestHour: number | null;
}

function readVerdict(row: IssueRow, { now, requestId }: Ledger): IssueVerdict {
  if (row.opened) return { verdict: 'opened' };
  if (row.claimedBy !== null && row.claimedBy !== requestId) return { verdict: 'captcha_expired' };
  if (row.claimedBy === null) {
    if (row.registered || row.cooldownSince === null) throw new Error('the batch did not happen');
    return { verdict: 'sms_cooldown', retryAfterMs: row.cooldownSince + SMS_COOLDOWN_MS - now };
  }
  if (row.registered) return { verdict: 'sms_registered' };
  const capped = [
    row.hourSince === null ? 0 : row.hourSince + HOUR_MS - now,
    row.daySince === null ? 0 : row.daySince + DAY_MS - now,
    row.failuresSince === null ? 0 : row.failuresSince + HOUR_MS - now,
  ];
  const retryAfterMs = Math.max(...capped);
  if (retryAfterMs > 0) return { verdict: 'sms_capped', retryAfterMs };
  const freed = (row.oldestHour ?? hourOf(now)) + SMS_BUDGET_HOURS;
  return { verdict: 'sms_budget', retryAfterMs: freed * HOUR_MS - now };
}

/**
 * Exact sliding windows over a mobile's issues, all purposes together. Each is null while it leaves room, else the
 * time of the issue that must leave the window first. A refused send was no SMS; an unknown one may have been
 * delivered, so it counts for the caps, but holds nobody up for a minute.
 */
function issueGuards(mobile: string, now: number) {
  const since = (windowMs: number, outcomes: SQL, limit: number) =>
    sql<number | null>`(select ${smsIssues.issuedAt} from ${smsIssues}
      where ${smsIssues.mobile} = ${mobile} and ${smsIssues.issuedAt} > ${now - windowMs} and ${outcomes}
      order by ${smsIssues.issuedAt} desc limit 1 offset ${limit - 1})`;
  const counted = sql`${smsIssues.outcome} <> 'refused'`;
  const failed = sql`${smsIssues.outcome} in ('refused', 'unknown')`;
  return {
    cooldownSince: since(SMS_COOLDOWN_MS, sql`${smsIssues.outcome} in ('pending', 'sent')`, 1),
    hourSince: since(HOUR_MS, counted, SMS_PER_HOUR),
    daySince: since(DAY_MS, counted, SMS_PER_DAY),
    failuresSince: since(HOUR_MS, failed, SMS_FAILURES_PER_HOUR),
    oldestHour: sql<
      number | null
    >`(select min(${smsVolume.hour}) from ${smsVolume} where ${inBudgetWindow(now)} and ${smsVolume.issued} > 0)`,
  };
}

/**
 * Records what became of a pending issue. Safe to repeat, and repeated once when its answer is lost. A refused
 * issue gives its place in the budget back. Throws a Fault when it cannot be recorded: the code stays dead.
 */
export async function settleIssue(ledger: Ledger, issue: Issue, outcome: Outcome): Promise<void> {
  const { db, now } = ledger;
  const isPending = and(eq(smsIssues.issueId, issue.issueId), eq(smsIssues.outcome, 'pending'));
  const settle = db
    .update(smsIssues)
    .set({ outcome })
    .where(
      and(eq(smsIssues.issueId, issue.issueId), inArray(smsIssues.outcome, ['pending', outcome])),
    );
  const giveBack = db
    .update(smsVolume)
    .set({ issued: sql`${smsVolume.issued} - 1` })
    .where(
      and(
        eq(smsVolume.hour, hourOf(now)),
        sql`exists (select 1 from ${smsIssues} where ${isPending})`,
      ),
    );
  const write = async () => {
    const result = outcome === 'refused' ? (await db.batch([giveBack, settle]))[1] : await settle;
    if (changesOf(result) !== 1) throw new Error('the issue is not there to settle');
  };
  await decide(ledger, 'sms_unsaved', write, write);
}

/** Whole hours since 1970: the key of `sms_volume`. */
const hourOf = (time: number) => Math.floor(time / HOUR_MS);
const inBudgetWindow = (now: number) => sql`${smsVolume.hour} > ${hourOf(now) - SMS_BUDGET_HOURS}`;
const volumeOf = (now: number) =>
  sql`(select coalesce(sum(${smsVolume.issued}), 0) from ${smsVolume} where ${inBudgetWindow(now)})`;
