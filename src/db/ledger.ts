/**
 * How stores are asked, and for whom. Every decision is one guarded batch in D1; every question, of KV too, has a
 * deadline, and a failure becomes the row of the contract that the caller names.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { Fault, type Reason } from '../answers.ts';
import { STORE_TIMEOUT_MS } from '../config.ts';
import { withDeadline } from '../lib/deadline.ts';
import { describeError, type Log } from '../lib/log.ts';
import { type Timings, timed } from '../lib/timings.ts';
import type { Database, Param } from './prepared.ts';

export interface Ledger {
  db: Database;
  /** Ours, never the client's: rows carry it, so that a lost answer can be asked for again. */
  requestId: string;
  /** Unix milliseconds at which the request had arrived, with its body. Every window of the request is counted from it. */
  now: number;
  log: Log;
  timings: Timings;
  /** What the client calls itself, cut to what is kept of it; '' if it says nothing. */
  userAgent: string;
}

/** A request as the parameters of statements: a `Ledger`, or in a prepared batch the placeholder for each of its values. */
export interface RequestParams {
  db: Database;
  requestId: Param<string>;
  now: Param<number>;
  userAgent: Param<string>;
}

export const REQUEST_PARAMS = ['requestId', 'now', 'userAgent'] as const;

/** Asks D1 once. Throws `Fault(reason)` if it fails, hangs or answers nonsense. */
export const askLedger = <T>(
  { timings }: Pick<Ledger, 'timings'>,
  reason: Reason,
  work: () => PromiseLike<T>,
): Promise<T> => timed(timings, 'd1_ms', () => ask(reason, work));

/** Asks KV once. Throws `Fault(reason)` if it fails or hangs. `retryAfterMs`: when it is worth trying again. */
export const askKv = <T>(
  { timings }: Pick<Ledger, 'timings'>,
  reason: Reason,
  work: () => PromiseLike<T>,
  retryAfterMs?: number,
): Promise<T> => timed(timings, 'kv_ms', () => ask(reason, work, retryAfterMs));

/** Asks a store once. Throws `Fault(reason)` if it fails, or takes longer than STORE_TIMEOUT_MS. */
export async function ask<T>(
  reason: Reason,
  work: () => PromiseLike<T>,
  retryAfterMs?: number,
): Promise<T> {
  try {
    return await withDeadline(STORE_TIMEOUT_MS, (async () => work())());
  } catch (cause) {
    throw new Fault(reason, cause, retryAfterMs);
  }
}

/**
 * Runs a batch that decides. When its answer is lost the batch may have happened all the same, so `recall` asks
 * once what the ledger holds for this request. Throws `Fault(reason)` if that fails too.
 */
export async function decide<T>(
  ledger: Ledger,
  reason: Reason,
  batch: () => PromiseLike<T>,
  recall: () => PromiseLike<T>,
): Promise<T> {
  try {
    return await askLedger(ledger, reason, batch);
  } catch (error) {
    ledger.log('warn', 'decision_recalled', { reason, error: describeError(error) });
    return await askLedger(ledger, reason, recall);
  }
}

/**
 * Runs `statements` and then `verdict` as one batch that decides, and reads the row of the verdict. A row that was `recalled`
 * must show that the batch happened: else `read` throws.
 */
export function decideBatch<Row extends object, T>(
  ledger: Ledger,
  reason: Reason,
  statements: readonly [BatchItem<'sqlite'>, ...BatchItem<'sqlite'>[]],
  verdict: BatchItem<'sqlite'> & PromiseLike<Row[]>,
  read: (row: Row, recalled: boolean) => T,
): Promise<T> {
  return decide(
    ledger,
    reason,
    async () => {
      const results: unknown[] = await ledger.db.batch([...statements, verdict]);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- results come in the order of their statements
      return read(verdictOf(results.at(-1) as Row[] | undefined), false);
    },
    async () => read(verdictOf(await verdict), true),
  );
}

/**
 * Names the expressions of a verdict. Without names, two that differ in their parameters alone are one column to
 * D1, which answers a batch with objects, and every value behind them lands under another name.
 */
export function named<Fields extends Record<string, SQL>>(fields: Fields) {
  const entries = Object.entries(fields).map(([name, value]) => [name, value.as(name)]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- entries forget which value had which name
  return Object.fromEntries(entries) as {
    [Name in keyof Fields]: Fields[Name] extends SQL<infer T> ? SQL.Aliased<T> : never;
  };
}

/** The statement that asks for one row of these expressions, of whatever tables they ask themselves. */
export const selectRow = <Fields extends Record<string, SQL>>(db: Database, fields: Fields) =>
  db.select(named(fields)).from(sql`(select 1)`);

/** How many rows a write has changed. Throws when the store answered something else. */
export function changesOf(result: D1Result | undefined): number {
  const changes: unknown = result?.meta?.changes;
  if (typeof changes !== 'number') throw new Error('D1 returned no count of changes');
  return changes;
}

/** The one row of a verdict. Throws when the store answered something else. */
export function verdictOf<Row extends object>(rows: Row[] | undefined): Row {
  const row = rows && firstRow(rows);
  if (row === undefined) throw new Error('D1 returned no verdict');
  return row;
}

/** The first row, if there is any. Throws when it is not the row that was asked for. */
export const firstRow = <Row extends object>(rows: Row[]): Row | undefined =>
  allRows(rows.slice(0, 1))[0];

/** The rows. Throws when there are none at all, or one is not a row that was asked for. */
export function allRows<Row extends object>(rows: Row[] | undefined): Row[] {
  if (rows === undefined) throw new Error('D1 returned no rows');
  const isOther = (row: Row) => Object.values(row).includes(undefined);
  if (rows.some(isOther)) throw new Error('D1 returned another row');
  return rows;
}
