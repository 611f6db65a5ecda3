/** The operators' scripts as they are run, on a local database of their own. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WRANGLER = 'node_modules/wrangler/bin/wrangler.js';
const PATIENCE_MS = 180_000; // each runs wrangler several times, perhaps on a busy machine
const MOBILE = '13800138000';
const HASH =
  'pbkdf2:sha256:50000$AbCd1234$26c358eef60daada8c384cbc932ebcbcedb9ae5af72af108e08bfa43b999207a';
const ABOVE_THE_CAP =
  'pbkdf2:sha256:150000$k3Jd9sLq$8edabb8c775583c5bed8708a445070738ece53e787df06ec0eb754d36772af3b';
const PEPPER = 'cGVwcGVyIGZvciB0aGUgdGVzdHMsIDMyIGJ5dGVzIDo=';
const TIME = '2019-03-01 08:30:00';

/** A database that is migrated, and each test's copy of it. */
let template: string;
let folder: string;

const newFolder = () => mkdtemp(join(tmpdir(), 'edge-signup-'));
/** A wrangler whose script was killed may still write for a moment. */
const remove = (path: string) => rm(path, { recursive: true, maxRetries: 10 });

beforeAll(async () => {
  vi.stubEnv('PASSWORD_PEPPER', PEPPER);
  template = folder = await newFolder();
  const { code, output } = await run(WRANGLER, 'd1', 'migrations', 'apply', 'DB', '--local');
  if (code !== 0) throw new Error(output);
}, PATIENCE_MS);
afterAll(() => remove(template));
beforeEach(async () => {
  folder = await newFolder();
  await cp(template, folder, { recursive: true });
});
afterEach(() => remove(folder));

interface Ended {
  code: number;
  output: string;
}

/** Runs a script of the package on the test's database, logged in nowhere, with nobody at the terminal. */
const run = (script: string, ...args: string[]) => runWith('', script, ...args);

function runWith(input: string, script: string, ...args: string[]): Promise<Ended> {
  const where = args.includes('--persist-to') ? [] : ['--persist-to', folder];
  const nowhere = { HOME: folder, XDG_CONFIG_HOME: folder, CLOUDFLARE_API_TOKEN: '' };
  const env = { ...process.env, ...nowhere, CI: 'true' };
  const command = [script, ...args, ...where];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, { cwd: ROOT, env }, (error, out, errors) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: out + errors });
    });
    child.stdin?.end(input);
  });
}
/** Makes a script believe that a person types what it reads. */
const TYPED = `data:text/javascript,${['stdin', 'stdout'].map((stream) => `process.${stream}.isTTY = true`).join(';')}`;

const users = (...args: string[]) => run('scripts/users.ts', ...args);
const importUsers = (...args: string[]) => run('scripts/users-import.ts', ...args);
/** The test's database, looked at without wrangler, which takes seconds each time. */
function withDatabase<T>(look: (db: DatabaseSync) => T): T {
  const place = join(folder, 'v3/d1/miniflare-D1DatabaseObject');
  const name = readdirSync(place).find((file) => /^[0-9a-f]+\.sqlite$/.test(file)) ?? '';
  const db = new DatabaseSync(join(place, name));
  try {
    return look(db);
  } finally {
    db.close();
  }
}
const rows = (sql: string) => withDatabase((db) => db.prepare(sql).all());
const load = (sql: string) => withDatabase((db) => db.exec(sql));

describe('npm run users:import', { timeout: PATIENCE_MS }, () => {
  const COLUMNS = 'mobile,name,password_hash,avatar,create_time';
  let path: string;
  beforeEach(async () => {
    path = join(folder, 'users.csv');
    const lines = [
      COLUMNS,
      `13900139001,"小明, BEGIN TRANSACTION;COMMIT;",${HASH},avatars/1.png,${TIME}`,
      `13900139002,<b>,${HASH},,${TIME}`,
      `13900139003,,${ABOVE_THE_CAP},,${TIME}`,
      `13900139001,again,${HASH},,${TIME}`,
      `1390013900,short,${HASH},,${TIME}`,
      `13900139004,plain,secret,,${TIME}`,
    ];
    await writeFile(path, lines.join('\n'));
  });

  it('with --dry-run checks every row and writes none', async () => {
    const { code, output } = await importUsers(path, '--dry-run');
    expect(output).toContain('6 of 6 rows, 3 refused');
    expect(output).toContain('no user was written');
    expect(output).toContain('1 users named by their mobile, 1 need a password reset');
    expect(code).toBe(0);
    expect(rows('select * from users')).toEqual([]);
  });

  it('brings what can be brought and says why the rest was refused', async () => {
    const { code, output } = await importUsers(path);
    expect(output).toContain('had 0 users before, and has 3 now');
    expect(output).toContain('PASSWORD_PEPPER could not be compared');
    expect(code).toBe(0);
    expect(rows('select mobile, name, avatar_url, created_at from users')).toEqual([
      {
        mobile: '13900139001',
        name: '小明, BEGIN TRANSACTION;COMMIT;',
        avatar_url: 'avatars/1.png',
        created_at: Date.parse('2019-03-01T08:30:00+08:00'),
      },
      expect.objectContaining({ mobile: '13900139002', name: '13900139002' }),
      expect.objectContaining({ mobile: '13900139003', name: '13900139003' }),
    ]);
    const refused = await readFile(`${path}.refused.csv`, 'utf8');
    expect(refused.trim().split(/\r?\n/)).toEqual([
      `line,reason,${COLUMNS}`,
      expect.stringMatching(/^5,mobile stands in the file twice,13900139001/),
      expect.stringMatching(/^6,mobile malformed,1390013900/),
      expect.stringMatching(/^7,password_hash is not .*,13900139004/),
    ]);
  });

  it('interrupted, leaves no copy of the users behind', async () => {
    const drawers = join(folder, 'drawers');
    await mkdir(drawers);
    const env = { ...process.env, PASSWORD_PEPPER: PEPPER, TMPDIR: drawers, CI: 'true' };
    const command = ['scripts/users-import.ts', path, '--persist-to', folder];
    const child = spawn(process.execPath, command, { cwd: ROOT, env, stdio: 'ignore' });
    const ended = once(child, 'exit');
    const isThere = () =>
      readdirSync(drawers).some((name) => existsSync(join(drawers, name, 'load.sql')));
    await vi.waitUntil(isThere, { timeout: PATIENCE_MS, interval: 5 });
    child.kill('SIGINT');
    await ended;
    expect(isThere()).toBe(false);
    expect(child.exitCode ?? child.signalCode).not.toBe(0);
  });

  it('run again, adds nobody twice and changes nobody', async () => {
    await importUsers(path);
    load(`update users set name = 'new' where mobile = '13900139001'`);
    const { code, output } = await importUsers(path);
    expect(output).toMatch(/had ([0-9]+) users before, and has \1 now/);
    expect(output).not.toContain('could not be compared');
    expect(code).toBe(0);
    expect(rows('select name from users where id = 1')).toEqual([{ name: 'new' }]);
    expect(rows('select count(*) as n from users')).toEqual([{ n: 3 }]);
  });

  it.each([
    ['a quote that is not closed', `${COLUMNS}\n13900139005,"x`, 'line 2'],
    ['a column that is missing', 'mobile,name\n', COLUMNS.replaceAll(',', ', ')],
  ])('refuses a file with %s in one line', async (_, text, said) => {
    const broken = join(folder, 'broken.csv');
    await writeFile(broken, text);
    const { code, output } = await importUsers(broken);
    expect(output).toContain(said);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });

  it('refuses a pepper that no password in the database is on', async () => {
    await importUsers(path);
    const mistaken = Buffer.alloc(32, 1).toString('base64');
    const other = join(folder, 'other.csv');
    await writeFile(other, `${COLUMNS}\n13900139009,late,${HASH},,${TIME}\n`);
    await writeFile(`${other}.refused.csv`, 'of an earlier run');
    vi.stubEnv('PASSWORD_PEPPER', mistaken);
    const { code, output } = await importUsers(other);
    vi.stubEnv('PASSWORD_PEPPER', PEPPER);
    expect(output).toMatch(/^PASSWORD_PEPPER is not the worker's: none of the 2 passwords/);
    expect(code).not.toBe(0);
    expect(rows("select * from users where mobile = '13900139009'")).toEqual([]);
    expect(await readFile(`${other}.refused.csv`, 'utf8')).toBe('of an earlier run');
  });

  it('refuses a file that is no UTF-8, before a name is misread', async () => {
    const broken = join(folder, 'gbk.csv');
    const row = Buffer.from(`,${HASH},,${TIME}`);
    const zhangInGbk = Buffer.from([0xd5, 0xc5]);
    await writeFile(
      broken,
      Buffer.concat([Buffer.from(`${COLUMNS}\n13900139006,`), zhangInGbk, row]),
    );
    const { code, output } = await importUsers(broken);
    expect(output).toMatch(/^[^\n]*gbk\.csv[^\n]*utf-8[^\n]*\n$/);
    expect(code).toBe(2);
    expect(rows(`select * from users where mobile = '13900139006'`)).toEqual([]);
  });

  it('imports nobody when it could not say who was refused', async () => {
    const place = join(folder, 'taken.csv');
    await writeFile(place, `${COLUMNS}\n13900139006,Bruce,${HASH},,${TIME}`);
    await mkdir(`${place}.refused.csv`);
    const { code, output } = await importUsers(place);
    expect(output).toMatch(/^[^\n]*taken\.csv\.refused\.csv[^\n]*EISDIR[^\n]*\n$/);
    expect(code).toBe(2);
    expect(rows(`select * from users where mobile = '13900139006'`)).toEqual([]);
  });

  it.each([['--dryrun'], ['--remot'], ['second.csv']])('with %s does nothing', async (argument) => {
    const { code, output } = await importUsers(join(folder, 'users.csv'), argument);
    expect(output).toContain('users.csv [--remote] [--dry-run]');
    expect(code).toBe(2);
  });

  it('says when there is no such file', async () => {
    const { code, output } = await importUsers(join(folder, 'none.csv'));
    expect(output.trim().split('\n')).toEqual([expect.stringContaining('none.csv')]);
    expect(code).toBe(2);
  });
});

describe('npm run users', { timeout: PATIENCE_MS }, () => {
  beforeEach(() => {
    const later = Date.now() + PATIENCE_MS * 60;
    load(`
      insert into users values (70, '${MOBILE}', '小明', 'hash', '', 0, 0, 1), (71, '13800138001', 'x', 'hash', '', 0, 0, 1);
      insert into sessions values ('a', 'a', 70, 0, ${later}, 0, ''), ('b', 'b', 71, 0, ${later}, 0, '');
      insert into security_events values ('a', 70, 'signed_up', 0, ''), ('b', 71, 'signed_up', 0, '');`);
  });

  it('finds an account', async () => {
    const { code, output } = await users('find', MOBILE);
    expect(output).toContain('user 70 "小明"');
    expect(output).toContain('live sessions: 1');
    expect(output).toContain('since 1970-01-01 08:00:00 (UTC+8)');
    expect(output).toContain('1970-01-01 08:00:00 (UTC+8) signed_up');
    expect(code).toBe(0);
  });

  it('tells what became of the codes of a mobile, the latest first, with an account or without', async () => {
    const stranger = '13900139010';
    const issue = (id: string, mobile: string, at: number, rest: string) =>
      `insert into sms_issues values ('${id}', 'r', '${mobile}', 'signup', ${at}, ${at}, ${rest});`;
    load(`
      ${issue('m1', stranger, 0, `0, null, null, 'refused'`)}
      ${issue('m2', stranger, 1000, `2, null, 9, 'sent'`)} ${issue('m3', '13900139011', 0, `0, null, null, 'sent'`)}`);
    const { output } = await users('find', stranger);
    expect(output.trim().split('\n')).toEqual([
      '139****9010 has no account.',
      'Codes of the last day:',
      '1970-01-01 08:00:01 (UTC+8) for signup: sent, tries 2, used (send_id m2)',
      '1970-01-01 08:00:00 (UTC+8) for signup: refused, tries 0 (send_id m1)',
    ]);
  });

  it('leaves a trace for the owner of what it changed, and of nothing else', async () => {
    for (const verb of ['end-sessions', 'end-sessions', 'block', 'block', 'unblock', 'unblock']) {
      await users(verb, MOBILE);
      await users(verb, '13900139099');
    }
    expect(rows("select user_id, kind from security_events where kind <> 'signed_up'")).toEqual([
      { user_id: 70, kind: 'ended_by_operator' },
      { user_id: 70, kind: 'blocked' },
      { user_id: 70, kind: 'unblocked' },
    ]);
  });

  it('blocks, which ends the sessions, and unblocks; twice is as good as once', async () => {
    await users('block', MOBILE);
    const again = await users('block', MOBILE);
    expect(again).toEqual({
      code: 0,
      output: '138****8000 was blocked already, and has no session.\n',
    });
    expect(rows('select id from sessions')).toEqual([{ id: 'b' }]);
    expect((await users('find', MOBILE)).output).toContain('blocked since');
    const unblocked = await users('unblock', MOBILE);
    expect(unblocked).toEqual({ code: 0, output: '138****8000 is blocked no more.\n' });
    expect(rows('select * from blocked_mobiles')).toEqual([]);
  });

  const later = Date.now() + PATIENCE_MS;
  /** A live code for the mobile and one for somebody else. */
  const liveCodes = [
    ['a', MOBILE],
    ['b', '13800138001'],
  ]
    .map(
      ([id, mobile]) =>
        `insert into sms_issues values ('${id}', '${id}', '${mobile}', 'login', 0, ${later}, 0, null, null, 'sent');`,
    )
    .join('');
  const live = () => rows(`select issue_id from sms_issues where expires_at = ${later}`);

  it('ends the sessions of one and of nobody else', async () => {
    load(`insert into sessions values ('c', 'c', 70, 0, ${later}, 0, ''); ${liveCodes}`);
    const ended = await users('end-sessions', MOBILE);
    const output = '138****8000 has no session any more, nor a code to start one with.\n';
    expect(ended).toEqual({ code: 0, output });
    expect(rows('select id from sessions')).toEqual([{ id: 'b' }]);
    expect(live()).toEqual([{ issue_id: 'b' }]);
  });

  it('deletes one account with all that belongs to it, and no other', async () => {
    load(liveCodes);
    const deleted = await users('delete', MOBILE);
    expect(live()).toEqual([{ issue_id: 'b' }]);
    expect(deleted).toEqual({ code: 0, output: '138****8000 has no account any more.\n' });
    expect((await users('find', MOBILE)).output).toContain('has no account');
    expect(rows('select id from users where id >= 70')).toEqual([{ id: 71 }]);
    expect(rows('select id from security_events')).toEqual([{ id: 'b' }]);
  });

  it.each([
    ['delete', 'had no account'],
    ['unblock', 'was not blocked'],
    ['end-sessions', 'had no session, and has no code to start one with'],
  ])('says that %s found nothing to change, as for a mistyped mobile', async (verb, nothing) => {
    const { code, output } = await users(verb, '13900139099');
    expect(output).toBe(`139****9099 ${nothing}.\n`);
    expect(code).toBe(0);
  });

  it('says that a mobile is malformed', async () => {
    const { code, output } = await users('find', '123');
    expect(output).toContain('mobile malformed\n');
    expect(code).toBe(2);
  });

  it.each([
    ['toString', MOBILE],
    ['find', ''],
    ['', ''],
  ])('answers %j %j with how it is used', async (...args) => {
    const { code, output } = await users(...args);
    expect(output).toContain('find|block|unblock|end-sessions|delete <mobile>');
    expect(code).toBe(2);
  });

  it.each([['--remot'], ['13900139009']])('with %s does nothing', async (argument) => {
    const { code, output } = await users('block', MOBILE, argument);
    expect(output).toContain('find|block|unblock|end-sessions|delete <mobile>');
    expect(output).not.toContain('is blocked');
    expect(code).toBe(2);
  });

  it('says in one line why the database could not be asked, without its statements', async () => {
    const empty = join(folder, 'empty');
    await mkdir(empty);
    const { code, output } = await users('find', MOBILE, '--persist-to', empty);
    expect(output).toMatch(/^The database could not be asked: no such table: users[^\n]*\n$/);
    expect(output).not.toContain(MOBILE);
    expect(code).toBe(1);
  });

  it('takes no folder that is not there, and makes none', async () => {
    const mistyped = join(folder, 'mistyped');
    const { code, output } = await users('find', MOBILE, '--persist-to', mistyped);
    expect(output).toBe(`There is no folder ${mistyped}.\n`);
    expect(code).toBe(2);
    expect(existsSync(mistyped)).toBe(false);
  });

  it('with --remote asks the deployed database, which needs a log-in', async () => {
    const { code, output } = await users('delete', MOBILE, '--remote');
    expect(output).toContain('CLOUDFLARE_API_TOKEN');
    expect(output).not.toContain(MOBILE);
    expect(code).toBe(1);
  });

  describe('delete --remote at a terminal', () => {
    const removeRemote = (input: string, ...args: string[]) =>
      runWith(input, '--import', TYPED, 'scripts/users.ts', 'delete', MOBILE, '--remote', ...args);

    it.each(['n\n', '\n', '', '\u0003'])('deletes nothing after %j', async (typed) => {
      const { code, output } = await removeRemote(typed);
      expect(output).toContain(`Delete the account of ${MOBILE} from the deployed database? [y/N]`);
      expect(output).toContain('Nothing was deleted.');
      expect(code).toBe(1);
    });

    it.each([
      ['after a yes', 'y\n', []],
      ['with --yes', '', ['--yes']],
    ])('goes on %s', async (_, typed, args) => {
      const { output } = await removeRemote(typed, ...args);
      expect(output).toContain('CLOUDFLARE_API_TOKEN');
      expect(output).not.toContain('Nothing was deleted');
    });
  });

  it('masks the mobile in what it says', async () => {
    expect((await users('unblock', MOBILE)).output).not.toContain(MOBILE);
  });
});
