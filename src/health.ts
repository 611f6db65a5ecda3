/**
 * `/healthz`: whether the worker runs and is configured. `?deep=1` asks its stores too, for whoever has the
 * HEALTH_TOKEN; for others there is no such thing. Statuses are real in both modes: it is a machine that asks.
 */
import { getTableConfig, type SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { Hono } from 'hono';
import { answer, type App } from './context.ts';
import { askKv, askLedger } from './db/ledger.ts';
import { keyOf } from './db/key.ts';
import * as tables from './db/schema.ts';
import type { Database } from './db/prepared.ts';
import { bytesOf, constantTimeEqual, sha256 } from './lib/crypto.ts';
import { describeError, type Log } from './lib/log.ts';
import { wrongMethod } from './middleware.ts';

export const healthRoutes = new Hono<App>()
  .get('/', async (c) => {
    if (c.req.query('deep') === undefined) return answer(c, 'ok');
    const { config, ledger } = c.var;
    const isTrusted = await bears(c.req.header('Authorization'), config.HEALTH_TOKEN);
    if (!isTrusted) return answer(c, 'unknown_path');
    const kvAnswers = askKv(ledger, 'unhealthy', () => c.env.KV.get('healthz'));
    const d1Answers = askLedger(ledger, 'unhealthy', () => askTables(ledger.db));
    const [kv, d1] = await Promise.all([
      succeeds(ledger.log, 'kv', kvAnswers),
      succeeds(ledger.log, 'd1', d1Answers),
    ]);
    return answer(c, kv && d1 ? 'ok' : 'unhealthy', { data: { kv, d1, ...ledger.timings } });
  })
  .all('/', wrongMethod('GET, HEAD'));

/**
 * Writes no row into any table, but names its every column and its key: fails while a migration is missing, or in another
 * database.
 */
function askTables({ $client }: Database) {
  const asked = Object.values(tables).map((table) => {
    const { name, columns } = getTableConfig(table);
    const nulls = columns.map(() => 'null').join();
    const insert = `insert into ${name} (${namesOf(columns)}) select ${nulls} where false`;
    return $client.prepare(`${insert} on conflict (${namesOf(keyOf(table))}) do nothing`);
  });
  return $client.batch(asked);
}

const namesOf = (columns: SQLiteColumn[]) => columns.map(({ name }) => `"${name}"`).join();

/** Compares digests, so that time tells neither the token nor its length. The scheme is in any case (RFC 9110, 11.1). */
async function bears(header: string | undefined, token: string | undefined): Promise<boolean> {
  const given = /^bearer (.*)$/i.exec(header ?? '')?.[1];
  if (given === undefined || token === undefined) return false;
  const digests = await Promise.all([sha256(given), sha256(token)]);
  return constantTimeEqual(bytesOf(digests[0]), bytesOf(digests[1]));
}

/** Whether the store answered. Both are asked whatever the other does, so each failure is logged here. */
async function succeeds(log: Log, store: 'kv' | 'd1', asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    log('error', 'fault', { reason: 'unhealthy', store, error: describeError(error) });
    return false;
  }
}
