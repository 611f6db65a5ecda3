import { describe, expect, it } from 'vitest';
import { bytesOf } from '../src/lib/crypto.ts';
import { createWorld, MOBILE, PASSWORD, requestOf, sessionIn } from './support/world.ts';

const WRONG = { status: 200, errno: '4004', errmsg: '用户名或密码错误' };
const EXHAUSTED = { status: 200, errno: '4201', errmsg: '错误次数过多,请稍后重试' };
const LOGGED_OUT = { status: 200, errno: '4101', errmsg: '用户未登录' };
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('POST /sessions', () => {
  it.each([
    ['{', '参数错误'],
    ['{}', '参数错误'],
    ['[]', '参数错误'],
    [{ mobile: MOBILE }, '参数不完整'],
    [{ mobile: '', password: 'x' }, '参数不完整'],
    [{ mobile: MOBILE, password: '' }, '参数不完整'],
    [{ mobile: 1, password: 'x' }, '参数错误'],
    [{ mobile: MOBILE, password: null }, '参数错误'],
    [{ mobile: '138', password: 'x' }, '手机号格式错误'],
  ])('refuses the body %j', async (body, errmsg) => {
    const world = createWorld();
    expect(await world.call('/sessions', { method: 'POST', body })).toMatchObject({
      errno: '4103',
      errmsg,
    });
    expect(world.stores.counts.d1).toBe(0);
  });

  it('logs in, and gives one answer to an unknown mobile and a wrong password', async () => {
    const world = createWorld();
    await world.signUp();
    expect(await world.logIn(MOBILE, PASSWORD)).toMatchObject({
      status: 200,
      errno: '0',
      errmsg: 'OK',
      data: { user_id: 1 },
    });
    expect(await world.logIn(MOBILE, 'x')).toMatchObject({ ...WRONG, data: undefined });
    expect(await world.logIn('13900139000', 'x')).toMatchObject({ ...WRONG, data: undefined });
  });

  it('does the same key derivations for an unknown mobile as for a known one', async () => {
    const world = createWorld();
    await world.signUp();
    const count = async (mobile: string) => {
      const before = world.derivations().length;
      await world.logIn(mobile, 'wrong password');
      return world.derivations().slice(before);
    };
    expect(await count('13900139000')).toEqual(await count(MOBILE));
  });

  it('ends the session that came with the request', async () => {
    const world = createWorld();
    const session = await world.signUp();
    const reply = await world.logIn(MOBILE, PASSWORD, { session });
    expect((await world.call('/session', { session })).errno).toBe('4101');
    expect((await world.call('/session', { session: sessionIn(reply) })).errno).toBe('0');
  });

  it('knows a password by its NFKC form', async () => {
    const world = createWorld();
    const code = await world.code();
    await world.register(MOBILE, code, {}, 'ｆｕｌｌ-ｗｉｄｔｈ é');
    expect((await world.logIn(MOBILE, 'full-width e\u0301')).errno).toBe('0');
  });
});

describe('tries at a password', () => {
  it('end after five failures from one address, for 600 s, the right password included', async () => {
    const world = createWorld();
    await world.signUp();
    for (let tries = 0; tries < 5; tries++)
      expect(await world.logIn(MOBILE, 'x')).toMatchObject(WRONG);
    world.advance(1000);
    const refused = await world.logIn(MOBILE, PASSWORD);
    expect(refused).toMatchObject({ ...EXHAUSTED, data: { retry_after: 599 } });
    expect(refused.headers.get('Retry-After')).toBe('599');
    world.advance(599_000 - 1);
    expect(await world.logIn(MOBILE, PASSWORD)).toMatchObject(EXHAUSTED);
    world.advance(1);
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('0');
  });

  it('are paused for the whole 600 s from the fifth failure, however slow the first four were', async () => {
    const world = createWorld();
    for (let tries = 0; tries < 5; tries++) {
      world.advance(2 * MINUTE);
      await world.logIn(MOBILE, 'x');
    }
    world.advance(10 * MINUTE - 1);
    expect(await world.logIn(MOBILE, 'x')).toMatchObject(EXHAUSTED);
  });

  it('are paused as long when the body of the fifth was held back until the pause would be over', async () => {
    const world = createWorld();
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          world.advance(10 * MINUTE);
          for (let tries = 0; tries < 4; tries++) await world.logIn(MOBILE, 'x');
          controller.enqueue(bytesOf(JSON.stringify({ mobile: MOBILE, password: 'x' })));
          controller.close();
        },
      },
      { highWaterMark: 0 }, // asked for when it is read, and not before
    );
    const { url, headers } = requestOf('/sessions', {
      headers: { 'Content-Type': 'application/json' },
    });
    const held = await world.raw(new Request(url, { method: 'POST', headers, body }));
    expect(await held.json()).toMatchObject({ errno: '4004' });
    expect(await world.logIn(MOBILE, 'x')).toMatchObject({
      ...EXHAUSTED,
      data: { retry_after: 600 },
    });
  });

  it('begin anew after the pause, all five of them', async () => {
    const world = createWorld();
    const fail = async () => (await world.logIn(MOBILE, 'x')).errno;
    for (let tries = 0; tries < 5; tries++) await fail();
    world.advance(600_000);
    for (let tries = 0; tries < 5; tries++) expect(await fail()).toBe('4004');
    expect(await fail()).toBe('4201');
  });

  it('count an unknown mobile alike', async () => {
    const world = createWorld();
    for (let tries = 0; tries < 5; tries++)
      expect(await world.logIn(MOBILE, 'x')).toMatchObject(WRONG);
    expect(await world.logIn(MOBILE, 'x')).toMatchObject(EXHAUSTED);
  });

  it('are cleared by a success', async () => {
    const world = createWorld();
    await world.signUp();
    for (let round = 0; round < 3; round++) {
      for (let tries = 0; tries < 4; tries++)
        expect(await world.logIn(MOBILE, 'x')).toMatchObject(WRONG);
      expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('0');
    }
  });

  it('cost the mobile none of its hundred when they are right, or refused at the address', async () => {
    const world = createWorld();
    const counted = () => world.rows('select max(count) as n from login_tries');
    await world.signUp();
    for (let tries = 0; tries < 3; tries++) await world.logIn(MOBILE, PASSWORD);
    expect(await counted()).toEqual([{ n: 0 }]);
    for (let tries = 0; tries < 9; tries++) await world.logIn(MOBILE, 'x');
    expect(await counted()).toEqual([{ n: 5 }]);
  });

  it('count by address, an IPv6 one by its /64', async () => {
    const world = createWorld();
    const from = (address: string) => ({ headers: { 'CF-Connecting-IP': address } });
    for (let tries = 0; tries < 5; tries++)
      await world.logIn(MOBILE, 'x', from(`2001:db8:1:2::${tries}`));
    expect(await world.logIn(MOBILE, 'x', from('2001:db8:1:2:ffff::1'))).toMatchObject(EXHAUSTED);
    expect(await world.logIn(MOBILE, 'x', from('2001:db8:1:3::1'))).toMatchObject(WRONG);
  });

  it('end after a hundred failures from everywhere, for a day', async () => {
    const world = createWorld();
    for (let tries = 0; tries < 100; tries++) {
      const headers = { 'CF-Connecting-IP': `10.0.${tries}.1` };
      expect(await world.logIn(MOBILE, 'x', { headers })).toMatchObject(WRONG);
    }
    const fresh = { headers: { 'CF-Connecting-IP': '10.1.0.1' } };
    expect(await world.logIn(MOBILE, 'x', fresh)).toMatchObject({
      ...EXHAUSTED,
      data: { retry_after: 86_400 },
    });
    world.advance(DAY);
    expect(await world.logIn(MOBILE, 'x', fresh)).toMatchObject(WRONG);
  });

  it('name nobody in the table', async () => {
    const world = createWorld();
    await world.logIn(MOBILE, 'x');
    expect(JSON.stringify(await world.rows('select * from login_tries'))).not.toContain(MOBILE);
  });
});

describe('the session cookie', () => {
  it('is plain in development', async () => {
    const world = createWorld();
    const reply = await world.register(MOBILE, await world.code());
    expect(reply.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^session=[\w-]{43}; Max-Age=86400; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
  });

  it('is __Host- and Secure in production', async () => {
    const development = createWorld();
    await development.signUp();
    const world = createWorld({ ENVIRONMENT: 'production', SMS_PROVIDERS: 'webhook' });
    const reply = await world.logIn(MOBILE, PASSWORD);
    expect(reply.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-session=[\w-]{43}; Max-Age=86400; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
    const headers = { Cookie: `__Host-session=${sessionIn(reply)}` };
    expect((await world.call('/session', { headers })).errno).toBe('0');
    expect((await world.call('/session', { session: sessionIn(reply) })).errno).toBe('4101');
  });

  it('is prolonged when half of its life has passed, and not before', async () => {
    const world = createWorld();
    const session = await world.signUp();
    world.advance(DAY / 2);
    expect((await world.call('/session', { session })).headers.getSetCookie()).toEqual([]);
    world.advance(1);
    const prolonged = await world.call('/user', { session });
    expect(sessionIn(prolonged)).toBe(session);
    world.advance(DAY - 1);
    expect((await world.call('/session', { session })).errno).toBe('0');
  });

  it('brings no cookie once it has ended, for that may have been replaced', async () => {
    const other = createWorld();
    const world = createWorld();
    const session = await world.signUp();
    world.advance(DAY / 2 + 1);
    expect(sessionIn(await world.call('/session', { session }))).toBe(session);
    world.advance(DAY / 2 + 1);
    world.stores.forget();
    world.stores.meanwhile(2, () => other.logIn(MOBILE, PASSWORD, { session }));
    expect((await world.call('/session', { session })).headers.getSetCookie()).toEqual([]);
  });

  it.each([
    ['GET', '/sessions'],
    ['GET', '/user/events'],
    ['GET', '/user/export'],
    ['PUT', '/user/name', { name: 'Ann' }],
    ['DELETE', '/sessions'],
  ])(
    'is not brought by %s %s, which a log-in may overtake',
    async (method, path, body?: object) => {
      const other = createWorld();
      const world = createWorld();
      const session = await world.signUp();
      world.advance(DAY / 2 + 1);
      expect(sessionIn(await world.call('/session', { session }))).toBe(session); // prolonged
      world.stores.forget();
      world.stores.meanwhile(2, () => other.logIn(MOBILE, PASSWORD, { session }));
      const reply = await world.call(path, { method, session, ...(body && { body }) });
      expect(reply.headers.getSetCookie()).toEqual([]);
    },
  );

  it('is not brought by GET /session and GET /user when their user is gone', async () => {
    const world = createWorld();
    const session = await world.signUp();
    await world.db.prepare('delete from users').run();
    world.advance(DAY / 2 + 1);
    for (const path of ['/session', '/user']) {
      expect((await world.call(path, { session })).headers.getSetCookie()).toEqual([]);
    }
  });

  it('is not shortened by a request that was slower than a later one', async () => {
    const other = createWorld();
    const world = createWorld();
    const session = await world.signUp();
    const end = () => world.rows('select expires_at, last_seen_at from sessions');
    world.advance(DAY / 2 + 1);
    world.stores.forget();
    let later: unknown;
    world.stores.meanwhile(2, async () => {
      world.advance(60_000);
      await other.call('/session', { session });
      later = await end();
    });
    await world.call('/session', { session });
    expect(later).toBeDefined();
    expect(await end()).toEqual(later);
  });

  it('ends after 86,400 s without use', async () => {
    const world = createWorld();
    const session = await world.signUp();
    world.advance(DAY);
    expect(await world.call('/session', { session })).toMatchObject({
      errno: '4101',
      errmsg: 'false',
    });
    expect(await world.call('/session', { method: 'DELETE', session })).toMatchObject(LOGGED_OUT);
  });
});

describe('GET /session, GET /user, DELETE /session', () => {
  it.each(['', 'x', 'A'.repeat(43), "' or 1=1 --"])(
    'know nobody by the cookie %j',
    async (session) => {
      const world = createWorld();
      expect(await world.call('/session', { session })).toMatchObject({
        status: 200,
        errno: '4101',
        errmsg: 'false',
      });
      expect(await world.call('/user', { session })).toMatchObject(LOGGED_OUT);
      expect(await world.call('/session', { session, method: 'DELETE' })).toMatchObject(LOGGED_OUT);
    },
  );

  it('say 4002 when the row of the user is gone', async () => {
    const world = createWorld();
    const session = await world.signUp();
    await world.db.prepare('delete from users').run();
    expect(await world.call('/user', { session })).toMatchObject({
      status: 200,
      errno: '4002',
      errmsg: '无效操作',
    });
    expect((await world.call('/session', { session })).errno).toBe('4101');
  });

  it('refuse a logged-out session from the next request on, and clear the cookie', async () => {
    const world = createWorld();
    const session = await world.signUp();
    const reply = await world.call('/session', { method: 'DELETE', session });
    expect(reply).toMatchObject({ errno: '0', errmsg: 'OK' });
    expect(reply.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^session=; Max-Age=0; Path=\//),
    ]);
    expect(await world.call('/user', { session })).toMatchObject(LOGGED_OUT);
    expect(await world.call('/session', { method: 'DELETE', session })).toMatchObject(LOGGED_OUT);
  });

  it('leave the other sessions of the user alone', async () => {
    const world = createWorld();
    const first = await world.signUp();
    const second = sessionIn(await world.logIn(MOBILE, PASSWORD));
    await world.call('/session', { method: 'DELETE', session: first });
    expect((await world.call('/session', { session: second })).errno).toBe('0');
  });
});
