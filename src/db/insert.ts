/** Inserts that are decided in the database. */
import { getTableColumns, type SQL, sql, type SQLWrapper } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Database, Param } from './prepared.ts';

type Expression = Param<string | number> | SQLWrapper;

/**
 * The statement that inserts the row of these expressions once for each row of `rest`: a `from` or a `where`, by which the
 * database decides. `insert … select` goes by the order of the columns; here each value stands beside its name.
 */
export const insertWhere = <Table extends SQLiteTable>(
  db: Database,
  table: Table,
  row: Record<keyof Table['$inferSelect'] & string, Expression>,
  rest: SQL,
) => {
  const names = Object.keys(getTableColumns(table)) as (keyof typeof row)[];
  const values = names.map((name) => sql`${row[name]}`);
  return db.insert(table).select(sql`select ${sql.join(values, sql`, `)} ${rest}`);
};
