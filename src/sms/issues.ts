/**
 * The ledger of SMS codes: who may have one.
 *
 * Issues are append-only. One is `pending` until its vendor has answered (see settle) and live only once `sent`.
 * Opening one is a single D1 batch, that is one transaction, whose statements guard each other: nothing is read,
 * decided in the worker and then written.
 */
import { eq, sql } from 'drizzle-orm';
import { claimDrawing, claimedBy, type Drawing } from '../captcha/claims.ts';
import {
  type Config,
  SECOND_MS,
  SMS_CODE_LIFETIME_S,
  SMS_BRAKE_TRICKLE,
  SMS_COOLDOWN_MS,
  SMS_VOLUME_SLOT_MS,
} from '../config.ts';
import { decide, type Ledger, selectRow, verdictOf, type RequestParams } from '../db/ledger.ts';
import { insertWhere } from '../db/insert.ts';
import { type Param, preparedBatch } from '../db/prepared.ts';
import { smsIssues } from '../db/schema.ts';
import { capColumns, type CapRow, untilCapsFree } from './caps.ts';
import { type Errand, type ErrandRefusal, refusalOf } from './errands.ts';
import type { Purpose } from './purpose.ts';
import {
  budgetOf,
  countIssue,
  hasRoom,
  isEnforced,
  reportVolume,
  slotOf,
  untilBudgetFrees,
  volumeColumns,
  type VolumePolicy,
  type VolumeRow,
} from './volume.ts';

export interface Issue extends Errand {
  issueId: string;
  /** When the request had arrived that it was opened for. */
  issuedAt: number;
}

/** What its row is found by. */
export const ISSUE_KEY = ['mobile', 'issuedAt', 'issueId'] as const;
export interface IssueKey {
  mobile: Param<string>;
  issuedAt: Param<number>;
  issueId: Param<string>;
}

/** The condition that picks an issue. */
export const isIssue = ({ issueId, issuedAt, mobile }: IssueKey) =>
  sql`${eq(smsIssues.mobile, mobile)} and ${eq(smsIssues.issuedAt, issuedAt)} and ${eq(smsIssues.issueId, issueId)}`;

export type IssueVerdict =
  | { verdict: 'opened' }
  | { verdict: 'captcha_expired' | ErrandRefusal }
  | {
      verdict: 'sms_cooldown' | 'sms_capped' | 'sms_budget' | 'sms_braked';
      retryAfterMs: number;
    };

/** Spends the drawing and opens a pending issue, or says why not. Only a cooldown leaves the drawing unspent. */
export async function openIssue(
  ledger: Ledger,
  issue: Issue,
  drawing: Drawing,
  policy: VolumePolicy,
): Promise<IssueVerdict> {
  const { now, requestId } = ledger;
  const { issueId, issuedAt, mobile, purpose, tokenHash = '' } = issue;
  const { SMS_BRAKE, SMS_BRAKE_FLOOR, SMS_BRAKE_RATIO } = policy;
  const isTrickle = Math.random() < SMS_BRAKE_TRICKLE;
  const shape = { purpose, SMS_BRAKE, enforced: isEnforced(purpose, policy, isTrickle) };
  const budget = budgetOf(purpose, policy.SMS_DAILY_BUDGET);
  const batch = opening(ledger.db, shape, {
    requestId,
    now,
    slot: slotOf(issuedAt),
    issueId,
    issuedAt,
    mobile,
    tokenHash,
    expiresAt: issuedAt + SMS_CODE_LIFETIME_S * SECOND_MS,
    drawId: drawing.drawId,
    drawingExpiresAt: drawing.expiresAt,
    budget,
    SMS_BRAKE_FLOOR,
    SMS_BRAKE_RATIO,
  });

  const read = (rows: IssueRow[] | undefined, recalled = false) => {
    const row = verdictOf(rows);
    const result = readVerdict(row, ledger, budget, recalled);
    if (result.verdict === 'opened') reportVolume(ledger, row, policy);
    return result;
  };
  return decide(
    ledger,
    'sms_ledger_failed',
    async () => read((await batch('claim', 'open', 'count', 'verdict')).verdict),
    async () => read((await batch('forestall', 'verdict')).verdict, true),
  );
}

interface Opening extends Record<string, string | boolean> {
  purpose: Purpose;
  SMS_BRAKE: Config['SMS_BRAKE'];
  /** Whether the brake may refuse it. */
  enforced: boolean;
}

const opening = preparedBatch(
  [
    ...(['requestId', 'now', 'slot', ...ISSUE_KEY, 'tokenHash', 'expiresAt'] as const),
    ...(['drawId', 'drawingExpiresAt', 'budget', 'SMS_BRAKE_FLOOR', 'SMS_BRAKE_RATIO'] as const),
  ],
  (db, at, { enforced, purpose, SMS_BRAKE }: Opening) => {
    const { budget, mobile, now, requestId, slot } = at;
    const drawing = { drawId: at.drawId, expiresAt: at.drawingExpiresAt };
    const policy = { ...at, SMS_BRAKE };
    const caps = capColumns(mobile, now);
    const refusal = refusalOf({ ...at, purpose }, now);
    const owner = claimedBy(drawing);
    const forestalled = sql`exists (select 1 from ${smsIssues} where ${isIssue(at)})`;
    const opened = sql<number>`exists (select 1 from ${smsIssues} where ${isIssue(at)} and ${eq(smsIssues.outcome, 'pending')})`;
    const claim = claimDrawing(
      { db, requestId },
      drawing,
      sql`not ${forestalled} and (${refusal} is not null or ${caps.cooldownSince} is null)`,
    );
    const open = insertWhere(
      db,
      smsIssues,
      { ...at, ...UNTRIED, purpose, outcome: sql`'pending'` },
      sql`where ${owner} = ${requestId} and ${refusal} is null
        and ${caps.hourSince} is null and ${caps.daySince} is null and ${caps.failuresSince} is null
        and ${hasRoom(slot, budget, policy, enforced)}`,
    );
    const count = countIssue({ db, requestId }, { slot, purpose }, policy, opened);
    const decided = sql`${opened} or ${refusal} is not null or ${owner} is not ${requestId}`;
    const columns = {
      claimedBy: owner,
      opened,
      refusal,
      ...caps,
      ...volumeColumns(slot, budget, decided),
    };
    const verdict = selectRow(db, columns);
    const forestall = forestallIssue({ db, ...at }, { ...at, purpose });
    return { claim, open, count, forestall, verdict };
  },
);

/**
 * The statement that keeps an issue from being opened, unless it is open: its id is taken, so a batch that had no answer in time
 * and comes later does nothing. No code was sent for it, so it counts for nothing.
 */
export const forestallIssue = (
  { db, requestId }: Pick<RequestParams, 'db' | 'requestId'>,
  issue: IssueKey & { purpose: Param<string> },
) => {
  const { issueId, issuedAt, mobile, purpose } = issue;
  const row = { issueId, requestId, mobile, purpose, issuedAt, expiresAt: issuedAt };
  const unsent = { ...row, ...UNTRIED, outcome: sql`'unsent'` };
  return insertWhere(db, smsIssues, unsent, sql`where true`).onConflictDoNothing();
};

/** Of the row of an issue: nobody has tried it. */
const UNTRIED = { attempts: sql`0`, attemptedBy: sql`null`, usedAt: sql`null` };

interface IssueRow extends CapRow, VolumeRow {
  claimedBy: string | null;
  opened: number;
  refusal: ErrandRefusal | null;
}

function readVerdict(
  row: IssueRow,
  { now, requestId }: Ledger,
  budget: number,
  recalled: boolean,
): IssueVerdict {
  if (row.opened) return { verdict: 'opened' };
  if (row.claimedBy !== null && row.claimedBy !== requestId) return { verdict: 'captcha_expired' };
  if (row.claimedBy === null) {
    if (row.refusal !== null || row.cooldownSince === null)
      throw new Error('the batch did not happen');
    // Of two requests the later may be decided first: to the other, its issue lies in the future.
    const since = Math.min(row.cooldownSince, now);
    return { verdict: 'sms_cooldown', retryAfterMs: since + SMS_COOLDOWN_MS - now };
  }
  if (row.refusal !== null) return { verdict: row.refusal };
  const retryAfterMs = untilCapsFree(row, now);
  if (retryAfterMs > 0) return { verdict: 'sms_capped', retryAfterMs };
  if (row.volume >= budget) {
    return { verdict: 'sms_budget', retryAfterMs: untilBudgetFrees(row, now) };
  }
  // Nothing else is left, unless it is asked for late: then it may have been a cap that has freed since.
  if (recalled) throw new Error('what stood in the way may be gone');
  return { verdict: 'sms_braked', retryAfterMs: SMS_VOLUME_SLOT_MS };
}
