/** How D1 means to find the rows of a statement: by a key or an index, or by looking at all of them. */
const seen = new Set<string>();

/** The latest slot is the first row that is looked at: `order by slot desc limit 1` along the key. */
const ONE_ROW = /order by "sms_volume"\."slot" desc limit 1/;

/** Of the statements that are new since the last call, those that look at every row of a table, with that table. */
export async function scansOf(db: D1Database, statements: readonly string[]): Promise<string[]> {
  const scans: string[] = [];
  for (const sql of statements.filter((statement) => !seen.has(statement))) {
    seen.add(sql);
    const details = await planOf(db, sql);
    for (const detail of details) {
      const table = /^SCAN (\w+)/.exec(detail)?.[1];
      if (table === undefined || table === 'CONSTANT') continue;
      if (table === 'sms_volume' && ONE_ROW.test(sql)) continue;
      scans.push(`${detail}: ${sql}`);
    }
  }
  return scans;
}

/** The plan's lines. What the parameters are does not matter to it, only how many there are. */
async function planOf(db: D1Database, sql: string): Promise<string[]> {
  const parameters = sql.replaceAll(/'[^']*'|"[^"]*"/g, '').split('?').length - 1;
  const explain = db.prepare(`explain query plan ${sql}`).bind(...Array(parameters).fill(null));
  const { results } = await explain.all<{ detail: string }>();
  return results.map(({ detail }) => detail);
}
