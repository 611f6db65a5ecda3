/** How often a mobile may be sent a code: windows over its issues, all purposes together. */
import { type SQL, sql } from 'drizzle-orm';
import {
  DAY_MS,
  HOUR_MS,
  SMS_COOLDOWN_MS,
  SMS_FAILURES_PER_HOUR,
  SMS_PER_DAY,
  SMS_PER_HOUR,
} from '../config.ts';
import { smsIssues } from '../db/schema.ts';
import type { Param } from '../db/prepared.ts';

/**
 * SQL: exact sliding windows. Each is null while it leaves room, else the time of the issue that must leave the window first.
 * A refused send was no SMS; an unknown one may have been delivered, so it counts for the caps, but holds nobody up for a minute.
 */
export function capColumns(mobile: Param<string>, now: Param<number>) {
  const since = (windowMs: number, outcomes: SQL, limit: number) =>
    sql<number | null>`(select ${smsIssues.issuedAt} from ${smsIssues}
      where ${smsIssues.mobile} = ${mobile} and ${smsIssues.issuedAt} > ${now} - ${windowMs} and ${outcomes}
      order by ${smsIssues.issuedAt} desc limit 1 offset ${limit - 1})`;
  const counted = sql`${smsIssues.outcome} not in ('refused', 'unsent')`;
  const failed = sql`${smsIssues.outcome} in ('refused', 'unknown')`;
  return {
    cooldownSince: since(SMS_COOLDOWN_MS, sql`${smsIssues.outcome} in ('pending', 'sent')`, 1),
    hourSince: since(HOUR_MS, counted, SMS_PER_HOUR),
    daySince: since(DAY_MS, counted, SMS_PER_DAY),
    failuresSince: since(HOUR_MS, failed, SMS_FAILURES_PER_HOUR),
  };
}

/** What `capColumns` answers. */
export interface CapRow {
  cooldownSince: number | null;
  hourSince: number | null;
  daySince: number | null;
  failuresSince: number | null;
}

/** Milliseconds until every full window but the cooldown leaves room; 0 if none is full. */
export const untilCapsFree = ({ hourSince, daySince, failuresSince }: CapRow, now: number) =>
  Math.max(
    hourSince === null ? 0 : hourSince + HOUR_MS - now,
    daySince === null ? 0 : daySince + DAY_MS - now,
    failuresSince === null ? 0 : failuresSince + HOUR_MS - now,
  );
