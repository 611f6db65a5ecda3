import { describe, expect, it } from 'vitest';
import { accountCode, isLive, leave, resetPassword, startOver } from './support/account.ts';
import type { Failure } from './support/stores.ts';
import {
  createWorld,
  MOBILE,
  OTHER,
  PASSWORD,
  sessionIn,
  type World,
  wrongCode,
} from './support/world.ts';

const FAILURES: Failure[] = ['before', 'after', 'hang', 'nonsense'];
const PASSWORD_WRONG = { status: 200, errno: '4106', errmsg: '密码错误' };
const LOGGED_OUT = { status: 200, errno: '4101', errmsg: '用户未登录' };
const EXPIRED = { status: 200, errno: '4002', errmsg: '短信验证码已过期' };
const left = async (world: World) =>
  (await world.rows('select * from users where mobile = ?', MOBILE)).length === 0;

describe('DELETE /user', () => {
  it.each([
    ['{}', '参数错误'],
    ['', '参数错误'],
    [{ x: 1 }, '参数缺失'],
    [{ password: '' }, '参数缺失'],
    [{ sms_code: '' }, '参数缺失'],
    [{ sms_code: null }, '参数错误'],
    [{ password: 1 }, '参数错误'],
  ])('refuses the body %j', async (body, errmsg) => {
    const world = createWorld();
    expect(await leave(world, 'x', body)).toMatchObject({ errno: '4103', errmsg });
    expect(world.stores.counts.d1).toBe(0);
  });

  it('by password takes the account, its sessions and its events away, and nobody else’s', async () => {
    const world = createWorld();
    const stranger = await world.signUp(OTHER);
    const session = await world.signUp();
    const second = sessionIn(await world.logIn(MOBILE, PASSWORD));
    const reply = await leave(world, session, { password: PASSWORD });
    expect(reply).toMatchObject({ errno: '0', errmsg: 'OK' });
    expect(reply.headers.getSetCookie()).toEqual([expect.stringMatching(/^session=; Max-Age=0/)]);
    for (const ended of [session, second]) expect(await isLive(world, ended)).toBe(false);
    expect(await isLive(world, stranger)).toBe(true);
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('4004');
    for (const table of ['users', 'sessions', 'security_events']) {
      expect(await world.rows(`select count(*) as n from ${table}`)).toEqual([{ n: 1 }]);
    }
  });

  it('by code does the same', async () => {
    const world = createWorld();
    const { code, session } = await accountCode(world, 'delete');
    expect((await leave(world, session, { sms_code: Number(code) })).errno).toBe('0');
    expect(await left(world)).toBe(true);
    expect(await leave(world, session, { sms_code: code })).toMatchObject(LOGGED_OUT);
  });

  it('lets the mobile sign up again, within the caps that were there before', async () => {
    const world = createWorld();
    for (let round = 0; round < 5; round++) {
      const session = await world.signUp();
      expect((await leave(world, session, { password: PASSWORD })).errno).toBe('0');
      world.advance(60_000);
    }
    const reply = await world.askCode(MOBILE, await world.captcha());
    expect(reply).toMatchObject({ errno: '4201', errmsg: '发送次数已达上限,请稍后重试' });
    expect(await world.rows('select count(*) as n from sms_issues')).toEqual([{ n: 5 }]);
  });

  it('gives a new account nothing of the old one', async () => {
    const world = createWorld();
    const old = await world.signUp();
    await leave(world, old, { password: PASSWORD });
    world.advance(60_000);
    const reply = await world.register(MOBILE, await world.code());
    expect(reply.data).toMatchObject({ user_id: 2, name: MOBILE });
    expect(await isLive(world, old)).toBe(false);
    expect(await leave(world, old, { password: PASSWORD })).toMatchObject(LOGGED_OUT);
  });

  it.each(['password', 'code'])(
    'by %s ends the codes, which would open the next account',
    async (by) => {
      const world = createWorld();
      const session = await world.signUp();
      const codes: Record<string, string> = {};
      for (const purpose of ['login', 'reset', 'delete']) {
        world.advance(60_000);
        codes[purpose] = await world.code(MOBILE, purpose, { session });
      }
      const secret = by === 'code' ? { sms_code: codes.delete } : { password: PASSWORD };
      expect((await leave(world, session, secret)).errno).toBe('0');
      world.advance(60_000);
      await world.signUp();
      expect(await world.logInByCode(MOBILE, codes.login)).toMatchObject(EXPIRED);
      expect(await resetPassword(world, codes.reset ?? '')).toMatchObject(EXPIRED);
    },
  );

  it('takes the tries of log-in for the password', async () => {
    const world = createWorld();
    const session = await world.signUp();
    for (let tries = 0; tries < 5; tries++) {
      expect(await leave(world, session, { password: 'x' })).toMatchObject(PASSWORD_WRONG);
    }
    expect((await leave(world, session, { password: PASSWORD })).errno).toBe('4201');
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('4201');
    expect(await left(world)).toBe(false);
  });

  it('forgives the tries before it', async () => {
    const world = createWorld();
    const session = await world.signUp();
    const wrong = async () => {
      for (let tries = 0; tries < 4; tries++) await world.logIn(MOBILE, 'x');
    };
    await wrong();
    expect((await leave(world, session, { password: PASSWORD })).errno).toBe('0');
    world.advance(60_000);
    await world.signUp();
    await wrong();
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('0');
  });

  it.each(['login', 'reset', 'signup'])('takes no code for %s', async (purpose) => {
    const world = createWorld();
    const { code, session } = await accountCode(world, purpose === 'signup' ? 'login' : purpose);
    const wrong = purpose === 'signup' ? world.messages[0]?.code : code;
    expect(await leave(world, session, { sms_code: wrong })).toMatchObject(EXPIRED);
    expect(await left(world)).toBe(false);
  });

  it('counts five tries at the code', async () => {
    const world = createWorld();
    const { code, session } = await accountCode(world, 'delete');
    for (const attempts of [4, 3, 2, 1, 0]) {
      const reply = await leave(world, session, { sms_code: wrongCode(code) });
      expect(reply).toMatchObject({ errno: '4004', data: { attempts_left: attempts } });
    }
    expect((await leave(world, session, { sms_code: code })).errno).toBe('4201');
  });

  it.each(['', 'x', 'A'.repeat(43)])('is for nobody with the cookie %j', async (session) => {
    const world = createWorld();
    await world.signUp();
    expect(await leave(world, session, { password: PASSWORD })).toMatchObject(LOGGED_OUT);
    expect(await leave(world, session, { sms_code: '123456' })).toMatchObject(LOGGED_OUT);
  });

  it('of many at once, with log-ins among them, leaves no session of nobody', async () => {
    const world = createWorld();
    const { code, session } = await accountCode(world, 'delete');
    const replies = await Promise.all([
      ...[1, 2, 3].map(() => leave(world, session, { sms_code: code })),
      leave(world, session, { password: PASSWORD }),
      ...[1, 2].map(() => world.logIn(MOBILE, PASSWORD)),
    ]);
    expect(replies.slice(0, 4).some(({ errno }) => errno === '0')).toBe(true);
    expect(replies.every(({ errno }) => !['4001', '4500'].includes(errno))).toBe(true);
    expect(await left(world)).toBe(true);
    expect(await world.rows('select * from sessions')).toEqual([]);
    expect(await world.rows('select * from security_events')).toEqual([]);
  });

  it('of many with one code is done once', async () => {
    const world = createWorld();
    const { code, session } = await accountCode(world, 'delete');
    const replies = await Promise.all(
      [1, 2, 3].map(() => leave(world, session, { sms_code: code })),
    );
    expect(replies.filter(({ errno }) => errno === '0')).toHaveLength(1);
    expect(await left(world)).toBe(true);
  });

  it.each(FAILURES)('(%s) by password: what is said, and a retry converges', async (failure) => {
    for (const [at, errmsg] of [
      [1, '数据库查询错误'],
      [2, '查询用户信息异常'],
      [3, '保存用户信息异常'],
    ] as const) {
      const world = createWorld();
      await startOver(world);
      const session = await world.signUp();
      world.stores.forget();
      world.stores.fail('d1', failure, at);
      world.stores.fail('d1', failure, at + 1);
      const proof = { password: PASSWORD };
      expect(await leave(world, session, proof)).toMatchObject({ errno: '4001', errmsg });
      world.stores.forget();
      const happened = failure === 'after' && at === 3;
      expect(await left(world)).toBe(happened);
      expect((await leave(world, session, proof)).errno).toBe(happened ? '4101' : '0');
    }
  });

  it.each(FAILURES)('(%s) by code likewise', async (failure) => {
    for (const at of [2, 3]) {
      const world = createWorld();
      await startOver(world);
      const { code, session } = await accountCode(world, 'delete');
      world.stores.forget();
      world.stores.fail('d1', failure, at);
      world.stores.fail('d1', failure, at + 1);
      expect((await leave(world, session, { sms_code: code })).errno).toBe('4001');
      const happened = failure === 'after' && at === 3;
      expect(await left(world)).toBe(happened);
      const again = await leave(world, session, { sms_code: code });
      expect(again.errno).toBe(happened ? '4101' : '0');
    }
  });

  it.each(['password', 'code'])(
    'by %s says 4001 when the batch was lost, not that the secret is wrong',
    async (by) => {
      const world = createWorld();
      const { code, session } = await accountCode(world, 'delete');
      const proof = by === 'code' ? { sms_code: code } : { password: PASSWORD };
      world.stores.forget();
      world.stores.fail('d1', 'before', 3);
      expect((await leave(world, session, proof)).errno).toBe('4001');
      expect((await leave(world, session, proof)).errno).toBe('0');
    },
  );

  it('goes on when only the answer was lost', async () => {
    const world = createWorld();
    const session = await world.signUp();
    world.stores.forget();
    world.stores.fail('d1', 'after', 3);
    expect((await leave(world, session, { password: PASSWORD })).errno).toBe('0');
  });
});
