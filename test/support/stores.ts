/**
 * The real stores with an eye on them and a hand in them: every operation is counted, and any one of them can be
 * made to fail before its effect, to lose its answer after it, to hang, or to answer nonsense.
 */
export type Operation = 'kv.get' | 'kv.put' | 'kv.delete' | 'd1';
export type Failure = 'before' | 'after' | 'hang' | 'nonsense';

export class Stores {
  /** Round trips since the last `forget()`. */
  counts: Record<Operation, number> = { 'kv.get': 0, 'kv.put': 0, 'kv.delete': 0, d1: 0 };
  /** Rows that D1 looked at and wrote (index entries included), by its own count, since the last `forget()`. */
  rowsRead = 0;
  rowsWritten = 0;
  private readonly plans: { operation: Operation; at: number; failure: Failure }[] = [];
  private readonly meanwhiles: { at: number; act: () => Promise<unknown> }[] = [];
  private onHang: () => void = () => {};

  forget(): void {
    this.counts = { 'kv.get': 0, 'kv.put': 0, 'kv.delete': 0, d1: 0 };
    this.rowsRead = 0;
    this.rowsWritten = 0;
    this.plans.length = 0;
    this.meanwhiles.length = 0;
  }

  /** Makes the `at`-th operation of that kind from now on (1 by default) fail. */
  fail(operation: Operation, failure: Failure, at = 1): void {
    this.plans.push({ operation, failure, at: this.counts[operation] + at });
  }

  /** Has something happen just before the `at`-th round trip to D1 from now on. */
  meanwhile(at: number, act: () => Promise<unknown>): void {
    this.meanwhiles.push({ act, at: this.counts.d1 + at });
  }

  /** What to do while an operation hangs: move the clock past the deadline. */
  whenHanging(action: () => void): void {
    this.onHang = action;
  }

  async run<T>(operation: Operation, work: () => Promise<T>, nonsense: unknown): Promise<T> {
    this.counts[operation] += 1;
    const turn = this.counts[operation];
    if (operation === 'd1') await this.meanwhiles.find(({ at }) => at === turn)?.act();
    const plan = this.plans.find((p) => p.operation === operation && p.at === turn);
    if (plan?.failure === 'before') throw new Error(`${operation} failed`);
    if (plan?.failure === 'nonsense') return nonsense as T;
    if (plan?.failure === 'hang') {
      queueMicrotask(this.onHang);
      return new Promise<T>(() => {});
    }
    const result = await work();
    if (plan?.failure === 'after') throw new Error(`the answer of ${operation} was lost`);
    return result;
  }

  private note<Result extends D1Result>(result: Result): Result {
    this.rowsRead += result.meta.rows_read;
    this.rowsWritten += result.meta.rows_written;
    return result;
  }

  private async batch(db: D1Database, statements: D1PreparedStatement[]): Promise<D1Result[]> {
    const results = await db.batch(statements);
    return results.map((result) => this.note(result));
  }

  kv(kv: KVNamespace): KVNamespace {
    return new Proxy(kv, {
      get: (target, name) => {
        if (name === 'get')
          return (key: string) => this.run('kv.get', () => target.get(key), '{"x":');
        if (name === 'put') {
          return (...args: Parameters<KVNamespace['put']>) =>
            this.run('kv.put', () => target.put(...args), undefined);
        }
        if (name === 'delete') {
          return (key: string) => this.run('kv.delete', () => target.delete(key), undefined);
        }
        throw new Error(`the worker is not expected to call KV.${String(name)}`);
      },
    });
  }

  d1(db: D1Database): D1Database {
    const wrap = (statement: D1PreparedStatement): D1PreparedStatement =>
      new Proxy(statement, {
        get: (target, name) => {
          if (name === 'bind') return (...values: unknown[]) => wrap(target.bind(...values));
          if (name === 'run')
            return () => this.run('d1', async () => this.note(await target.run()), {});
          if (name === 'all')
            return () => this.run('d1', async () => this.note(await target.all()), {});
          if (name === 'raw') return () => this.run('d1', () => target.raw(), [[]]);
          if (name === RAW) return target;
          throw new Error(`the worker is not expected to call statement.${String(name)}`);
        },
      });
    return new Proxy(db, {
      get: (target, name) => {
        if (name === 'prepare') {
          return (sql: string) => {
            statements.add(sql);
            return wrap(target.prepare(sql));
          };
        }
        if (name === 'batch') {
          return (batch: (D1PreparedStatement & { [RAW]?: D1PreparedStatement })[]) =>
            this.run(
              'd1',
              () =>
                this.batch(
                  target,
                  batch.map((s) => s[RAW] ?? s),
                ),
              [],
            );
        }
        throw new Error(`the worker is not expected to call DB.${String(name)}`);
      },
    });
  }
}

/** Every statement that the worker has prepared since `takeStatements()`. */
const statements = new Set<string>();

export function takeStatements(): string[] {
  const taken = [...statements];
  statements.clear();
  return taken;
}

const RAW = Symbol('the statement itself');
