/** Requests that overtake each other: the world has changed between the decisions of one that is slow. */
import { describe, expect, it, vi } from 'vitest';
import { resetPassword } from '../support/account.ts';
import { createWorld, MOBILE, PASSWORD, sessionIn, type World } from '../support/world.ts';

/** Makes the next read of KV wait until the gate is opened; everybody else goes on. */
function gateNextRead(world: World): () => void {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  let isFirst = true;
  const { KV } = world.env;
  const get = async (key: string) => {
    const waits = isFirst;
    isFirst = false;
    if (waits) await opened;
    return KV.get(key);
  };
  const gated = new Proxy(KV, {
    get: (target, name) => (name === 'get' ? get : Reflect.get(target, name)),
  });
  world.env = { ...world.env, KV: gated };
  return open;
}

/** Makes the next batch go unanswered, and returns what lets it happen later. */
function delayNextBatch(world: World): () => Promise<unknown> {
  let late: (() => Promise<unknown>) | undefined;
  const { DB } = world.env;
  const batch = (statements: D1PreparedStatement[]) => {
    if (late !== undefined) return DB.batch(statements);
    late = () => DB.batch(statements);
    world.passTime();
    return new Promise<never>(() => {});
  };
  const delayed = new Proxy(DB, {
    get: (target, name) => (name === 'batch' ? batch : Reflect.get(target, name)),
  });
  world.env = { ...world.env, DB: delayed };
  return async () => late?.();
}

/** Until the slow request has taken its try, and stands at the gate. */
const isTaken = (world: World) =>
  vi.waitUntil(
    async () =>
      (await world.rows('select 1 from sms_issues where attempts = 1 and used_at is null')).length >
      0,
    {
      interval: 0,
    },
  );

describe('a slow request', () => {
  it('is never told to wait more than 60 s, also when a later one was decided first', async () => {
    const world = createWorld();
    const [first, second] = [await world.captcha(), await world.captcha()];
    const open = gateNextRead(world);
    const slow = world.askCode(MOBILE, first);
    world.advance(900);
    expect((await world.askCode(MOBILE, second)).errno).toBe('0');
    open();
    expect(await slow).toMatchObject({ errno: '4201', data: { retry_after: 60 } });
  });

  it('that was told to wait for another one spends and opens nothing when its batch comes late', async () => {
    const world = createWorld();
    const captcha = await world.captcha();
    const other = `insert into sms_issues values ('other', 'r', ?, 'signup', ?, 0, 0, null, null, 'pending')`;
    world.stores.meanwhile(1, () => world.db.prepare(other).bind(MOBILE, world.now()).run());
    const happen = delayNextBatch(world);
    expect(await world.askCode(MOBILE, captcha)).toMatchObject({
      errno: '4201',
      errmsg: '发送过于频繁,请稍后重试',
    });
    await world.db.prepare("update sms_issues set outcome = 'refused'").run();
    await happen();
    expect(await world.rows('select * from captcha_claims')).toEqual([]);
    expect(await world.rows('select issued from sms_volume')).toEqual([]);
    expect((await world.askCode(MOBILE, captcha)).errno).toBe('0');
  });

  it('logs nobody in by a code that a reset has ended since, however early it came', async () => {
    const world = createWorld();
    await world.signUp();
    world.advance(60_000);
    const login = await world.code(MOBILE, 'login');
    world.advance(60_000);
    const code = await world.code(MOBILE, 'reset');
    const open = gateNextRead(world);
    const slow = world.logInByCode(MOBILE, login);
    await isTaken(world);
    world.advance(1);
    expect((await resetPassword(world, code)).errno).toBe('0');
    open();
    expect(await slow).toMatchObject({ errno: '4002', errmsg: '短信验证码已过期' });
    expect(await world.rows('select count(*) as n from sessions')).toEqual([{ n: 1 }]);
  });

  it('is not told that a code was sent which a reset has ended before its vendor answered', async () => {
    const world = createWorld();
    await world.signUp();
    world.advance(60_000);
    const code = await world.code(MOBILE, 'reset');
    world.advance(60_000);
    const captcha = await world.captcha();
    world.vendor(async () => {
      expect((await resetPassword(world, code)).errno).toBe('0');
      return { outcome: 'sent' };
    });
    const reply = await world.askCode(MOBILE, { ...captcha, purpose: 'login' });
    expect(reply).toMatchObject({ errno: '4001', errmsg: '保存数据异常' });
    const late = world.messages.at(-1);
    expect(await world.logInByCode(MOBILE, late?.code ?? '')).toMatchObject({ errno: '4002' });
  });

  it('makes no second account of an older code, no session for the account that there is, and ends none', async () => {
    const world = createWorld();
    const session = await world.signUp('13900139000');
    const code = await world.code();
    world.advance(61_000);
    const open = gateNextRead(world);
    const slow = world.register(MOBILE, code, { session });
    await isTaken(world);
    await world.signUp(MOBILE);
    open();
    expect((await slow).errno).toBe('4003');
    expect(await world.rows('select count(*) as n from users')).toEqual([{ n: 2 }]);
    expect(await world.rows('select count(*) as n from sessions')).toEqual([{ n: 2 }]);
    expect(await world.rows('select sum(verified) as n from sms_volume')).toEqual([{ n: 2 }]);
    expect((await world.call('/session', { session })).errno).toBe('0');
    const used = await world.rows(
      'select used_at is not null as used from sms_issues where mobile = ? order by issued_at',
      MOBILE,
    );
    expect(used).toEqual([{ used: 0 }, { used: 1 }]);
  });

  it('makes no account of a code that another one used, also when that account is gone', async () => {
    const world = createWorld();
    const code = await world.code();
    const open = gateNextRead(world);
    const slow = world.register(MOBILE, code);
    await isTaken(world);
    expect((await world.register(MOBILE, code)).errno).toBe('0');
    await world.db.prepare('delete from users').run();
    open();
    expect((await slow).errno).toBe('4002');
    expect(await world.rows('select * from users')).toEqual([]);
  });

  it('logs nobody in by a password that was changed while it was being checked', async () => {
    const world = createWorld();
    await world.signUp();
    const derive = vi.spyOn(crypto.subtle, 'deriveBits');
    const real = derive.getMockImplementation();
    derive.mockImplementationOnce(async (...given) => {
      const reset = "update users set password_hash = 'another', password_version = 2";
      await world.db.prepare(reset).run();
      return (await real?.(...given)) ?? new ArrayBuffer(0);
    });
    const reply = await world.logIn(MOBILE, PASSWORD);
    expect(reply.errno).toBe('4004');
    expect(sessionIn(reply)).toBe('');
    expect(await world.rows('select count(*) as n from sessions')).toEqual([{ n: 1 }]);
  });
});

describe('a code', () => {
  it('that was used is dead, also when its user is gone', async () => {
    const world = createWorld();
    const code = await world.code();
    await world.register(MOBILE, code);
    await world.db.prepare('delete from users').run();
    expect((await world.register(MOBILE, code)).errno).toBe('4002');
  });

  it('for another purpose is none', async () => {
    const world = createWorld();
    const code = await world.code();
    await world.db.prepare("update sms_issues set purpose = 'reset'").run();
    expect((await world.register(MOBILE, code)).errno).toBe('4002');
  });

  it('of a registered mobile is charged no try', async () => {
    const world = createWorld();
    await world.signUp();
    await world.db.prepare('update sms_issues set used_at = null').run();
    expect((await world.register(MOBILE, '000000')).errno).toBe('4003');
    expect(await world.rows('select attempts from sms_issues')).toEqual([{ attempts: 1 }]);
  });

  it('that is over, or was used, is charged no try', async () => {
    const world = createWorld();
    const attempts = () => world.rows('select attempts from sms_issues');
    const code = await world.code();
    world.advance(300_000);
    expect((await world.register(MOBILE, code)).errno).toBe('4002');
    expect(await attempts()).toEqual([{ attempts: 0 }]);
    await world.register(MOBILE, await world.code());
    await world.db.prepare('delete from users').run();
    expect((await world.register(MOBILE, code)).errno).toBe('4002');
    expect(await attempts()).toEqual([{ attempts: 0 }, { attempts: 1 }]);
  });

  it('that the vendor refused takes nobody’s place in the hour', async () => {
    const world = createWorld();
    world.vendor(async () => ({ outcome: 'refused', vendorCode: 'X', because: 'account' }));
    for (let times = 0; times < 2; times++) await world.askCode(MOBILE, await world.captcha());
    world.vendor(async () => ({ outcome: 'sent' }));
    for (let times = 0; times < 5; times++) {
      expect((await world.askCode(MOBILE, await world.captcha())).errno).toBe('0');
      world.advance(60_000);
    }
  });

  it('that may not have been sent is shown on no development line', async () => {
    const world = createWorld();
    world.vendor(async () => ({ outcome: 'unknown', why: 'silence' }));
    expect((await world.askCode(MOBILE, await world.captcha())).errno).toBe('4301');
    expect(world.lines.filter((line) => line.startsWith('dev sms'))).toEqual([]);
  });
});
