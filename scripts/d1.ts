/** D1 as an operator reaches it: by wrangler, here or in production. */
import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { stop } from './operate/options.ts';
import { parsed, reasonOf, wranglerIn } from './operate/wrangler.ts';

const ROOT = dirname(import.meta.dirname);
const wrangler = wranglerIn(ROOT);

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const answers = z.array(z.looseObject({ results: z.array(z.record(z.string(), z.unknown())) }));
export type Row = Record<string, unknown>;

export interface Database {
  /** Runs one query or several as one batch, all or nothing, and returns the rows of each. */
  query: (sql: string) => Promise<Row[][]>;
  /** Runs a long text of SQL for its effect. */
  load: (sql: string) => Promise<void>;
}

/** The options that say which database, for `argumentsOf`. */
export const WHICH_DATABASE = {
  remote: { type: 'boolean' },
  'persist-to': { type: 'string' },
} as const;

interface Where {
  remote?: boolean;
  'persist-to'?: string;
}

/**
 * The database of `npm start`, in the folder of `--persist-to` if there is one, or with `--remote` the deployed one. A
 * folder that is not there ends the script: wrangler would make it, with an empty database in it.
 */
export function database(options: Where): Database {
  const folder = options['persist-to'];
  if (folder !== undefined && !existsSync(resolve(ROOT, folder))) {
    stop(`There is no folder ${folder}.`);
  }
  const local = folder === undefined ? ['--local'] : ['--local', '--persist-to', folder];
  const where = options.remote ? ['--remote'] : local;
  const run = async (...args: string[]) => {
    const answer = await wrangler(['d1', 'execute', 'DB', '--yes', ...where, ...args]);
    // Never the command: its SQL holds what nobody should read.
    if (!answer.ok) throw new Error(`${reasonOf(answer)}${remedyOf(answer.said, options)}`);
    return answer;
  };
  return {
    query: async (sql) => {
      const answer = await run('--json', '--command', sql);
      return parsed(answers, answer).map(({ results }) => results);
    },
    load: async (sql) => {
      const drawer = await mkdtemp(join(tmpdir(), 'edge-signup-'));
      const empty = () => rmSync(drawer, { recursive: true, force: true });
      const leave = () => {
        empty(); // it holds mobiles and hashes
        process.exit(130);
      };
      for (const signal of SIGNALS) process.once(signal, leave);
      try {
        const file = join(drawer, 'load.sql');
        await writeFile(file, sql, { mode: 0o600 });
        await run('--file', file);
      } finally {
        for (const signal of SIGNALS) process.off(signal, leave);
        empty();
      }
    },
  };
}

/** A database that nothing has migrated yet has no tables, or not all of their columns. */
function remedyOf(said: string, { remote, 'persist-to': folder }: Where): string {
  const start = folder === undefined ? 'npm start' : `npm start -- --persist-to ${folder}`;
  const migrates = remote ? 'npm run deploy' : start;
  return /no such (table|column)/.test(said) ? `. ${migrates} brings it up to date.` : '';
}

/** A text of people's own as an SQL expression without its words: wrangler takes `BEGIN` and `COMMIT` out of a file between quotes too. */
export const inert = (text: string) => `cast(x'${Buffer.from(text).toString('hex')}' as text)`;

/** A text as an SQL literal. */
export const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
