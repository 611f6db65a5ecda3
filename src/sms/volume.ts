/**
 * How many SMS the service sends, in slots of five minutes: the day's budget, and the brake on sign-up codes that nobody
 * uses (bots ask for codes and cannot read them). Everything here is a piece of the batch that opens, settles or uses
 * an issue, so both are exact however many requests race.
 */
import { and, eq, sql, type SQL } from 'drizzle-orm';
import {
  type Config,
  SMS_BRAKE_WINDOW_MS,
  SMS_BUDGET_WINDOW_MS,
  SMS_KEPT_ONE_IN,
  SMS_VOLUME_SLOT_MS,
} from '../config.ts';
import type { Ledger, RequestParams } from '../db/ledger.ts';
import { insertWhere } from '../db/insert.ts';
import { smsVolume } from '../db/schema.ts';
import type { Param } from '../db/prepared.ts';
import type { Purpose } from './purpose.ts';

export type VolumePolicy = Pick<
  Config,
  'SMS_DAILY_BUDGET' | 'SMS_BRAKE' | 'SMS_BRAKE_FLOOR' | 'SMS_BRAKE_RATIO'
>;

/** A policy in a statement: its numbers are parameters, its mode decides the SQL. */
export type PolicyParams = Pick<Config, 'SMS_BRAKE'> &
  Record<'SMS_BRAKE_FLOOR' | 'SMS_BRAKE_RATIO', Param<number>>;

const BUDGET_SLOTS = SMS_BUDGET_WINDOW_MS / SMS_VOLUME_SLOT_MS;
/** A code of a slot may be used in that one and in the next: see SMS_VOLUME_SLOT_MS. */
const MATURE_SLOTS = 2;
const BRAKE_SLOTS = SMS_BRAKE_WINDOW_MS / SMS_VOLUME_SLOT_MS;

/** The slot that a time falls in: the key of `sms_volume`. */
export const slotOf = (time: number) => Math.floor(time / SMS_VOLUME_SLOT_MS);

/** The latest slot that has left the budget's window, and with it every window. */
export const lastSlotPast = (now: number) => slotOf(now) - BUDGET_SLOTS - 1;

/** What `purpose` may take of the day's budget: a part is kept for people who have an account already. */
export function budgetOf(purpose: Purpose, dailyBudget: number): number {
  const kept = Math.floor(dailyBudget / SMS_KEPT_ONE_IN);
  return purpose === 'signup' ? dailyBudget - kept : dailyBudget;
}

/** Whether the brake counts codes of `purpose`, and may refuse them: unused codes for accounts must not stop sign-ups. */
export const isJudged = (purpose: Purpose) => purpose === 'signup';

/** Whether the brake holds up this one. `isTrickle`: one of the few that it lets through. */
export const isEnforced = (purpose: Purpose, { SMS_BRAKE }: VolumePolicy, isTrickle: boolean) =>
  SMS_BRAKE === 'enforce' && isJudged(purpose) && !isTrickle;

/** SQL: whether budget and, where it is enforced, brake leave room for one more. */
export function hasRoom(
  slot: Param<number>,
  budget: Param<number>,
  policy: PolicyParams,
  enforced: boolean,
): SQL {
  const withinBudget = isWithin(slot, budget);
  return enforced ? sql`(${withinBudget} and not ${isBraked(slot, policy)})` : withinBudget;
}

/** The statement that counts an issue where `opened` holds, and notes a change of the brake's state. */
export function countIssue(
  { db, requestId }: Pick<RequestParams, 'db' | 'requestId'>,
  { slot, purpose }: { slot: Param<number>; purpose: Purpose },
  policy: PolicyParams,
  opened: SQL,
) {
  const before = sql`coalesce((select ${smsVolume.braked} from ${smsVolume} order by ${smsVolume.slot} desc limit 1), 0)`;
  const first = {
    slot,
    issued: sql`1`,
    verified: sql`0`,
    braked: sql`braked`,
    brakeMovedBy: sql`case when braked <> ${before} then ${requestId} end`,
    unjudged: isJudged(purpose) ? sql`0` : sql`1`,
  };
  const where = sql`from (select ${isBraked(slot, policy)} as braked) where ${opened}`;
  return insertWhere(db, smsVolume, first, where).onConflictDoUpdate({
    target: smsVolume.slot,
    set: {
      issued: sql`${smsVolume.issued} + 1`,
      unjudged: sql`${smsVolume.unjudged} + excluded.dead`,
      braked: sql`excluded.braked`,
      brakeMovedBy: sql`coalesce(excluded.brake_moved_by, ${smsVolume.brakeMovedBy})`,
    },
  });
}

/**
 * The statement that corrects the count of an issue by `more` SMS (-1: it was none), `unjudged` of them no business of
 * the brake's, where `guard` holds.
 */
export const correctCount = (
  { db }: Pick<RequestParams, 'db'>,
  { slot, more, unjudged }: Record<'slot' | 'more' | 'unjudged', Param<number>>,
  guard: SQL,
) =>
  db
    .update(smsVolume)
    .set({
      issued: sql`${smsVolume.issued} + ${more}`,
      unjudged: sql`${smsVolume.unjudged} + ${unjudged}`,
    })
    .where(and(eq(smsVolume.slot, slot), guard));

/** The statement that counts the use of a sign-up code that was issued in that slot, where `guard` holds. */
export function countVerified({ db }: Pick<RequestParams, 'db'>, slot: Param<number>, guard: SQL) {
  return db
    .update(smsVolume)
    .set({ verified: sql`${smsVolume.verified} + 1` })
    .where(sql`${guard} and ${eq(smsVolume.slot, slot)}`);
}

/** SQL: what a verdict needs to know of the volume. `decided`: it says something else than that the budget is used up. */
export function volumeColumns(slot: Param<number>, budget: Param<number>, decided: SQL) {
  const since = sql`sum(${smsVolume.issued}) over (order by ${smsVolume.slot} desc)`;
  const isCurrent = eq(smsVolume.slot, slot);
  return {
    volume: volume(slot),
    // Once that has left the window, and with it all before, the rest is less than the budget. Reads the window three times.
    freeingSlot: sql<
      number | null
    >`case when ${decided} or ${isWithin(slot, budget)} then null else (select max(slot) from
      (select ${smsVolume.slot} as slot, ${since} as issued from ${smsVolume} where ${inBudgetWindow(slot)})
      where issued >= ${budget} and ${budget} > 0) end`,
    braked: sql<number | null>`(select ${smsVolume.braked} from ${smsVolume} where ${isCurrent})`,
    brakeMovedBy: sql<
      string | null
    >`(select ${smsVolume.brakeMovedBy} from ${smsVolume} where ${isCurrent})`,
  };
}

/** What `volumeColumns` answers. */
export interface VolumeRow {
  volume: number;
  freeingSlot: number | null;
  braked: number | null;
  brakeMovedBy: string | null;
}

/** Milliseconds until so many SMS have left the budget's window that there is room for one. */
export const untilBudgetFrees = ({ freeingSlot }: VolumeRow, now: number) =>
  ((freeingSlot ?? slotOf(now)) + 1) * SMS_VOLUME_SLOT_MS + SMS_BUDGET_WINDOW_MS - now;

/** Logs what an issue that was opened has used up of the budget, and whether it has moved the brake. */
export function reportVolume(ledger: Ledger, row: VolumeRow, policy: VolumePolicy): void {
  const { log, requestId } = ledger;
  reportBudget(ledger, row.volume, 1, policy.SMS_DAILY_BUDGET);
  if (row.brakeMovedBy === requestId) {
    const braked = row.braked === 1;
    log(braked ? 'error' : 'info', 'sms_brake', { braked, mode: policy.SMS_BRAKE });
  }
}

/** Logs when the `more` SMS counted last have used up a half, four fifths or all of the budget. */
export function reportBudget({ log }: Ledger, used: number, more: number, budget: number): void {
  const percent = [100, 80, 50].find((part) => {
    const mark = Math.ceil((budget * part) / 100);
    return used - more < mark && mark <= used;
  });
  if (percent === undefined) return;
  log(percent === 50 ? 'warn' : 'error', 'sms_budget', { percent, used, budget });
}

/**
 * SQL (0 or 1): whether sign-up codes are asked for and not used: enough of them over the last hour, and too few used
 * of those that are at least MATURE_SLOTS old, which nobody can use any more. A vendor that fails is no such sign: what
 * nobody could use is not judged.
 */
function isBraked(slot: Param<number>, policy: PolicyParams): SQL {
  if (policy.SMS_BRAKE === 'off') return sql`0`;
  const sum = (column: SQL, upTo: number) =>
    sql`(select coalesce(sum(${column}), 0) from ${smsVolume}
      where ${smsVolume.slot} > ${slot} - ${BRAKE_SLOTS} and ${smsVolume.slot} <= ${slot} - ${upTo})`;
  const codes = sql`${smsVolume.issued} - ${smsVolume.unjudged}`;
  const verified = sql`${smsVolume.verified}`;
  return sql`(${sum(codes, 0)} >= ${policy.SMS_BRAKE_FLOOR}
    and ${sum(verified, MATURE_SLOTS)} < ${policy.SMS_BRAKE_RATIO} * ${sum(codes, MATURE_SLOTS)})`;
}

const inBudgetWindow = (slot: Param<number>) => sql`${smsVolume.slot} >= ${slot} - ${BUDGET_SLOTS}`;
/** SQL: how many SMS the budget's window holds. */
export const volume = (slot: Param<number>) =>
  sql<number>`(select coalesce(sum(${smsVolume.issued}), 0) from ${smsVolume} where ${inBudgetWindow(slot)})`;

const isWithin = (slot: Param<number>, budget: Param<number>) => sql`${volume(slot)} < ${budget}`;
