/** What a worker asked of its stores, as the clerk at them notes it. */
export interface Statement {
  sql: string;
  params: unknown[];
  rowsRead: number;
  rowsWritten: number;
}
export type Operation =
  | { store: 'kv'; verb: 'get' | 'put' | 'delete'; key: string; value?: unknown }
  | { store: 'd1'; verb: string; statements: Statement[] };
