/** D1 as an operator reaches it: by wrangler, here or in production. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import * as z from 'zod';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const WRANGLER = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;

const answers = z.array(z.looseObject({ results: z.array(z.record(z.string(), z.unknown())) }));
const ended = z.looseObject({ stdout: z.string(), stderr: z.string() });
export type Row = Record<string, unknown>;

export interface Database {
  /** Runs one query or several as one batch, all or nothing, and returns the rows of each. */
  query: (sql: string) => Promise<Row[][]>;
  /** Runs a long text of SQL for its effect. */
  load: (sql: string) => Promise<void>;
}

/** The database of `npm start`, or with `--remote` among `options` the deployed one. `--persist-to` is passed on. */
export function database(options: readonly string[]): Database {
  const where = options.includes('--remote') ? ['--remote'] : ['--local', ...persistTo(options)];
  const run = async (...args: string[]) => {
    const command = [WRANGLER, 'd1', 'execute', 'DB', '--yes', ...where, ...args];
    const settings = {
      cwd: ROOT,
      maxBuffer: OUTPUT_LIMIT_BYTES,
      env: { ...process.env, CI: 'true' },
    };
    try {
      return (await promisify(execFile)(process.execPath, command, settings)).stdout;
    } catch (error) {
      throw new Error(wordsOf(error), { cause: error });
    }
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

/** What wrangler says of a failure, in one line: never its command, whose SQL holds what nobody should read. */
function wordsOf(error: unknown): string {
  const { data } = ended.safeParse(error);
  const { stdout, stderr } = data ?? { stdout: '', stderr: '' };
  const text = /"text": "(.*)"/.exec(stdout)?.[1] ?? stripVTControlCharacters(stderr);
  return /(?:\[ERROR\]|ERROR:?)?\s*(\S.*)/.exec(text)?.[1]?.trim() ?? 'wrangler said nothing';
}

/** A text as an SQL literal. */
export const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** The option and its value as they were given, or nothing. */
function persistTo(options: readonly string[]): string[] {
  const at = options.findIndex((option) => /^--persist-to(=|$)/.test(option));
  if (at === -1) return [];
  return options[at] === '--persist-to' ? options.slice(at, at + 2) : options.slice(at, at + 1);
}
