/**
 * Batches of prepared statements. Their SQL is the same in every request, and building it took Drizzle a quarter of the CPU
 * of a sign-up (stores apart): so it is built once, with a placeholder for each parameter, and a request binds the values.
 */
import { fillPlaceholders, type Placeholder, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';

export type Database = DrizzleD1Database & { $client: D1Database };

/** A parameter of a statement: its value, or the placeholder for it. */
export type Param<T> = T | Placeholder<string, T>;

/** What Drizzle's builders build. */
interface Statement {
  prepare(): Prepared;
}
interface Prepared {
  getQuery(): { sql: string; params: unknown[] };
  mapResult(result: unknown, isFromBatch: boolean): unknown;
}

/**
 * A function that builds the statements once for each database and `shape` (all that they depend on beside the parameters,
 * whose names are `params`), and binds the values. What it returns runs them as one transaction: those of the keys, in
 * their order, or all in the order of `build`. Their results come by name.
 */
export function preparedBatch<
  Name extends string,
  Shape extends Record<string, string | boolean>,
  Statements extends Record<string, Statement>,
>(
  params: readonly Name[],
  build: (db: Database, at: Record<Name, Placeholder>, shape: Shape) => Statements,
) {
  type Key = keyof Statements & string;
  const known = new WeakMap<Database, Map<string, Record<Key, Prepared>>>();

  const statementsOf = (db: Database, shape: Shape) => {
    const shapes = known.get(db) ?? new Map<string, Record<Key, Prepared>>();
    known.set(db, shapes);
    const key = JSON.stringify(shape);
    const statements = shapes.get(key) ?? prepared<Key>(build(db, placeholdersOf(params), shape));
    shapes.set(key, statements);
    return statements;
  };

  return (db: Database, shape: Shape, values: Record<Name, string | number | null>) => {
    const statements = statementsOf(db, shape);
    type Results<K extends Key> = { [Each in K]: Awaited<Statements[Each]> };
    return <K extends Key = Key>(...keys: K[]) => {
      const chosen = Object.fromEntries(keys.map((key) => [key, statements[key]]));
      return runBatch<Results<K>>(db, keys.length === 0 ? statements : chosen, values);
    };
  };
}

/* oxlint-disable typescript/no-unsafe-type-assertion -- entries forget which value had which name */
const placeholdersOf = <Name extends string>(named: readonly Name[]) =>
  Object.fromEntries(named.map((name) => [name, sql.placeholder<string>(name)])) as Record<
    Name,
    Placeholder
  >;

const prepared = <Key extends string>(statements: { [K in Key]: Statement }) =>
  Object.fromEntries(
    Object.entries<Statement>(statements).map(([name, each]) => [name, each.prepare()]),
  ) as Record<Key, Prepared>;

async function runBatch<Results>(
  { $client }: Database,
  statements: Record<string, Prepared>,
  values: Record<string, unknown>,
): Promise<Results> {
  const entries = Object.entries(statements);
  const bound = entries.map(([, statement]) => {
    const query = statement.getQuery();
    return $client.prepare(query.sql).bind(...fillPlaceholders(query.params, values));
  });
  const results = await $client.batch(bound);
  const read = entries.map(([name, each], i) => [name, each.mapResult(results[i], true)]);
  return Object.fromEntries(read) as Results;
}
