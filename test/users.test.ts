import { describe, expect, it, vi } from 'vitest';
import {
  createWorld,
  keyOf,
  MOBILE,
  OTHER,
  PASSWORD,
  sessionIn,
  wrongCode,
} from './support/world.ts';

const MALFORMED = { status: 200, errno: '4103', errmsg: '参数错误' };
const MISSING = { status: 200, errno: '4103', errmsg: '参数缺失' };
const EXPIRED = { errno: '4002', errmsg: '短信验证码已过期' };
const WRONG = { errno: '4004', errmsg: '短信验证码不一致' };
const EXHAUSTED = { errno: '4201', errmsg: '验证码错误次数过多,请重新获取' };
const REGISTERED = { errno: '4003', errmsg: '手机号已注册' };

const form = (more: Record<string, unknown> = {}) => ({
  mobile: MOBILE,
  sms_code: '123456',
  password: PASSWORD,
  ...more,
});

describe('POST /users checks the body first', () => {
  it.each(['', '{', '[]', '"x"', 'null', '1', '{}', '\u0000', '[1,{}]', '{"mobile":"1"'])(
    'calls %j malformed',
    async (body) => {
      const world = createWorld();
      expect(await world.call('/users', { method: 'POST', body })).toMatchObject(MALFORMED);
      expect(world.stores.counts.d1).toBe(0);
    },
  );

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
  ])('calls a body of type %s malformed', async (type) => {
    const world = createWorld();
    const call = { method: 'POST', body: form(), headers: { 'Content-Type': type } };
    expect(await world.call('/users', call)).toMatchObject(MALFORMED);
  });

  it('takes a content type with parameters', async () => {
    const world = createWorld();
    const headers = { 'Content-Type': 'application/json; charset=utf-8' };
    expect(await world.call('/users', { method: 'POST', body: form(), headers })).toMatchObject(
      EXPIRED,
    );
  });

  it.each([
    { mobile: undefined },
    { sms_code: undefined },
    { password: undefined },
    { mobile: '' },
    { sms_code: '' },
    { password: '' },
    { mobile: '', sms_code: 5, password: [] },
  ])('misses a field in %j', async (more) => {
    const world = createWorld();
    expect(await world.call('/users', { method: 'POST', body: form(more) })).toMatchObject(MISSING);
  });

  it.each([
    { mobile: 13800138000 },
    { mobile: null },
    { mobile: [MOBILE] },
    { mobile: [] },
    { password: [] },
    { password: { length: 0 } },
    { sms_code: null },
    { sms_code: true },
    { sms_code: { a: 1 } },
    { password: 12345678 },
    { password: [PASSWORD] },
    { mobile: 'nonsense', password: false },
  ])('calls a field that is not a text malformed: %j', async (more) => {
    const world = createWorld();
    expect(await world.call('/users', { method: 'POST', body: form(more) })).toMatchObject(
      MALFORMED,
    );
  });

  it.each([
    '1380013800',
    '13800138000\n',
    '13800138000,13900139000',
    ' 13800138000',
    '１３８００１３８０００',
  ])('refuses the mobile %j', async (mobile) => {
    const world = createWorld();
    const body = form({ mobile, password: 'x' });
    expect(await world.call('/users', { method: 'POST', body })).toMatchObject({
      errno: '4103',
      errmsg: '手机号格式错误',
    });
  });

  it.each([
    ['1234567', '密码长度需为8-128位'],
    ['a'.repeat(129), '密码长度需为8-128位'],
    ['😀'.repeat(7), '密码长度需为8-128位'],
    ['ΐ'.normalize('NFD').repeat(3), '密码长度需为8-128位'],
    ['a' + '\0'.repeat(9), '密码过于简单'], // HMAC takes it for 'a'
    ['password\0', '密码过于简单'],
    ['\ud800'.repeat(8), '密码过于简单'], // UTF-8 has one character for all of these
    ['\ufffd'.repeat(8), '密码过于简单'], // and this is the one
    ['pass\udfffword', '密码过于简单'],
    ['password', '密码过于简单'],
    ['PassWord1', '密码过于简单'],
    ['12345678', '密码过于简单'],
    ['ｐａｓｓｗｏｒｄ', '密码过于简单'],
    ['woaini1314', '密码过于简单'],
    ['55555555', '密码过于简单'],
    ['abcdefgh', '密码过于简单'],
    ['0987654321', '密码过于简单'],
    ['1qaz@WSX', '密码过于简单'],
    ['a5201314', '密码过于简单'],
  ])('refuses the password %j', async (password, errmsg) => {
    const world = createWorld();
    expect(await world.register(MOBILE, '123456', {}, password)).toMatchObject({
      errno: '4103',
      errmsg,
    });
    expect(world.stores.counts.d1).toBe(0);
  });

  it.each([
    'a b c d!',
    '😀'.repeat(8),
    '九龍塘道一二三四',
    'x'.repeat(128),
    '😀'.repeat(128),
    '\u{16126}'.normalize('NFD').repeat(128), // six times as long, and 128 characters all the same
  ])('takes the password %j', async (password) => {
    expect(await createWorld().register(MOBILE, '123456', {}, password)).toMatchObject(EXPIRED);
  });

  it('refuses kilobytes of password without normalizing them, which takes long', async () => {
    const normalize = vi.spyOn(String.prototype, 'normalize');
    const password = '\u1e9b\u0323'.repeat(2000);
    expect(await createWorld().register(MOBILE, '123456', {}, password)).toMatchObject({
      errmsg: '密码长度需为8-128位',
    });
    expect(normalize).not.toHaveBeenCalled();
  });

  it('refuses a body over 16 KiB with 413 in both modes', async () => {
    const body = form({ password: 'x'.repeat(17_000) });
    for (const mode of ['200', 'semantic']) {
      const world = createWorld({ ERROR_STATUS: mode });
      expect(await world.call('/users', { method: 'POST', body })).toMatchObject({
        ...MALFORMED,
        status: 413,
      });
    }
  });

  describe('of a body in pieces', () => {
    const KIB = 1024;
    const post = (body: ReadableStream) => createWorld().call('/users', { method: 'POST', body });
    /** `text` in pieces of 1 KiB; `read.bytes` is what has been asked for. */
    const inPieces = (text: Iterator<string>, read = { bytes: 0 }) =>
      new ReadableStream<Uint8Array>({
        pull(controller) {
          const { done, value } = text.next();
          if (done === true) return controller.close();
          read.bytes += value.length;
          return controller.enqueue(new TextEncoder().encode(value));
        },
      });
    const repeat = function* (times: number) {
      for (let i = 0; i < times; i += 1) yield 'x'.repeat(KIB);
    };

    it('takes it in pieces', async () => {
      const body = JSON.stringify(form());
      expect(await post(inPieces(body[Symbol.iterator]()))).toMatchObject(EXPIRED);
    });

    it('reads all of one that is too large, so that its sender hears the 413', async () => {
      const read = { bytes: 0 };
      const answer = await post(inPieces(repeat(3000), read));
      expect(answer).toMatchObject({ ...MALFORMED, status: 413 });
      expect(read.bytes).toBe(3000 * KIB);
    });

    it('reads none that says how large it is', async () => {
      const read = { bytes: 0 };
      const answer = await createWorld().call('/users', {
        method: 'POST',
        body: inPieces(repeat(3000), read),
        headers: { 'Content-Length': String(3000 * KIB) },
      });
      expect(answer).toMatchObject({ ...MALFORMED, status: 413 });
      expect(read.bytes).toBeLessThan(10 * KIB);
    });

    it('gives up on one that does not end', async () => {
      const read = { bytes: 0 };
      expect(await post(inPieces(repeat(100_000), read))).toMatchObject({ status: 413 });
      expect(read.bytes).toBeLessThan(5000 * KIB);
    });

    it('is malformed when it breaks off', async () => {
      const broken = new ReadableStream({ pull: (controller) => controller.error(new Error()) });
      expect(await post(broken)).toMatchObject({ ...MALFORMED, status: 200 });
    });
  });
});

describe('POST /users with a code', () => {
  it('registers once, logs in, and uses the code up', async () => {
    const world = createWorld();
    const code = await world.code();
    const reply = await world.register(MOBILE, code);
    expect(reply).toMatchObject({
      status: 200,
      errno: '0',
      errmsg: 'OK',
      data: { user_id: 1, mobile: MOBILE },
    });
    expect(await world.call('/user', { session: sessionIn(reply) })).toMatchObject({ errno: '0' });
    expect(await world.register(MOBILE, code)).toMatchObject(REGISTERED);
    expect(await world.rows('select used_at from sms_issues')).toEqual([{ used_at: world.now() }]);
    expect(await world.rows('select issued, verified from sms_volume')).toEqual([
      { issued: 1, verified: 1 },
    ]);
  });

  it('stores neither the password nor the token', async () => {
    const world = createWorld();
    const token = await world.signUp();
    const stored = JSON.stringify([
      await world.rows('select * from users'),
      await world.rows('select * from sessions'),
    ]);
    expect(stored).not.toContain(PASSWORD);
    expect(stored).not.toContain(token);
  });

  it('takes a JSON number for its digits, padded to six', async () => {
    const world = createWorld();
    const code = await world.code();
    expect((await world.register(MOBILE, Number(code))).errno).toBe('0');
  });

  it('takes a number that has lost its zeros', async () => {
    const world = createWorld();
    const fill = crypto.getRandomValues.bind(crypto);
    vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) =>
      array instanceof Uint32Array ? array.fill(42) : fill(array),
    );
    expect(await world.code()).toBe('000042');
    expect((await world.register(MOBILE, 42)).errno).toBe('0');
  });

  it('is still good under the previous secret key after a rotation', async () => {
    const old = createWorld();
    const code = await old.code();
    const { SECRET_KEY } = old.env;
    const rotated = createWorld({ SECRET_KEY: keyOf(9), SECRET_KEY_PREVIOUS: SECRET_KEY });
    expect((await rotated.register(MOBILE, code)).errno).toBe('0');
  });

  it('costs a hash of the password only when it is right', async () => {
    const world = createWorld();
    const code = await world.code();
    for (let tries = 0; tries < 6; tries++) await world.register(MOBILE, wrongCode(code));
    await world.register(OTHER, code);
    await world.register(MOBILE, 'x');
    expect(world.derivations()).toEqual([]);
    await world.signUp(OTHER);
    const { length } = world.derivations();
    expect(length).toBeGreaterThan(0);
    await world.register(OTHER, '123456');
    expect(world.derivations()).toHaveLength(length);
  });

  it('that was tried too often and has ended is one that has ended', async () => {
    const world = createWorld();
    const code = await world.code();
    for (let tries = 0; tries < 5; tries++) await world.register(MOBILE, wrongCode(code));
    world.advance(300_000);
    expect(await world.register(MOBILE, code)).toMatchObject(EXPIRED);
  });

  it('says that there is none when none was sent, or it is for another mobile', async () => {
    const world = createWorld();
    const code = await world.code(OTHER);
    expect(await world.register(MOBILE, code)).toMatchObject(EXPIRED);
  });

  it('accepts it until 300 s have passed, and not then', async () => {
    const world = createWorld();
    const code = await world.code();
    world.advance(300_000 - 1);
    expect(await world.register(MOBILE, wrongCode(code))).toMatchObject(WRONG);
    world.advance(1);
    expect(await world.register(MOBILE, code)).toMatchObject(EXPIRED);
  });

  it('never revives an older code when the newer one ends', async () => {
    const world = createWorld();
    const first = await world.code();
    world.advance(60_000);
    const second = await world.code();
    for (let tries = 0; tries < 5; tries++) await world.register(MOBILE, wrongCode(second));
    expect(await world.register(MOBILE, first)).toMatchObject(EXHAUSTED);
  });

  it('counts down from 4 to 0 and then refuses the right code as well', async () => {
    const world = createWorld();
    const code = await world.code();
    for (const left of [4, 3, 2, 1, 0]) {
      expect(await world.register(MOBILE, wrongCode(code))).toMatchObject({
        ...WRONG,
        data: { attempts_left: left },
      });
    }
    expect(await world.register(MOBILE, code)).toMatchObject(EXHAUSTED);
    world.advance(60_000);
    expect((await world.register(MOBILE, await world.code())).errno).toBe('0');
  });

  it.each(['12345', '1234567', 'abcdef', '12345６', ' 123456', '123456\n', 1234567, -1, 1.5])(
    'charges no try for %j, which cannot be a code',
    async (text) => {
      const world = createWorld();
      await world.code();
      for (let repeat = 0; repeat < 6; repeat++) {
        expect(await world.register(MOBILE, text)).toMatchObject({
          ...WRONG,
          data: { attempts_left: 5 },
        });
      }
      expect(world.stores.counts['kv.get']).toBe(1); // the captcha
    },
  );

  it('tells a text that cannot be a code nothing more than a wrong one', async () => {
    const world = createWorld();
    expect(await world.register(MOBILE, 'abcdef')).toMatchObject(EXPIRED);
    const code = await world.code();
    for (let tries = 0; tries < 5; tries++) await world.register(MOBILE, wrongCode(code));
    expect(await world.register(MOBILE, 'abcdef')).toMatchObject(EXHAUSTED);
  });

  it('says that a mobile is registered whatever the code', async () => {
    const world = createWorld();
    await world.signUp();
    expect(await world.register(MOBILE, '000000')).toMatchObject(REGISTERED);
    expect(await world.register(MOBILE, 'x')).toMatchObject(REGISTERED);
  });

  it('ends the session that came with the request', async () => {
    const world = createWorld();
    const session = await world.signUp(OTHER);
    const reply = await world.register(MOBILE, await world.code(), { session });
    expect(reply.errno).toBe('0');
    expect((await world.call('/session', { session })).errno).toBe('4101');
    expect((await world.call('/session', { session: sessionIn(reply) })).errno).toBe('0');
  });

  it('keeps the session that came with a refused request', async () => {
    const world = createWorld();
    const session = await world.signUp(OTHER);
    const code = await world.code();
    await world.register(MOBILE, wrongCode(code), { session });
    expect((await world.call('/session', { session })).errno).toBe('0');
  });

  it('lets one user have a name that is no obstacle to another mobile', async () => {
    const world = createWorld();
    await world.signUp(OTHER);
    await world.db.prepare('update users set name = ?').bind(MOBILE).run();
    expect((await world.register(MOBILE, await world.code())).errno).toBe('0');
  });
});

describe('SIGNUP=off', () => {
  it('suspends codes and registration and leaves log-in alone', async () => {
    const open = createWorld();
    const session = await open.signUp(OTHER);
    const world = createWorld({ SIGNUP: 'off' });
    const suspended = { errno: '4201', errmsg: '暂停注册' };
    expect(await world.askCode(MOBILE, await world.captcha())).toMatchObject(suspended);
    expect(await world.register(MOBILE, '123456')).toMatchObject(suspended);
    expect((await world.logIn(OTHER, PASSWORD)).errno).toBe('0');
    expect((await world.call('/session', { session })).errno).toBe('0');
  });
});
