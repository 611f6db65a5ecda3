import { describe, expect, it } from 'vitest';
import { createWorld, MOBILE, OTHER, PASSWORD, type World } from './support/world.ts';

const MINUTE = 60_000;
const UNKNOWN = { status: 200, errno: '4104', errmsg: '用户不存在' };
const LOGGED_OUT = { status: 200, errno: '4101', errmsg: '用户未登录' };
const REGISTERED = { status: 200, errno: '4003', errmsg: '手机号已注册' };
const SENT = { status: 200, errno: '0', errmsg: '发送成功' };
const EXPIRED = { status: 200, errno: '4002', errmsg: '短信验证码已过期' };

const ask = async (world: World, purpose: string, mobile = MOBILE, session?: string) => {
  const captcha = { ...(await world.captcha()), purpose };
  return world.askCode(mobile, captcha, session === undefined ? {} : { session });
};
const later = (world: World) => world.advance(MINUTE);

describe('GET /smscode with a purpose', () => {
  it.each(['', 'x', 'Signup', 'login ', 'constructor', 'signup,login'])(
    'calls the purpose %j malformed before any store is asked',
    async (purpose) => {
      const world = createWorld();
      const reply = await world.askCode(MOBILE, { id: 'a', text: 'b', purpose });
      expect(reply).toMatchObject({ errno: '4103', errmsg: '参数错误' });
      expect(world.stores.counts['kv.get']).toBe(0);
    },
  );

  it('misses a text sooner than it minds the purpose, and minds that sooner than the mobile', async () => {
    const world = createWorld();
    const missing = await world.call('/smscode/138?purpose=x&id=a');
    expect(missing).toMatchObject({ errno: '4103', errmsg: '参数不完整' });
    const malformed = await world.call('/smscode/138?purpose=x&id=a&text=b');
    expect(malformed).toMatchObject({ errno: '4103', errmsg: '参数错误' });
    const twice = await world.call(`/smscode/${MOBILE}?purpose=login&purpose=signup&id=a&text=b`);
    expect(twice).toMatchObject({ errno: '4103', errmsg: '参数错误' });
  });

  it('is for sign-up unless it says otherwise', async () => {
    const world = createWorld();
    await world.askCode(MOBILE, await world.captcha());
    expect(world.messages).toMatchObject([{ purpose: 'signup' }]);
    expect(await world.rows('select purpose from sms_issues')).toEqual([{ purpose: 'signup' }]);
  });

  it.each(['login', 'reset'])('%s asks for an account, and spends the captcha', async (purpose) => {
    const world = createWorld();
    const captcha = { ...(await world.captcha()), purpose };
    expect(await world.askCode(MOBILE, captcha)).toMatchObject(UNKNOWN);
    expect((await world.askCode(MOBILE, captcha)).errmsg).toBe('图片验证码已过期');
    expect(world.messages).toHaveLength(0);
    await world.signUp();
    later(world);
    expect(await ask(world, purpose)).toMatchObject(SENT);
    expect(world.messages.at(-1)).toMatchObject({ mobile: MOBILE, purpose });
    expect(await ask(world, purpose, OTHER)).toMatchObject(UNKNOWN);
  });

  it('tells a registered mobile so for sign-up alone', async () => {
    const world = createWorld();
    await world.signUp();
    expect(await ask(world, 'signup')).toMatchObject(REGISTERED);
  });

  it('delete asks for the session of that very mobile', async () => {
    const world = createWorld();
    const stranger = await world.signUp(OTHER);
    const session = await world.signUp();
    later(world);
    for (const cookie of [undefined, '', 'x', 'A'.repeat(43), stranger]) {
      expect(await ask(world, 'delete', MOBILE, cookie)).toMatchObject(LOGGED_OUT);
    }
    expect(world.messages).toHaveLength(2);
    expect(await ask(world, 'delete', MOBILE, session)).toMatchObject(SENT);
  });

  it('delete takes no session that has ended', async () => {
    const world = createWorld();
    const session = await world.signUp();
    await world.call('/session', { method: 'DELETE', session });
    later(world);
    expect(await ask(world, 'delete', MOBILE, session)).toMatchObject(LOGGED_OUT);
    expect(await ask(world, 'delete', OTHER, session)).toMatchObject(LOGGED_OUT);
  });

  it('has statuses of its own with ERROR_STATUS=semantic', async () => {
    const world = createWorld({ ERROR_STATUS: 'semantic' });
    expect((await ask(world, 'login')).status).toBe(404);
    expect((await ask(world, 'delete')).status).toBe(401);
    expect((await ask(world, 'x')).status).toBe(400);
  });

  it('speaks English to whoever prefers it, in the SMS too', async () => {
    const world = createWorld();
    const headers = { 'Accept-Language': 'en' };
    const captcha = { ...(await world.captcha()), purpose: 'login' };
    expect((await world.askCode(MOBILE, captcha, { headers })).errmsg).toBe(
      'There is no such user',
    );
    await world.signUp();
    later(world);
    await world.code(MOBILE, 'reset');
    expect(world.messages.at(-1)?.text).toContain('重置密码验证码');
  });

  it('shares cooldown and caps with the others', async () => {
    const world = createWorld();
    const session = await world.signUp();
    expect((await ask(world, 'login')).errmsg).toBe('发送过于频繁,请稍后重试');
    for (const purpose of ['login', 'reset', 'delete', 'login']) {
      later(world);
      expect(await ask(world, purpose, MOBILE, session)).toMatchObject(SENT);
    }
    later(world);
    expect((await ask(world, 'reset')).errmsg).toBe('发送次数已达上限,请稍后重试');
  });

  it('other than sign-up may have the part of the budget that sign-up leaves', async () => {
    const world = createWorld({ SMS_DAILY_BUDGET: '5' });
    await world.signUp();
    for (const mobile of ['13900139001', '13900139002', '13900139003']) await world.code(mobile);
    expect((await ask(world, 'signup', OTHER)).errmsg).toBe('短信服务繁忙,请稍后重试');
    later(world);
    expect(await ask(world, 'login')).toMatchObject(SENT);
  });

  it('other than sign-up goes on with SIGNUP=off', async () => {
    await createWorld().signUp();
    const world = createWorld({ SIGNUP: 'off' });
    later(world);
    expect(await ask(world, 'login')).toMatchObject(SENT);
    expect((await ask(world, 'signup', OTHER)).errmsg).toBe('暂停注册');
  });
});

describe('a code serves its purpose only', () => {
  it.each(['login', 'reset'])('none for %s makes an account', async (purpose) => {
    const world = createWorld();
    await world.signUp();
    later(world);
    const code = await world.code(MOBILE, purpose);
    await world.db.prepare('delete from users').run();
    expect(await world.register(MOBILE, code)).toMatchObject(EXPIRED);
    expect(await world.rows('select attempts from sms_issues order by issued_at')).toEqual([
      { attempts: 1 },
      { attempts: 0 },
    ]);
  });

  it('and ends no code for another', async () => {
    const world = createWorld();
    const code = await world.code();
    await world.db
      .prepare("insert into users values (1, ?, '', '', '', 0, 0, 1)")
      .bind(MOBILE)
      .run();
    later(world);
    await world.code(MOBILE, 'login');
    await world.db.prepare('delete from users').run();
    expect((await world.register(MOBILE, code)).errno).toBe('0');
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('0');
  });
});
