/**
 * Removes the rows whose every window has passed, in bounded chunks: D1 runs one statement at a time, and sign-ups
 * must not wait behind a long one. What is left over is taken by the next run.
 */
import { getTableName, lte, sql, type SQL } from 'drizzle-orm';
import { drizzle, type DrizzleD1Database } from 'drizzle-orm/d1';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { DAY_MS, EVENT_LIFETIME_MS, HOUR_MS, SECOND_MS } from './config.ts';
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
  const { at, id, userId } = securityEvents;
  const { drawId, expiresAt } = captchaClaims;
  const past: Past[] = [
    { table: captchaClaims, key: sql`${expiresAt}, ${drawId}`, isPast: lte(expiresAt, decided) },
    { table: smsIssues, key: sql`rowid`, isPast: isOldIssue(decided - DAY_MS) },
    { table: smsVolume, key: sql`rowid`, isPast: lte(smsVolume.slot, lastSlotPast(decided)) },
    { table: loginTries, key: sql`${loginTries.subject}`, isPast: lte(loginTries.until, now) },
    {
      table: securityEvents,
      key: sql`${userId}, ${at}, ${id}`,
      isPast: lte(at, now - EVENT_LIFETIME_MS),
    },
    { table: sessions, key: sql`${sessions.tokenHash}`, isPast: lte(sessions.expiresAt, now) },
  ];
  const db = drizzle(env.DB);
  for (const each of past) {
    const table = getTableName(each.table);
    try {
      const rows = await sweepTable(db, each);
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

/** Rows of a table that are past, and the columns that each is found by. */
interface Past {
  table: SQLiteTable;
  key: SQL;
  isPast: SQL;
}

async function sweepTable(db: DrizzleD1Database, { table, key, isPast }: Past): Promise<number> {
  const chunk = sql`(${key}) in (select ${key} from ${table} where ${isPast} limit ${ROWS_PER_CHUNK})`;
  let rows = 0;
  for (let chunks = 0; chunks < CHUNKS_PER_TABLE; chunks++) {
    const { meta } = await withDeadline(CHUNK_TIMEOUT_MS, db.delete(table).where(chunk));
    rows += meta.changes;
    if (meta.changes === 0) break; // a chunk may lack rows that have gone already
  }
  return rows;
}
