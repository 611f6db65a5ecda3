import { describe, expect, it } from 'vitest';
import { setUp } from '../src/setup.ts';
import { importHash } from '../scripts/import-hash.ts';
import { accountCode, resetPassword } from './support/account.ts';
import { createWorld, MOBILE, type World } from './support/world.ts';

/** Accepted by check_password_hash of Werkzeug. */
const VECTORS = [
  [
    '123456',
    'pbkdf2:sha256:50000$AbCd1234$26c358eef60daada8c384cbc932ebcbcedb9ae5af72af108e08bfa43b999207a',
  ],
  [
    '密码 pass',
    'pbkdf2:sha256:50000$Zz09yX8w$24cd894dbcb67e5a3a28338ec73c5b57364a21ca2def2181aaf4a31542fdee6a',
  ],
] as const;
const [[PASSWORD, HASH]] = VECTORS;
const ABOVE_THE_CAP =
  'pbkdf2:sha256:150000$k3Jd9sLq$8edabb8c775583c5bed8708a445070738ece53e787df06ec0eb754d36772af3b';
const WRONG = { status: 200, errno: '4004', errmsg: '用户名或密码错误' };

const stored = async (world: World, hash: string) => {
  const checked = await setUp(world.env, () => ({ ok: true, value: [] }));
  if (!checked.ok) throw new Error(checked.problems.join());
  return importHash(checked.value.passwords.peppers[0], hash);
};
/** A user as `npm run users:import` makes one. */
const insert = async (world: World, hash: string) => {
  const values = [MOBILE, MOBILE, await stored(world, hash)];
  await world.db
    .prepare(
      'insert into users (mobile, name, password_hash, created_at, updated_at) values (?, ?, ?, 0, 0)',
    )
    .bind(...values)
    .run();
};
const hashNow = async (world: World) =>
  (await world.rows('select password_hash from users'))[0]?.['password_hash'];
const work = async (world: World, act: () => Promise<unknown>) => {
  const before = world.derivations().length;
  await act();
  return world
    .derivations()
    .slice(before)
    .reduce((sum, iterations) => sum + iterations, 0);
};

describe('an imported password', () => {
  it.each(VECTORS)('%j logs in, and its hash is replaced in silence', async (password, hash) => {
    const world = createWorld();
    await insert(world, hash);
    expect(await hashNow(world)).toMatch(/^werkzeug-pbkdf2-sha256\$i=50000\$k=[\w-]{8}\$/);
    expect(await world.logIn(MOBILE, `${password} `)).toMatchObject(WRONG);
    expect(await world.logIn(MOBILE, password)).toMatchObject({ errno: '0', errmsg: 'OK' });
    expect(await hashNow(world)).toMatch(/^pbkdf2-sha256\$i=1000\$/);
    expect((await world.logIn(MOBILE, password)).errno).toBe('0');
  });

  it('is the raw one: what NFKC makes alike is not alike to it', async () => {
    const world = createWorld();
    await insert(world, HASH);
    expect(await world.logIn(MOBILE, '１２３４５６')).toMatchObject(WRONG);
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('0');
  });

  it('costs as much work as any other, right or wrong, known or not', async () => {
    const world = createWorld({ PASSWORD_ITERATIONS: undefined });
    await insert(world, HASH);
    expect(await work(world, () => world.logIn(MOBILE, 'x'))).toBe(600_000);
    expect(await work(world, () => world.logIn('13900139000', 'x'))).toBe(600_000);
    expect(await work(world, () => world.logIn(MOBILE, PASSWORD))).toBe(1_200_000);
    expect(await work(world, () => world.logIn(MOBILE, PASSWORD))).toBe(600_000);
  });

  it('is not in the table: it takes the pepper to check it', async () => {
    const world = createWorld();
    await insert(world, HASH);
    const digest = HASH.split('$')[2] ?? '';
    const bytes = Uint8Array.from(digest.match(/../g) ?? [], (hex) => Number.parseInt(hex, 16));
    const encoded = btoa(String.fromCharCode(...bytes)).slice(0, 40);
    const text = String(await hashNow(world))
      .replaceAll('-', '+')
      .replaceAll('_', '/');
    expect(text).not.toContain(digest);
    expect(text).not.toContain(encoded);
  });

  it('of two log-ins at once logs both in', async () => {
    const world = createWorld();
    await insert(world, HASH);
    const replies = await Promise.all([1, 2].map(() => world.logIn(MOBILE, PASSWORD)));
    expect(replies.map(({ errno }) => errno)).toEqual(['0', '0']);
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('0');
  });

  it('above the platform’s cap is no password at all, until it is reset', async () => {
    const world = createWorld({ PASSWORD_ITERATIONS: undefined });
    const { code } = await accountCode(world, 'reset');
    expect(await stored(world, ABOVE_THE_CAP)).toBe('reset');
    await world.db.prepare("update users set password_hash = 'reset'").run();
    for (const password of ['123456', 'reset', ABOVE_THE_CAP]) {
      expect(await world.logIn(MOBILE, password)).toMatchObject(WRONG);
    }
    expect(await work(world, () => world.logIn(MOBILE, 'x'))).toBe(600_000);
    expect((await resetPassword(world, code, 'a new password')).errno).toBe('0');
    expect((await world.logIn(MOBILE, 'a new password')).errno).toBe('0');
  });

  it.each([
    '',
    'x',
    `x${HASH}`,
    HASH.replace('sha256', 'sha1'),
    HASH.replace('50000', '0'),
    HASH.replace('50000', '-1'),
    HASH.slice(0, -1),
    `${HASH}0`,
    `${HASH}\n`,
    HASH.replace('AbCd1234', ''),
    'sha1$abc$def',
  ])('is no %j', async (hash) => {
    expect(await stored(createWorld(), hash)).toBeNull();
  });
});
