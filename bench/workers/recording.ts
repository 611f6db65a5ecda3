/**
 * A worker with a clerk at its stores: `GET /recorded` hands out, and forgets, every operation since the last time, with
 * D1's own account of the rows. Not for measuring time.
 */
import type { Operation } from '../operations.ts';

const STATEMENT = Symbol('what a statement was made of');
interface Known {
  [STATEMENT]: { target: D1PreparedStatement; sql: string; params: unknown[] };
}

export function recorded<Bindings extends { KV: KVNamespace; DB: D1Database }>(worker: {
  fetch: (request: Request, env: Bindings, context: ExecutionContext) => unknown;
}) {
  let operations: Operation[] = [];
  let wrapped: Bindings | undefined; // one object, as the isolate's environment is
  return {
    async fetch(request: Request, env: Bindings, context: ExecutionContext) {
      if (new URL(request.url).pathname === '/recorded') {
        const done = operations;
        operations = [];
        return Response.json(done);
      }
      wrapped ??= { ...env, KV: recordKv(env.KV), DB: recordD1(env.DB) };
      return worker.fetch(request, wrapped, context);
    },
  };

  function recordKv(kv: KVNamespace): KVNamespace {
    return new Proxy(kv, {
      get: (target, verb: 'get' | 'put' | 'delete') => {
        const call = target[verb].bind(target) as (...args: unknown[]) => Promise<unknown>;
        return (key: string, ...rest: unknown[]) => {
          operations.push({ store: 'kv', verb, key, value: rest[0] });
          return call(key, ...rest);
        };
      },
    });
  }

  function recordD1(db: D1Database): D1Database {
    const wrap = (target: D1PreparedStatement, sql: string, params: unknown[]) =>
      new Proxy(target, {
        get: (_, verb) => {
          if (verb === STATEMENT) return { target, sql, params };
          if (verb === 'bind')
            return (...values: unknown[]) => wrap(target.bind(...values), sql, values);
          return async () => {
            const result = verb === 'run' ? await target.run() : await target.all();
            note(String(verb), [{ [STATEMENT]: { target, sql, params } }], [result]);
            return verb === 'raw' ? result.results.map((row) => Object.values(row)) : result;
          };
        },
      });
    return new Proxy(db, {
      get: (target, verb) => {
        if (verb === 'prepare') return (sql: string) => wrap(target.prepare(sql), sql, []);
        return async (statements: (D1PreparedStatement & Known)[]) => {
          const results = await target.batch(statements.map((s) => s[STATEMENT].target));
          note('batch', statements, results);
          return results;
        };
      },
    });
  }

  function note(verb: string, statements: Known[], results: D1Result[]) {
    const done = statements.map(({ [STATEMENT]: { sql, params } }, i) => ({
      sql,
      params,
      rowsRead: results[i]?.meta.rows_read ?? NaN,
      rowsWritten: results[i]?.meta.rows_written ?? NaN,
    }));
    operations.push({ store: 'd1', verb, statements: done });
  }
}
