/** D1 as an operator reaches it: by wrangler, here or in production. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { optionOf } from './operate/options.ts';
import { reasonOf, wranglerIn } from './operate/wrangler.ts';

const wrangler = wranglerIn(dirname(import.meta.dirname));

const answers = z.array(z.looseObject({ results: z.array(z.record(z.string(), z.unknown())) }));
export type Row = Record<string, unknown>;

export interface Database {
  /** Runs one query or several as one batch, all or nothing, and returns the rows of each. */
  query: (sql: string) => Promise<Row[][]>;
  /** Runs a long text of SQL for its effect. */
  load: (sql: string) => Promise<void>;
}

/** The database of `npm start`, or with `--remote` among `options` the deployed one. `--persist-to` is passed on. */
export function database(options: readonly string[]): Database {
  const isRemote = options.includes('--remote');
  const where = isRemote ? ['--remote'] : ['--local', ...optionOf(options, '--persist-to')];
  const run = async (...args: string[]) => {
    const answer = await wrangler(['d1', 'execute', 'DB', '--yes', ...where, ...args]);
    if (!answer.ok) throw new Error(reasonOf(answer)); // never the command: its SQL holds what nobody should read
    return answer.output;
  };
  return {
    query: async (sql) => {
      const output = await run('--json', '--command', sql);
      return answers.parse(JSON.parse(output)).map(({ results }) => results);
    },
    load: async (sql) => {
      const folder = await mkdtemp(join(tmpdir(), 'edge-signup-'));
      try {
        const file = join(folder, 'load.sql');
        await writeFile(file, sql, { mode: 0o600 });
        await run('--file', file);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  };
}

/** A text as an SQL literal. */
export const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
