/**
 * Removes the rows whose every window has passed, in bounded chunks: D1 runs one statement at a time, and sign-ups
 * must not wait behind a long one. What is left over is taken by the next run.
 */
import { getTableName, lte, sql, type SQL } from 'drizzle-orm';
import { drizzle, type DrizzleD1Database } from 'drizzle-orm/d1';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { DAY_MS, EVENT_LIFETIME_MS, HOUR_MS, SECOND_MS } from './config.ts';
import { keyOf } from './db/key.ts';
import {
  captchaClaims,
  loginTries,
  securityEvents,
  sessions,
  smsIssues,
  smsVolume,
} from './db/schema.ts';
import { withDeadline } from './lib/deadline.ts';
import { createLog, describeError } from './lib/log.ts';
import { lastSlotPast } from './sms/volume.ts';

const ROWS_PER_CHUNK = 1000;
const CHUNKS_PER_TABLE = 50;
/** As long as D1 lets a query run. */
const CHUNK_TIMEOUT_MS = 30 * SECOND_MS;
/**
 * A request counts its windows from when it arrived, which may be before the sweep, and is decided when D1 comes to it, which
 * may be after; clocks differ, and KV may hand out a drawing for a minute after its end. What decides stays well beyond that.
 */
const GRACE_MS = HOUR_MS;

/** Sweeps every table once and logs how many rows went. A table that fails is left to the next run. */
export async function sweep(env: Env, now: number): Promise<void> {
  const log = createLog({ job: 'sweep' });
  const decided = now - GRACE_MS;
  const past: [SQLiteTable, SQL][] = [
    [captchaClaims, lte(captchaClaims.expiresAt, decided)],
    [smsIssues, isOldIssue(decided - DAY_MS)],
    [smsVolume, lte(smsVolume.slot, lastSlotPast(decided))],
    [loginTries, lte(loginTries.until, now)],
    [securityEvents, lte(securityEvents.at, now - EVENT_LIFETIME_MS)],
    [sessions, lte(sessions.expiresAt, now)],
  ];
  const db = drizzle(env.DB);
  for (const [source, isPast] of past) {
    const table = getTableName(source);
    try {
      const rows = await sweepTable(db, source, isPast);
      log('info', 'swept', { table, rows });
    } catch (error) {
      log('error', 'sweep_failed', { table, error: describeError(error) });
    }
  }
}

/**
 * Issues are only ever added: they lie in the order in which they came. So the first chunk is looked at alone, and no row
 * pays for an index that nothing but the sweep would use.
 */
const isOldIssue = (past: number) =>
  sql`rowid < (select min(rowid) from ${smsIssues}) + ${ROWS_PER_CHUNK} and ${lte(smsIssues.issuedAt, past)}`;

async function sweepTable(db: DrizzleD1Database, table: SQLiteTable, isPast: SQL): Promise<number> {
  const key = sql.join(keyOf(table), sql`, `);
  const chunk = sql`(${key}) in (select ${key} from ${table} where ${isPast} limit ${ROWS_PER_CHUNK})`;
  let rows = 0;
  for (let chunks = 0; chunks < CHUNKS_PER_TABLE; chunks++) {
    const { meta } = await withDeadline(CHUNK_TIMEOUT_MS, db.delete(table).where(chunk));
    rows += meta.changes;
    if (meta.changes === 0) break; // a chunk may lack rows that have gone already
  }
  return rows;
}
