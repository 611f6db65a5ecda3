import { describe, expect, it } from 'vitest';
import {
  accountCode,
  changePassword,
  isLive,
  resetPassword,
  startOver,
} from './support/account.ts';
import type { Failure } from './support/stores.ts';
import { createWorld, MOBILE, OTHER, PASSWORD, sessionIn, wrongCode } from './support/world.ts';

const NEW = 'a new password';
const FAILURES: Failure[] = ['before', 'after', 'hang', 'nonsense'];
const EXPIRED = { status: 200, errno: '4002', errmsg: '短信验证码已过期' };
const PASSWORD_WRONG = { status: 200, errno: '4106', errmsg: '密码错误' };
const EXHAUSTED = { status: 200, errno: '4201', errmsg: '错误次数过多,请稍后重试' };
const LOGGED_OUT = { status: 200, errno: '4101', errmsg: '用户未登录' };

describe('POST /password-resets', () => {
  it.each([
    [{}, '参数错误'],
    [{ mobile: MOBILE, sms_code: '123456' }, '参数缺失'],
    [{ mobile: MOBILE, password: NEW }, '参数缺失'],
    [{ mobile: '138', sms_code: '', password: NEW }, '参数缺失'],
    [{ mobile: MOBILE, sms_code: null, password: NEW }, '参数错误'],
    [{ mobile: '138', sms_code: '123456', password: 'x' }, '手机号格式错误'],
    [{ mobile: MOBILE, sms_code: '123456', password: 'x' }, '密码长度需为8-128位'],
    [{ mobile: MOBILE, sms_code: '123456', password: 'password' }, '密码过于简单'],
  ])('refuses the body %j', async (body, errmsg) => {
    const world = createWorld();
    const reply = await world.call('/password-resets', { method: 'POST', body });
    expect(reply).toMatchObject({ errno: '4103', errmsg });
    expect(world.stores.counts.d1).toBe(0);
  });

  it('forgives the tries at the old password, here and everywhere', async () => {
    const world = createWorld();
    const { code } = await accountCode(world, 'reset');
    for (let tries = 0; tries < 5; tries++) await world.logIn(MOBILE, 'forgotten');
    expect(await world.logIn(MOBILE, PASSWORD)).toMatchObject(EXHAUSTED);
    await world.logIn(OTHER, 'x');
    expect((await resetPassword(world, wrongCode(code))).errno).toBe('4004');
    expect(await world.rows('select 1 from login_tries')).toHaveLength(4);
    const reply = await resetPassword(world, code);
    expect(reply.errno).toBe('0');
    expect(await world.rows('select 1 from login_tries')).toHaveLength(2);
    expect((await world.logIn(MOBILE, NEW)).errno).toBe('0');
    const changed = await changePassword(world, sessionIn(reply), NEW, PASSWORD);
    expect(changed.errno).toBe('0');
  });

  it('sets the password, ends every session and starts a new one', async () => {
    const world = createWorld();
    const { code, session } = await accountCode(world, 'reset');
    const second = sessionIn(await world.logIn(MOBILE, PASSWORD));
    const stranger = await world.signUp(OTHER);
    const reply = await resetPassword(world, code);
    expect(reply).toMatchObject({ errno: '0', errmsg: 'OK', data: { user_id: 1 } });
    expect(await isLive(world, sessionIn(reply))).toBe(true);
    for (const ended of [session, second]) expect(await isLive(world, ended)).toBe(false);
    expect(await isLive(world, stranger)).toBe(true);
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('4004');
    expect((await world.logIn(MOBILE, NEW)).errno).toBe('0');
    expect((await world.logIn(OTHER, PASSWORD)).errno).toBe('0');
    expect(await resetPassword(world, code)).toMatchObject(EXPIRED);
  });

  it('ends the other codes for the account, and none of another mobile', async () => {
    const world = createWorld();
    await world.signUp();
    const stranger = await world.code(OTHER);
    world.advance(60_000);
    const login = await world.code(MOBILE, 'login');
    world.advance(60_000);
    const code = await world.code(MOBILE, 'reset');
    expect((await resetPassword(world, wrongCode(code))).errno).toBe('4004');
    expect(await world.logInByCode(MOBILE, wrongCode(login))).toMatchObject({ errno: '4004' });
    expect((await resetPassword(world, code)).errno).toBe('0');
    expect(await world.logInByCode(MOBILE, login)).toMatchObject(EXPIRED);
    expect((await world.register(OTHER, stranger)).errno).toBe('0');
    world.advance(60_000);
    expect((await world.logInByCode(MOBILE, await world.code(MOBILE, 'login'))).errno).toBe('0');
  });

  it('forgives no tries when its code is ended at the last moment', async () => {
    const world = createWorld();
    const { code } = await accountCode(world, 'reset');
    await world.logIn(MOBILE, 'not this one');
    const tries = () => world.rows('select * from login_tries order by subject');
    const had = await tries();
    world.stores.meanwhile(2, () => world.db.prepare('update sms_issues set expires_at = 0').run());
    expect(await resetPassword(world, code)).toMatchObject(EXPIRED);
    expect(await tries()).toEqual(had);
  });

  it('ends the session that came with the request, also when it is somebody else’s', async () => {
    const world = createWorld();
    const { code } = await accountCode(world, 'reset');
    const stranger = await world.signUp(OTHER);
    const reply = await resetPassword(world, code, NEW, { session: stranger });
    expect(await isLive(world, sessionIn(reply))).toBe(true);
    expect(await isLive(world, stranger)).toBe(false);
  });

  it.each(['login', 'delete', 'signup'])('takes no code for %s', async (purpose) => {
    const world = createWorld();
    const { code } = await accountCode(world, purpose === 'signup' ? 'login' : purpose);
    const wrong = purpose === 'signup' ? (world.messages[0]?.code ?? '') : code;
    expect(await resetPassword(world, wrong)).toMatchObject(EXPIRED);
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('0');
  });

  it('counts tries as registration does, and hashes only for the right code', async () => {
    const world = createWorld();
    const { code } = await accountCode(world, 'reset');
    const before = world.derivations().length;
    for (const left of [4, 3, 2, 1, 0]) {
      expect(await resetPassword(world, wrongCode(code))).toMatchObject({
        errno: '4004',
        data: { attempts_left: left },
      });
    }
    expect((await resetPassword(world, code)).errmsg).toBe('验证码错误次数过多,请重新获取');
    expect(world.derivations().length).toBe(before);
  });

  it('of many with one code is done once', async () => {
    const world = createWorld();
    const { code } = await accountCode(world, 'reset');
    const replies = await Promise.all(
      Array.from({ length: 5 }, (_, n) => resetPassword(world, code, `new password ${n}`)),
    );
    const done = replies.findIndex(({ errno }) => errno === '0');
    expect(replies.filter(({ errno }) => errno === '0')).toHaveLength(1);
    expect(replies.filter(({ errno }) => errno === '4002')).toHaveLength(4);
    expect((await world.logIn(MOBILE, `new password ${done}`)).errno).toBe('0');
    expect(await world.rows('select count(*) as n from sessions')).toEqual([{ n: 2 }]);
  });

  it.each(FAILURES)('(%s) leaves the code alive when it did not happen', async (failure) => {
    for (const [at, errmsg] of [
      [1, '查询用户信息异常'],
      [2, '保存用户信息异常'],
    ] as const) {
      const world = createWorld();
      await startOver(world);
      const { code, session } = await accountCode(world, 'reset');
      world.stores.forget();
      world.stores.fail('d1', failure, at);
      world.stores.fail('d1', failure, at + 1);
      expect(await resetPassword(world, code)).toMatchObject({ errno: '4001', errmsg });
      const happened = failure === 'after' && at === 2;
      expect(await isLive(world, session)).toBe(!happened);
      expect((await resetPassword(world, code)).errno).toBe(happened ? '4002' : '0');
      expect((await world.logIn(MOBILE, NEW)).errno).toBe('0');
    }
  });

  it('goes on when only an answer was lost', async () => {
    const world = createWorld();
    const { code } = await accountCode(world, 'reset');
    world.stores.fail('d1', 'after', 2);
    const reply = await resetPassword(world, code);
    expect(reply.errno).toBe('0');
    expect(await isLive(world, sessionIn(reply))).toBe(true);
  });

  it('gives the try back when hashing fails', async () => {
    const world = createWorld();
    const { code } = await accountCode(world, 'reset');
    world.failNextDerivation();
    expect((await resetPassword(world, code)).errno).toBe('4500');
    expect((await resetPassword(world, code)).errno).toBe('0');
  });
});

describe('PUT /user/password', () => {
  it.each([
    [{}, '参数错误'],
    [{ old_password: PASSWORD }, '参数缺失'],
    [{ password: NEW }, '参数缺失'],
    [{ old_password: 1, password: NEW }, '参数错误'],
    [{ old_password: PASSWORD, password: 'x' }, '密码长度需为8-128位'],
    [{ old_password: PASSWORD, password: 'password' }, '密码过于简单'],
  ])('refuses the body %j', async (body, errmsg) => {
    const world = createWorld();
    const reply = await world.call('/user/password', { method: 'PUT', body, session: 'x' });
    expect(reply).toMatchObject({ errno: '4103', errmsg });
    expect(world.stores.counts.d1).toBe(0);
  });

  it.each(['', 'x', 'A'.repeat(43)])('is for nobody with the cookie %j', async (session) => {
    const world = createWorld();
    expect(await changePassword(world, session, PASSWORD)).toMatchObject(LOGGED_OUT);
  });

  it('ends the other sessions and keeps this one', async () => {
    const world = createWorld();
    const session = await world.signUp();
    const second = sessionIn(await world.logIn(MOBILE, PASSWORD));
    expect(await changePassword(world, session, PASSWORD)).toMatchObject({ errno: '0' });
    expect(await isLive(world, session)).toBe(true);
    expect(await isLive(world, second)).toBe(false);
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('4004');
    expect((await world.logIn(MOBILE, NEW)).errno).toBe('0');
  });

  it('ends the codes to come back with, but when the old password is wrong', async () => {
    const world = createWorld();
    const { code, session } = await accountCode(world, 'login');
    expect((await changePassword(world, session, 'wrong')).errno).toBe('4106');
    expect(await world.logInByCode(MOBILE, wrongCode(code))).toMatchObject({ errno: '4004' });
    expect((await changePassword(world, session, PASSWORD)).errno).toBe('0');
    expect(await world.logInByCode(MOBILE, code)).toMatchObject(EXPIRED);
  });

  it('takes the tries of log-in for the old password, and gives them to it', async () => {
    const world = createWorld();
    const session = await world.signUp();
    for (let tries = 0; tries < 3; tries++) {
      expect(await changePassword(world, session, 'x')).toMatchObject(PASSWORD_WRONG);
    }
    for (let tries = 0; tries < 2; tries++) await world.logIn(MOBILE, 'x');
    expect(await changePassword(world, session, PASSWORD)).toMatchObject({
      ...EXHAUSTED,
      data: { retry_after: 600 },
    });
    expect(await world.logIn(MOBILE, PASSWORD)).toMatchObject(EXHAUSTED);
    world.advance(600_000);
    for (let tries = 0; tries < 4; tries++) await changePassword(world, session, 'x');
    expect((await changePassword(world, session, PASSWORD)).errno).toBe('0');
    for (let tries = 0; tries < 5; tries++) {
      expect(await changePassword(world, session, PASSWORD)).toMatchObject(PASSWORD_WRONG);
    }
  });

  it('compares many wrong ones in parallel five times', async () => {
    const world = createWorld();
    const session = await world.signUp();
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => changePassword(world, session, 'x')),
    );
    expect(replies.filter(({ errno }) => errno === '4106')).toHaveLength(5);
    expect(replies.filter(({ errno }) => errno === '4201')).toHaveLength(15);
  });

  it('of several at once is done once', async () => {
    const world = createWorld();
    const session = await world.signUp();
    const replies = await Promise.all(
      [1, 2, 3].map((n) => changePassword(world, session, PASSWORD, `new password ${n}`)),
    );
    expect(replies.map(({ errno }) => errno).toSorted()).toEqual(['0', '4106', '4106']);
    const done = replies.findIndex(({ errno }) => errno === '0') + 1;
    expect((await world.logIn(MOBILE, `new password ${done}`)).errno).toBe('0');
  });

  it('has the statuses of the table with ERROR_STATUS=semantic', async () => {
    const world = createWorld({ ERROR_STATUS: 'semantic' });
    const session = await world.signUp();
    expect((await changePassword(world, 'x', PASSWORD)).status).toBe(401);
    expect((await changePassword(world, session, 'x')).status).toBe(422);
    expect((await changePassword(world, session, PASSWORD)).status).toBe(200);
  });

  it.each(FAILURES)('(%s) changes nothing unasked when the store fails', async (failure) => {
    for (const [at, errmsg] of [
      [1, '数据库查询错误'],
      [2, '查询用户信息异常'],
      [3, '保存用户信息异常'],
    ] as const) {
      const world = createWorld();
      await startOver(world);
      const session = await world.signUp();
      for (let repeat = 0; repeat < (failure === 'after' && at === 3 ? 1 : 6); repeat++) {
        world.stores.forget();
        world.stores.fail('d1', failure, at);
        world.stores.fail('d1', failure, at + 1);
        const reply = await changePassword(world, session, PASSWORD);
        expect(reply).toMatchObject({ errno: '4001', errmsg });
      }
      world.stores.forget();
      const happened = failure === 'after' && at === 3;
      const again = await changePassword(world, session, PASSWORD);
      expect(again.errno).toBe(happened ? '4106' : '0');
    }
  });

  it('goes on when only an answer was lost', async () => {
    for (const at of [2, 3]) {
      const world = createWorld();
      await startOver(world);
      const session = await world.signUp();
      world.stores.forget();
      world.stores.fail('d1', 'after', at);
      expect((await changePassword(world, session, PASSWORD)).errno).toBe('0');
      expect((await world.logIn(MOBILE, NEW)).errno).toBe('0');
    }
  });
});
