/** Requests about an account whose world has changed before their last word: they do nothing, and say so. */
import { describe, expect, it } from 'vitest';
import { accountCode, changeName, changePassword, isLive, leave } from '../support/account.ts';
import {
  createWorld,
  MOBILE,
  PASSWORD,
  type Reply,
  sessionIn,
  type World,
} from '../support/world.ts';

interface Late {
  /** The batch that decides is the n-th of the request. */
  decidesAt: number;
  /** The purpose of the code that it needs. */
  purpose?: string;
  act: (world: World, session: string, code: string) => Promise<Reply>;
}

const del = (path: string) => (world: World, session: string) =>
  world.call(path, { method: 'DELETE', session });
const byPassword: Record<string, Late> = {
  'PUT /user/password': {
    decidesAt: 3,
    act: (world, session) => changePassword(world, session, PASSWORD),
  },
  'DELETE /user': {
    decidesAt: 3,
    act: (world, session) => leave(world, session, { password: PASSWORD }),
  },
};
const bySession: Record<string, Late> = {
  ...byPassword,
  'DELETE /user with a code': {
    decidesAt: 3,
    purpose: 'delete',
    act: (world, session, code) => leave(world, session, { sms_code: code }),
  },
  'PUT /user/name': { decidesAt: 2, act: (world, session) => changeName(world, session, '小明') },
  'DELETE /sessions': { decidesAt: 2, act: del('/sessions') },
  'DELETE /sessions/:id': {
    decidesAt: 2,
    act: async (world, session) => {
      const [row] = await world.rows('select id from sessions order by created_at desc limit 1');
      return del(`/sessions/${String(row?.['id'])}`)(world, session);
    },
  },
};

/** Runs that SQL just before the n-th round trip to D1 from now on. */
const before = (world: World, at: number, sql: string) =>
  world.stores.meanwhile(at, () => world.db.prepare(sql).run());

/** Two sessions, the older of which asks, a code for the account, and what there is of it. */
async function prepare(world: World, { purpose = 'login' }: Late) {
  const { code, session } = await accountCode(world, purpose);
  const other = sessionIn(await world.logIn(MOBILE, PASSWORD));
  const account = () => world.rows('select name, password_hash from users');
  const codes = () => world.rows('select expires_at, used_at from sms_issues order by issued_at');
  world.advance(1);
  return { account, code, codes, other, session };
}

describe('a session that ends while it asks', () => {
  it.each(Object.entries(bySession))('does no %s', async (_, late) => {
    const world = createWorld();
    const { account, code, codes, other, session } = await prepare(world, late);
    const as = await account();
    const had = await codes();
    const since = world.now();
    const first = 'delete from sessions where created_at = (select min(created_at) from sessions)';
    before(world, late.decidesAt, first);
    expect((await late.act(world, session, code)).errno).not.toBe('0');
    expect(await account()).toEqual(as);
    expect(await codes()).toEqual(had);
    expect(await isLive(world, other)).toBe(true);
    const tries = await world.rows(`select kind from security_events where at >= ${since}`);
    expect(tries.every(({ kind }) => String(kind).endsWith('_failed'))).toBe(true);
  });

  it('asks for no code to leave', async () => {
    const world = createWorld();
    const session = await world.signUp();
    world.advance(24 * 3_600_000);
    const captcha = { ...(await world.captcha()), purpose: 'delete' };
    expect((await world.askCode(MOBILE, captcha, { session })).errno).toBe('4101');
  });
});

describe('a password that is changed while it is being checked', () => {
  const changed =
    "update users set password_hash = 'another', password_version = password_version + 1";

  it.each(Object.entries(byPassword))('does no %s', async (_, late) => {
    const world = createWorld();
    const { account, code, codes, other, session } = await prepare(world, late);
    const had = await codes();
    before(world, late.decidesAt, changed);
    expect((await late.act(world, session, code)).errno).toBe('4106');
    expect(await account()).toEqual([{ name: MOBILE, password_hash: 'another' }]);
    expect(await codes()).toEqual(had);
    for (const live of [session, other]) expect(await isLive(world, live)).toBe(true);
    const kinds = await world.rows('select kind from security_events order by at desc limit 1');
    expect(kinds).toEqual([{ kind: 'password_failed' }]);
  });

  it.each(Object.entries(byPassword))('is hashed anew meanwhile: %s', async (_, late) => {
    const world = createWorld();
    const { session } = await prepare(world, late);
    before(world, late.decidesAt, "update users set password_hash = 'the same, hashed anew'");
    expect((await late.act(world, session, '')).errno).toBe('0');
  });

  it('is not replaced by a better hash of the old one', async () => {
    await createWorld().signUp();
    const world = createWorld({ PASSWORD_ITERATIONS: '2000' });
    before(world, 2, changed);
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('4004');
    expect(await world.rows('select password_hash as hash from users')).toEqual([
      { hash: 'another' },
    ]);
  });
});
