/**
 * `npm run users:import -- users.csv [--remote] [--dry-run]`: the users of the older service, in chunks. A mobile that
 * has an account already is left as it is, so a run that was stopped is taken up by running it again. Rows that are
 * refused go to `users.csv.refused.csv` with the reason. Needs the pepper: of `.dev.vars`, or PASSWORD_PEPPER for --remote.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fromBase64 } from '../src/lib/crypto.ts';
import { onPepper, pepperOf } from '../src/users/password.ts';
import { csvLine, type CsvRow, parseCsv } from './csv.ts';
import { database, inert, quoted, WHICH_DATABASE } from './d1.ts';
import { COLUMNS, type ImportedUser, importRow, type OldUser } from './import-row.ts';
import { messageOf } from './operate/message.ts';
import { argumentsOf, stop } from './operate/options.ts';
import { readDevVars } from './operate/project.ts';

const ROWS_PER_CHUNK = 5000;
/** D1 takes statements of 100 KB; a row is some 300 bytes, and with a long name and avatar 1.2 KB. */
const ROWS_PER_STATEMENT = 50;

const ROOT = dirname(import.meta.dirname);
const USAGE = 'npm run users:import -- users.csv [--remote] [--dry-run] [--persist-to <folder>]';

const { values, positionals } = argumentsOf(USAGE, {
  ...WHICH_DATABASE,
  'dry-run': { type: 'boolean' },
});
const [path, ...others] = positionals;
if (path === undefined || others.length > 0) stop(USAGE);
const isDry = values['dry-run'] ?? false;
const refusedPath = `${path}.refused.csv`;
const db = database(values);
const pepper = await pepperOf(readPepper());

const [header, ...rows] = readRows(path);
const columns = COLUMNS.map((name) => header?.fields.indexOf(name) ?? -1);
if (columns.includes(-1)) stop(`The first line must name the columns ${COLUMNS.join(', ')}.`);

const counts = { rows: 0, refused: 0, renamed: 0, needsReset: 0 };
const refused: string[] = [csvLine(['line', 'reason', ...COLUMNS])];
const seen = new Set<string>();
writeRefused('a', ''); // if it cannot be written, before anybody is imported
try {
  await importAll();
} catch (error) {
  console.error(`The database could not be asked: ${messageOf(error)}`);
  console.error('Run it again to go on from here.');
  process.exit(1);
}

async function importAll(): Promise<void> {
  const started = Date.now();
  const before = isDry ? null : await countUsers();
  if (before !== null) comparePepper(before);
  for (let at = 0; at < rows.length; at += ROWS_PER_CHUNK) {
    await importChunk(rows.slice(at, at + ROWS_PER_CHUNK));
    const seconds = Math.round((Date.now() - started) / 1000);
    console.log(`${counts.rows} of ${rows.length} rows, ${counts.refused} refused, ${seconds} s`);
  }
  const after = before && (await countUsers());
  writeRefused('w', refused.join(''));
  if (after === null) console.log('Dry run, no user was written.');
  else console.log(`The database had ${before?.users} users before, and has ${after.users} now.`);
  console.log(
    `${counts.refused} rows refused (${refusedPath}), ${counts.renamed} users named by their mobile, ` +
      `${counts.needsReset} need a password reset.`,
  );
}

async function importChunk(chunk: readonly CsvRow[]): Promise<void> {
  const users: ImportedUser[] = [];
  for (const row of chunk) {
    counts.rows += 1;
    const old = readRow(row);
    const user = seen.has(old.mobile)
      ? 'mobile stands in the file twice'
      : await importRow(pepper, old);
    if (typeof user === 'string') {
      counts.refused += 1;
      refused.push(csvLine([row.line, user, ...COLUMNS.map((name) => old[name])]));
      continue;
    }
    seen.add(user.mobile);
    counts.renamed += Number(user.renamed);
    counts.needsReset += Number(user.needsReset);
    users.push(user);
  }
  if (isDry || users.length === 0) return;
  const statements: string[] = [];
  for (let at = 0; at < users.length; at += ROWS_PER_STATEMENT) {
    statements.push(insertOf(users.slice(at, at + ROWS_PER_STATEMENT)));
  }
  await db.load(statements.join('\n'));
}

function writeRefused(flag: 'a' | 'w', text: string): void {
  try {
    writeFileSync(refusedPath, text, { mode: 0o600, flag });
  } catch (error) {
    stop(`${refusedPath}: ${messageOf(error)}`);
  }
}

function insertOf(users: readonly ImportedUser[]): string {
  const tuples = users.map(
    ({ mobile, name, passwordHash, avatarUrl, createdAt }) =>
      `(${quoted(mobile)}, ${inert(name)}, ${quoted(passwordHash)}, ${quoted(avatarUrl)}, ${createdAt}, ${createdAt})`,
  );
  return `insert into users (mobile, name, password_hash, avatar_url, created_at, updated_at) values
${tuples.join(',\n')}
on conflict do nothing;`;
}

/** Refuses what is no UTF-8 (Excel's usual CSV): a name that was misread could not be mended by a second run. */
function readRows(file: string): CsvRow[] {
  try {
    return [...parseCsv(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file)))];
  } catch (error) {
    return stop(`${file}: ${messageOf(error)}`);
  }
}

/** A column that a row does not have is empty. */
function readRow({ fields }: CsvRow): OldUser {
  const field = (name: (typeof COLUMNS)[number]) =>
    fields[columns[COLUMNS.indexOf(name)] ?? -1] ?? '';
  return {
    mobile: field('mobile'),
    name: field('name'),
    password_hash: field('password_hash'),
    avatar: field('avatar'),
    create_time: field('create_time'),
  };
}

/** How many users there are, how many of them have a password on a pepper, and how many on ours. */
async function countUsers() {
  const [answer] = await db.query(
    `select count(*) as n, count(case when password_hash like '${onPepper()}' then 1 end) as peppered,
     count(case when password_hash like '${onPepper(pepper.id)}' then 1 end) as ours from users`,
  );
  const { n, ours, peppered } = answer?.[0] ?? {};
  return { users: Number(n), peppered: Number(peppered), ours: Number(ours) };
}

/** Refuses a pepper that the worker does not seem to have: whoever is imported under it stays locked out. */
function comparePepper({ peppered, ours }: { peppered: number; ours: number }): void {
  if (peppered === 0) {
    console.warn(
      "No password in that database is on a pepper yet, so PASSWORD_PEPPER could not be compared. If it is not the worker's, " +
        'none of these users can log in. Sign up once first, or try one row and log in.',
    );
  } else if (ours === 0) {
    stop(
      `PASSWORD_PEPPER is not the worker's: none of the ${String(peppered)} passwords in that database is on it (${pepper.id}). ` +
        'If it was rotated just now, log in once first.',
    );
  }
}

function readPepper(): Uint8Array<ArrayBuffer> {
  const own = process.env['PASSWORD_PEPPER'] ?? (values.remote ? '' : localPepper());
  try {
    const bytes = fromBase64(own);
    if (bytes.byteLength === 32) return bytes;
  } catch {
    // said below
  }
  return stop('PASSWORD_PEPPER must be the pepper of the worker, base64 of 32 bytes.');
}

function localPepper(): string {
  const vars = readDevVars(ROOT) ?? stop('There is no .dev.vars. `npm start` makes one.');
  return vars['PASSWORD_PEPPER'] ?? '';
}
