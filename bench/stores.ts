/**
 * D1 and KV in this process, which workerd asks over HTTP as it asks Cloudflare's: what they cost is not charged to the worker. As much of
 * both protocols as the workers here use, no expiry, no limits: to measure workers with, not to test them on.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

interface Question {
  sql: string;
  params?: SQLInputValue[];
}

export interface Stores {
  /** Where each listens: `host:port`. */
  d1: string;
  kv: string;
  close(): void;
}

export async function openStores(migrations: readonly string[]): Promise<Stores> {
  const db = new DatabaseSync(':memory:');
  for (const statement of migrations) db.exec(statement);
  const values = new Map<string, string>();
  const d1 = await listen(answerD1(db));
  const kv = await listen(answerKv(values));
  return {
    d1: d1.address,
    kv: kv.address,
    close: () => [d1, kv].forEach(({ server }) => server.closeAllConnections()),
  };
}

type Answer = (request: IncomingMessage, body: string) => { status: number; body: string };

async function listen(answer: Answer) {
  const server = createServer((request, response: ServerResponse) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const answered = answer(request, body);
      response.writeHead(answered.status, { 'Content-Length': Buffer.byteLength(answered.body) });
      response.end(answered.body);
    });
  });
  server.keepAliveTimeout = 0; // workerd keeps its connections
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { server, address: `127.0.0.1:${port}` };
}

/** One question or a batch of them, which is a transaction; rows with their columns, or as objects. */
function answerD1(db: DatabaseSync): Answer {
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string) => {
    const statement = statements.get(sql) ?? db.prepare(sql);
    statement.setReturnArrays(true);
    statements.set(sql, statement);
    return statement;
  };
  const changes = db.prepare('select total_changes() as total');
  const total = () => Number(changes.get()?.['total']);
  const askOne = ({ sql, params = [] }: Question, asObjects: boolean) => {
    const statement = prepared(sql);
    const before = total();
    const rows = statement.all(...params) as unknown as unknown[][];
    const columns = statement.columns().map(({ name }) => name);
    const meta = { changes: total() - before, rows_read: 0, rows_written: 0, duration: 0 };
    const objects = () =>
      rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));
    return { success: true, results: asObjects ? objects() : { columns, rows }, meta };
  };
  return ({ url = '' }, body) => {
    const asked = JSON.parse(body) as Question | Question[];
    const asObjects = !url.includes('ROWS_AND_COLUMNS');
    db.exec('begin');
    try {
      const results = [asked].flat().map((question) => askOne(question, asObjects));
      db.exec('commit');
      return { status: 200, body: JSON.stringify(results) };
    } catch (error) {
      db.exec('rollback');
      return { status: 500, body: JSON.stringify({ success: false, error: String(error) }) };
    }
  };
}

function answerKv(values: Map<string, string>): Answer {
  return ({ method, url = '' }, body) => {
    const key = new URL(url, 'http://kv').pathname;
    const held = values.get(key);
    if (method === 'PUT') values.set(key, body);
    if (method === 'DELETE') values.delete(key);
    if (method === 'GET' && held === undefined) return { status: 404, body: '' };
    return { status: 200, body: method === 'GET' ? (held ?? '') : '' };
  };
}
