import { describe, expect, it } from 'vitest';
import { isLive } from './support/account.ts';
import type { Failure } from './support/stores.ts';
import { createWorld, MOBILE, OTHER, sessionIn, type World, wrongCode } from './support/world.ts';

const EXPIRED = { status: 200, errno: '4002', errmsg: '短信验证码已过期' };
const WRONG = { status: 200, errno: '4004', errmsg: '短信验证码不一致' };
const EXHAUSTED = { status: 200, errno: '4201', errmsg: '验证码错误次数过多,请重新获取' };
const FAILED = { status: 200, errno: '4001', errmsg: '查询用户信息异常' };

/** Signs up, and asks for a code to log in with. */
async function loginCode(world: World): Promise<string> {
  await world.signUp();
  world.advance(60_000);
  return world.code(MOBILE, 'login');
}

describe('POST /sessions with a code', () => {
  it.each([
    [{ mobile: MOBILE, sms_code: '' }, '参数不完整'],
    [{ sms_code: '123456' }, '参数不完整'],
    [{ mobile: '138' }, '参数不完整'],
    [{ mobile: MOBILE, sms_code: null }, '参数错误'],
    [{ mobile: MOBILE, sms_code: ['123456'] }, '参数错误'],
    [{ mobile: 13800138000, sms_code: '123456' }, '参数错误'],
    [{ mobile: '138', sms_code: '123456' }, '手机号格式错误'],
    [{ mobile: MOBILE, sms_code: '123456', password: '' }, '参数不完整'],
  ])('refuses the body %j', async (body, errmsg) => {
    const world = createWorld();
    const reply = await world.call('/sessions', { method: 'POST', body });
    expect(reply).toMatchObject({ errno: '4103', errmsg });
    expect(world.stores.counts.d1).toBe(0);
  });

  it('logs in once, and uses the code up', async () => {
    const world = createWorld();
    const code = await loginCode(world);
    const reply = await world.logInByCode(MOBILE, Number(code));
    expect(reply).toMatchObject({ errno: '0', errmsg: 'OK', data: { user_id: 1 } });
    expect(await isLive(world, sessionIn(reply))).toBe(true);
    expect(await world.logInByCode(MOBILE, code)).toMatchObject(EXPIRED);
  });

  it('ends the session that came with the request, and no other', async () => {
    const world = createWorld();
    const code = await loginCode(world);
    const [first, second] = await Promise.all([
      world.logIn(MOBILE, 'correct horse battery'),
      world.logIn(MOBILE, 'correct horse battery'),
    ]).then((replies) => replies.map(sessionIn));
    await world.logInByCode(MOBILE, code, { session: first ?? '' });
    expect(await isLive(world, first ?? '')).toBe(false);
    expect(await isLive(world, second ?? '')).toBe(true);
  });

  it.each(['signup', 'reset', 'delete'])('takes no code for %s', async (purpose) => {
    const world = createWorld();
    const code = await world.code();
    await world.register(MOBILE, code);
    const session = sessionIn(await world.logIn(MOBILE, 'correct horse battery'));
    world.advance(60_000);
    const wrong = purpose === 'signup' ? code : await world.code(MOBILE, purpose, { session });
    expect(await world.logInByCode(MOBILE, wrong)).toMatchObject(EXPIRED);
  });

  it('knows none of an unknown mobile, of another, or of 300 s ago', async () => {
    const world = createWorld();
    expect(await world.logInByCode(MOBILE, '123456')).toMatchObject(EXPIRED);
    expect(await world.logInByCode(MOBILE, 'x')).toMatchObject(EXPIRED);
    await world.signUp(OTHER);
    const code = await loginCode(world);
    expect(await world.logInByCode(OTHER, code)).toMatchObject(EXPIRED);
    world.advance(300_000);
    expect(await world.logInByCode(MOBILE, code)).toMatchObject(EXPIRED);
  });

  it('counts five tries, and none for text that is no code', async () => {
    const world = createWorld();
    const code = await loginCode(world);
    const none = { ...WRONG, data: { attempts_left: 5 } };
    expect(await world.logInByCode(MOBILE, '12345')).toMatchObject(none);
    for (const left of [4, 3, 2, 1, 0]) {
      const reply = await world.logInByCode(MOBILE, wrongCode(code));
      expect(reply).toMatchObject({ ...WRONG, data: { attempts_left: left } });
    }
    expect(await world.logInByCode(MOBILE, code)).toMatchObject(EXHAUSTED);
  });

  it('starts one session for many requests with one code', async () => {
    const world = createWorld();
    const code = await loginCode(world);
    await world.db.prepare('delete from sessions').run();
    const requests = Array.from({ length: 16 }, () => world.logInByCode(MOBILE, code));
    const errnos = (await Promise.all(requests)).map(({ errno }) => errno);
    expect(errnos.filter((errno) => errno === '0')).toHaveLength(1);
    expect(errnos.every((errno) => ['0', '4002', '4201'].includes(errno))).toBe(true);
    expect(await world.rows('select count(*) as n from sessions')).toEqual([{ n: 1 }]);
  });
});

describe('POST /sessions with a code when a store fails', () => {
  const failures: Failure[] = ['before', 'after', 'hang', 'nonsense'];

  it.each(failures)('(%s) says 查询用户信息异常, and the code lives on', async (failure) => {
    for (const at of [1, 2]) {
      const world = createWorld();
      await world.db.prepare('delete from users').run();
      await world.db.prepare('delete from sms_issues').run();
      const code = await loginCode(world);
      world.stores.forget();
      world.stores.fail('d1', failure, at);
      world.stores.fail('d1', failure, at + 1);
      expect(await world.logInByCode(MOBILE, code)).toMatchObject(FAILED);
      const used = failure === 'after' && at === 2; // it happened, and nobody could say so
      expect((await world.logInByCode(MOBILE, code)).errno).toBe(used ? '4002' : '0');
    }
  });

  it('calls no code expired because the batch that uses it did not happen', async () => {
    const world = createWorld();
    const code = await loginCode(world);
    world.stores.forget();
    world.stores.fail('d1', 'before', 2);
    expect(await world.logInByCode(MOBILE, code)).toMatchObject(FAILED);
    expect((await world.logInByCode(MOBILE, code)).errno).toBe('0');
  });

  it('goes on when only an answer was lost', async () => {
    for (const at of [1, 2]) {
      const world = createWorld();
      await world.db.prepare('delete from users').run();
      await world.db.prepare('delete from sms_issues').run();
      const code = await loginCode(world);
      world.stores.forget();
      world.stores.fail('d1', 'after', at);
      const reply = await world.logInByCode(MOBILE, code);
      expect(reply.errno).toBe('0');
      expect(await isLive(world, sessionIn(reply))).toBe(true);
    }
  });

  it.each(failures)('(%s) charges no try when the code cannot be read', async (failure) => {
    const world = createWorld();
    const code = await loginCode(world);
    world.stores.fail('kv.get', failure);
    const reply = await world.logInByCode(MOBILE, code);
    expect(reply).toMatchObject({ errno: '4001', errmsg: '获取本地短信验证码失败' });
    expect((await world.logInByCode(MOBILE, code)).errno).toBe('0');
    const tries = await world.rows("select attempts from sms_issues where purpose = 'login'");
    expect(tries).toEqual([{ attempts: 1 }]);
  });
});
