/**
 * Statements that are written once. Their texts are the same in every request, and putting them together took Drizzle a quarter of
 * the CPU of a sign-up (stores apart): so they are written with a place for each value, and a request fills the places.
 */
import { fillPlaceholders, type Placeholder, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';

export type Database = DrizzleD1Database & { $client: D1Database };

/** A value of a statement, or the place for one. */
export type Place<T> = T | Placeholder<string, T>;

/** What Drizzle's builders build. */
interface Statement {
  prepare(): Prepared;
}
interface Prepared {
  getQuery(): { sql: string; params: unknown[] };
  mapResult(result: unknown, isFromBatch: boolean): unknown;
}

/**
 * Makes `write` into a function that calls it once for each database and `shape`: all that the statements depend on beside
 * the values of the places, which are `named`. Given the values, that gives what runs the statements as one transaction: those
 * of the keys, in their order, or all in the order in which they were written. Their results come by name.
 */
export function written<
  Name extends string,
  Shape extends Record<string, string | boolean>,
  Written extends Record<string, Statement>,
>(
  named: readonly Name[],
  write: (db: Database, at: Record<Name, Placeholder>, shape: Shape) => Written,
) {
  type Key = keyof Written & string;
  const known = new WeakMap<Database, Map<string, Record<Key, Prepared>>>();

  const statementsOf = (db: Database, shape: Shape) => {
    const shapes = known.get(db) ?? new Map<string, Record<Key, Prepared>>();
    known.set(db, shapes);
    const key = JSON.stringify(shape);
    const statements = shapes.get(key) ?? prepared<Key>(write(db, placesOf(named), shape));
    shapes.set(key, statements);
    return statements;
  };

  return (db: Database, shape: Shape, values: Record<Name, string | number | null>) => {
    const statements = statementsOf(db, shape);
    type Results<K extends Key> = { [Each in K]: Awaited<Written[Each]> };
    return <K extends Key = Key>(...keys: K[]) => {
      const chosen = Object.fromEntries(keys.map((key) => [key, statements[key]]));
      return runBatch<Results<K>>(db, keys.length === 0 ? statements : chosen, values);
    };
  };
}

/* oxlint-disable typescript/no-unsafe-type-assertion -- entries forget which value had which name */
const placesOf = <Name extends string>(named: readonly Name[]) =>
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
