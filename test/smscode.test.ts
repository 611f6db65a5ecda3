import { describe, expect, it, vi } from 'vitest';
import { SMS_CODE_LIFETIME_S, SMS_VOLUME_SLOT_MS } from '../src/config.ts';
import { createWorld, MOBILE, OTHER, type World } from './support/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const REGISTERED = { errno: '4003', errmsg: '手机号已注册' };
const COOLDOWN = { errno: '4201', errmsg: '发送过于频繁,请稍后重试' };
const CAPPED = { errno: '4201', errmsg: '发送次数已达上限,请稍后重试' };
const BUSY = { errno: '4201', errmsg: '短信服务繁忙,请稍后重试' };
const EXPIRED = { errno: '4002', errmsg: '图片验证码已过期' };

const issues = (world: World) => world.rows('select * from sms_issues order by issued_at');
const ask = async (world: World, mobile = MOBILE) => world.askCode(mobile, await world.captcha());

describe('GET /smscode/:mobile checks the format first', () => {
  it.each([
    ['', '参数不完整'],
    ['?text=abcd', '参数不完整'],
    ['?id=a&text=', '参数不完整'],
    ['?id=&text=abcd', '参数不完整'],
    ['?id=a&id=b&text=abcd', '参数错误'],
  ])('refuses the query %j', async (query, errmsg) => {
    const world = createWorld();
    expect(await world.call(`/smscode/138${query}`)).toMatchObject({ errno: '4103', errmsg });
    expect(world.stores.counts['kv.get']).toBe(0);
  });

  it.each([
    '1380013800',
    '138001380000',
    '12800138000',
    '23800138000',
    '13800138000%0A',
    '%0A13800138000',
    '13800138000,13900139000',
    '１３８００１３８０００',
    '١٣٨٠٠١٣٨٠٠٠',
    '+8613800138000',
    '13800138000%00',
    '%zz',
  ])('refuses the mobile %s', async (mobile) => {
    const world = createWorld();
    const captcha = await world.captcha();
    expect(await world.askCode(mobile, captcha)).toMatchObject({
      errno: '4103',
      errmsg: '手机号格式错误',
    });
    expect(world.stores.counts['kv.get']).toBe(0);
  });
});

describe('GET /smscode/:mobile asks for a captcha', () => {
  it('refuses an id that was never drawn, or could not be', async () => {
    const world = createWorld();
    expect(await world.askCode(MOBILE, { id: 'nothing', text: 'abcd' })).toMatchObject(EXPIRED);
    expect(await world.askCode(MOBILE, { id: 'x'.repeat(600), text: 'abcd' })).toMatchObject(
      EXPIRED,
    );
  });

  it('spends the captcha on a wrong text', async () => {
    const world = createWorld();
    const captcha = await world.captcha();
    const wrong = await world.askCode(MOBILE, { ...captcha, text: '????' });
    expect(wrong).toMatchObject({ status: 200, errno: '4004', errmsg: '图片验证码不一致' });
    expect(await world.askCode(MOBILE, captcha)).toMatchObject(EXPIRED);
    expect(world.messages).toHaveLength(0);
  });

  it('calls a spent captcha expired, whatever the text', async () => {
    const world = createWorld();
    const captcha = await world.captcha();
    await world.askCode(MOBILE, captcha);
    expect(await world.askCode(OTHER, captcha)).toMatchObject(EXPIRED);
    expect(await world.askCode(OTHER, { ...captcha, text: '?' })).toMatchObject(EXPIRED);
    expect(world.messages).toHaveLength(1);
  });

  it('spends the captcha on a registered mobile', async () => {
    const world = createWorld();
    await world.signUp(MOBILE);
    const captcha = await world.captcha();
    expect(await world.askCode(MOBILE, captcha)).toMatchObject(REGISTERED);
    expect(await world.askCode(OTHER, captcha)).toMatchObject(EXPIRED);
  });
});

describe('GET /smscode/:mobile sends', () => {
  it('a code of six digits and whole minutes to the vendor, and opens one sent issue', async () => {
    const world = createWorld();
    expect(await ask(world)).toMatchObject({
      status: 200,
      errno: '0',
      errmsg: '发送成功',
      data: undefined,
    });
    expect(world.messages).toEqual([
      expect.objectContaining({
        mobile: MOBILE,
        code: expect.stringMatching(/^[0-9]{6}$/),
        minutes: 5,
      }),
    ]);
    expect(await issues(world)).toEqual([
      expect.objectContaining({
        mobile: MOBILE,
        purpose: 'signup',
        outcome: 'sent',
        attempts: 0,
        used_at: null,
      }),
    ]);
    expect(world.developerLine(`dev sms ${MOBILE}`)).toBe(world.messages[0]?.code);
  });

  it('and keeps the code nowhere in the clear', async () => {
    const world = createWorld();
    const code = await world.code();
    const keys = (await world.kv.list()).keys.map(({ name }) => name);
    const held = await Promise.all(keys.map((key) => world.kv.get(key)));
    expect(JSON.stringify([keys, held, await issues(world)])).not.toContain(code);
  });

  it('holds the code under a TTL no longer than its life', async () => {
    const world = createWorld();
    await world.code();
    const { keys } = await world.kv.list({ prefix: 'sms:' });
    expect(keys).toHaveLength(1);
    expect((keys[0]?.expiration ?? Infinity) * 1000).toBeLessThanOrEqual(
      performance.timeOrigin + performance.now() + 300_000,
    );
  });
});

describe('the cooldown', () => {
  it('refuses a second code within 60 s, counted from the arrival, and leaves the captcha', async () => {
    const world = createWorld();
    await ask(world);
    world.advance(59_001);
    const captcha = await world.captcha();
    const refused = await world.askCode(MOBILE, captcha);
    expect(refused).toMatchObject({ ...COOLDOWN, data: { retry_after: 1 } });
    expect(refused.headers.get('Retry-After')).toBe('1');
    world.advance(999);
    expect(await world.askCode(MOBILE, captcha)).toMatchObject({ errno: '0' });
  });

  it('holds one mobile and not another', async () => {
    const world = createWorld();
    await ask(world);
    expect((await ask(world, OTHER)).errno).toBe('0');
  });

  it('is held by a pending issue too', async () => {
    const world = createWorld();
    world.stores.fail('d1', 'before', 2);
    world.stores.fail('d1', 'before', 3);
    expect(await ask(world)).toMatchObject({ errno: '4001', errmsg: '保存数据异常' });
    expect(await ask(world)).toMatchObject(COOLDOWN);
  });
});

describe('the caps', () => {
  const sendMany = async (world: World, times: number, every: number) => {
    for (let sent = 0; sent < times; sent++) {
      expect((await ask(world)).errno).toBe('0');
      world.advance(every);
    }
  };

  it('allow five codes within an hour, exactly', async () => {
    const world = createWorld();
    await sendMany(world, 5, MINUTE);
    const captcha = await world.captcha();
    const refused = await world.askCode(MOBILE, captcha);
    expect(refused).toMatchObject({ ...CAPPED, data: { retry_after: 55 * 60 } });
    expect(await world.askCode(OTHER, captcha)).toMatchObject(EXPIRED);
    world.advance(55 * MINUTE - 1);
    expect(await ask(world)).toMatchObject(CAPPED);
    world.advance(1);
    expect((await ask(world)).errno).toBe('0');
  });

  it('allow ten codes within 24 hours, exactly', async () => {
    const world = createWorld();
    await sendMany(world, 10, HOUR);
    expect(await ask(world)).toMatchObject({ ...CAPPED, data: { retry_after: 14 * 3600 } });
    world.advance(DAY - 10 * HOUR - 1);
    expect(await ask(world)).toMatchObject(CAPPED);
    world.advance(1);
    expect((await ask(world)).errno).toBe('0');
  });
});

describe('the budget', () => {
  it('is never exceeded within any 24 hours, and frees up slot by slot', async () => {
    const world = createWorld({ SMS_DAILY_BUDGET: '2' });
    expect((await ask(world, '13800138001')).errno).toBe('0');
    world.advance(30 * MINUTE);
    expect((await ask(world, '13800138002')).errno).toBe('0');
    const captcha = await world.captcha();
    const left = DAY - 25 * MINUTE;
    expect(await world.askCode(OTHER, captcha)).toMatchObject({
      ...BUSY,
      data: { retry_after: left / 1000 },
    });
    expect(await world.askCode(OTHER, captcha)).toMatchObject(EXPIRED);
    world.advance(left - 1);
    expect(await ask(world, OTHER)).toMatchObject(BUSY);
    world.advance(1);
    expect((await ask(world, OTHER)).errno).toBe('0');
    expect(await ask(world, '13800138003')).toMatchObject(BUSY);
  });

  it('of sign-up frees once what others have taken beyond it has left the day too', async () => {
    const world = createWorld({ SMS_DAILY_BUDGET: '10' });
    const fill = 'insert into sms_volume (slot, issued, verified, braked) values (?, ?, 0, 0)';
    const slot = Math.floor(world.now() / (5 * MINUTE));
    for (const [age, issued] of [
      [3, 1],
      [2, 4],
      [1, 5],
    ] as const) {
      await world.db
        .prepare(fill)
        .bind(slot - age, issued)
        .run();
    }
    const reply = await ask(world);
    expect(reply).toMatchObject(BUSY);
    world.advance(Number(reply.data?.retry_after) * 1000 - 1);
    expect(await ask(world)).toMatchObject(BUSY);
    world.advance(1);
    expect((await ask(world)).errno).toBe('0');
  });

  it('keeps one in five for people who have an account already', async () => {
    const world = createWorld({ SMS_DAILY_BUDGET: '10' });
    for (let sent = 0; sent < 8; sent++)
      expect((await ask(world, `1380013800${sent}`)).errno).toBe('0');
    expect(await ask(world, OTHER)).toMatchObject(BUSY);
  });

  it('says in the log when a half and four fifths of it are used, once each', async () => {
    const world = createWorld({ SMS_DAILY_BUDGET: '10' });
    for (let sent = 0; sent < 8; sent++) await ask(world, `1380013800${sent}`);
    await ask(world, OTHER);
    expect(world.events('sms_budget')).toEqual([
      expect.objectContaining({ level: 'warn', percent: 50, used: 5, budget: 10 }),
      expect.objectContaining({ level: 'error', percent: 80, used: 8, budget: 10 }),
    ]);
  });

  it('of zero sends nothing', async () => {
    const world = createWorld({ SMS_DAILY_BUDGET: '0' });
    expect(await ask(world)).toMatchObject(BUSY);
    expect(world.messages).toHaveLength(0);
  });

  it('gets a refused SMS back, but not one that may have been sent', async () => {
    const world = createWorld({ SMS_DAILY_BUDGET: '1' });
    world.vendor(async () => ({ outcome: 'refused', vendorCode: 'X', because: 'account' }));
    await ask(world);
    expect(await world.rows('select issued from sms_volume')).toEqual([{ issued: 0 }]);
    world.vendor(async () => ({ outcome: 'unknown', why: 'silence' }));
    await ask(world);
    expect(await world.rows('select issued from sms_volume')).toEqual([{ issued: 1 }]);
    expect(await ask(world, OTHER)).toMatchObject(BUSY);
  });
});

describe('a vendor that does not send', () => {
  it('and refuses: the code is dead, the slot is free at once, the captcha is spent', async () => {
    const world = createWorld();
    world.vendor(async () => ({ outcome: 'refused', vendorCode: 'X', because: 'account' }));
    const captcha = await world.captcha();
    expect(await world.askCode(MOBILE, captcha)).toMatchObject({
      errno: '4301',
      errmsg: '发送失败',
    });
    expect(await world.askCode(MOBILE, captcha)).toMatchObject(EXPIRED);
    const dead = world.messages[0]?.code ?? '';
    expect(await world.register(MOBILE, dead)).toMatchObject({
      errno: '4002',
      errmsg: '短信验证码已过期',
    });
    world.vendor(async () => ({ outcome: 'sent' }));
    expect((await ask(world)).errno).toBe('0');
  });

  it('is called off at the deadline', async () => {
    const world = createWorld();
    const signals: AbortSignal[] = [];
    world.vendor((signal) => {
      signals.push(signal);
      world.passTime();
      return new Promise<never>(() => {});
    });
    expect(await ask(world)).toMatchObject({ errno: '4301', errmsg: '发送短信异常' });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it.each([
    ['throws', async () => Promise.reject(new Error('reset'))],
    ['hangs', () => new Promise<never>(() => {})],
    ['answers nonsense', async () => ({ outcome: 'unknown' as const, why: 'nonsense' })],
  ])('and %s: 4301, the code is dead, the user may try again at once', async (_, behaviour) => {
    const world = createWorld();
    world.vendor(() => {
      world.passTime();
      return behaviour();
    });
    expect(await ask(world)).toMatchObject({ errno: '4301', errmsg: '发送短信异常' });
    expect(await issues(world)).toEqual([expect.objectContaining({ outcome: 'unknown' })]);
    expect((await world.register(MOBILE, world.messages[0]?.code)).errno).toBe('4002');
    world.vendor(async () => ({ outcome: 'sent' }));
    expect((await ask(world)).errno).toBe('0');
  });

  it('leaves the code that was delivered before it alive', async () => {
    const world = createWorld();
    const delivered = await world.code();
    world.advance(MINUTE);
    world.vendor(async () => ({ outcome: 'refused', vendorCode: 'X', because: 'account' }));
    await ask(world);
    expect((await world.register(MOBILE, delivered)).errno).toBe('0');
  });

  it('is asked three times an hour and no more', async () => {
    const world = createWorld();
    world.vendor(async () => ({ outcome: 'refused', vendorCode: 'X', because: 'account' }));
    await ask(world);
    world.advance(MINUTE);
    world.vendor(async () => ({ outcome: 'unknown', why: 'silence' }));
    await ask(world);
    await ask(world);
    expect(await ask(world)).toMatchObject({ ...CAPPED, data: { retry_after: 59 * 60 } });
    world.advance(59 * MINUTE);
    world.vendor(async () => ({ outcome: 'sent' }));
    expect((await ask(world)).errno).toBe('0');
  });

  it('counts unknown sends for the cap of the hour, and refused ones not', async () => {
    const world = createWorld();
    world.vendor(async () => ({ outcome: 'unknown', why: 'silence' }));
    await ask(world);
    await ask(world);
    world.vendor(async () => ({ outcome: 'sent' }));
    for (let sent = 0; sent < 3; sent++) {
      expect((await ask(world)).errno).toBe('0');
      world.advance(MINUTE);
    }
    expect(await ask(world)).toMatchObject(CAPPED);
  });
});

describe('the newest sent code', () => {
  it('is the only one that counts', async () => {
    const world = createWorld();
    const first = await world.code();
    world.advance(MINUTE);
    const second = await world.code();
    const same = first === second; // one time in a million
    expect((await world.register(MOBILE, first)).errno).toBe(same ? '0' : '4004');
    expect((await world.register(MOBILE, second)).errno).toBe(same ? '4003' : '0');
  });
});

describe('the brake on codes that nobody uses', () => {
  const BRAKE = { SMS_BRAKE_FLOOR: '5', SMS_BRAKE_RATIO: '0.5' };
  const mobile = (n: number) => `138001380${String(n).padStart(2, '0')}`;
  const send = async (world: World, from: number, count: number) => {
    for (let n = from; n < from + count; n++) expect((await ask(world, mobile(n))).errno).toBe('0');
  };
  /** Makes every draw of the one-in-ten lottery come out as told. */
  const trickle = (wins: boolean) => vi.spyOn(Math, 'random').mockReturnValue(wins ? 0.0999 : 0.1);

  it('enforced, refuses sign-up codes but for one in ten, and spends the captcha', async () => {
    const world = createWorld({ ...BRAKE, SMS_BRAKE: 'enforce' });
    await send(world, 0, 5);
    world.advance(10 * MINUTE);
    trickle(false);
    const captcha = await world.captcha();
    expect(await world.askCode(mobile(10), captcha)).toMatchObject({
      ...BUSY,
      data: { retry_after: 300 },
    });
    expect(await world.askCode(mobile(10), captcha)).toMatchObject(EXPIRED);
    trickle(true);
    expect((await ask(world, mobile(10))).errno).toBe('0');
  });

  it('lets go when codes are used again, or the hour is over', async () => {
    const world = createWorld({ ...BRAKE, SMS_BRAKE: 'enforce' });
    await send(world, 0, 5);
    world.advance(4 * MINUTE);
    for (const { mobile: to, code } of world.messages.slice(0, 2)) await world.register(to, code);
    world.advance(6 * MINUTE);
    trickle(false);
    expect(await ask(world, mobile(10))).toMatchObject(BUSY);
    world.advance(55 * MINUTE);
    expect((await ask(world, mobile(10))).errno).toBe('0');
  });

  it('stays off while enough of the codes old enough are used', async () => {
    const used = createWorld({ ...BRAKE, SMS_BRAKE: 'enforce' });
    await send(used, 0, 5);
    for (const { mobile: to, code } of used.messages.slice(0, 3)) await used.register(to, code);
    used.advance(10 * MINUTE);
    trickle(false);
    expect((await ask(used, mobile(10))).errno).toBe('0');
  });

  it('does not judge codes that may still be used', async () => {
    expect(SMS_CODE_LIFETIME_S * 1000).toBeLessThanOrEqual(SMS_VOLUME_SLOT_MS);
    const world = createWorld({ ...BRAKE, SMS_BRAKE: 'enforce' });
    trickle(false);
    await send(world, 0, 8);
    world.advance(5 * MINUTE);
    expect((await ask(world, mobile(10))).errno).toBe('0');
    world.advance(5 * MINUTE);
    expect(await ask(world, mobile(11))).toMatchObject(BUSY);
  });

  it('stays off below its floor, however few are used', async () => {
    const world = createWorld({ ...BRAKE, SMS_BRAKE: 'enforce' });
    trickle(false);
    await send(world, 0, 4);
    world.advance(10 * MINUTE);
    expect((await ask(world, mobile(10))).errno).toBe('0');
    expect(await ask(world, mobile(11))).toMatchObject(BUSY);
  });

  it('is no judge of a vendor: codes that nobody could use do not count', async () => {
    const world = createWorld({ ...BRAKE, SMS_BRAKE: 'enforce' });
    trickle(false);
    world.vendor(async () => ({ outcome: 'unknown', why: 'silence' }));
    for (let n = 0; n < 6; n++) expect((await ask(world, mobile(n))).errno).toBe('4301');
    world.vendor(async () => ({ outcome: 'sent' }));
    world.advance(10 * MINUTE);
    await send(world, 10, 5);
    expect(await world.rows('select issued, dead from sms_volume')).toEqual([
      { issued: 6, dead: 6 },
      { issued: 5, dead: 0 },
    ]);
  });

  it('is no judge of codes for accounts: nobody who asks for those can set it on sign-ups', async () => {
    const world = createWorld({ ...BRAKE, SMS_BRAKE: 'enforce' });
    await world.signUp(mobile(0));
    await world.signUp(mobile(1));
    world.advance(10 * MINUTE);
    const asked = [
      ['login', 0],
      ['reset', 0],
      ['login', 1],
    ] as const;
    for (const [purpose, n] of asked) {
      world.vendor(async () => ({ outcome: n === 0 ? 'sent' : 'unknown', why: 'silence' }));
      await world.askCode(mobile(n), { ...(await world.captcha()), purpose });
      world.advance(MINUTE);
    }
    expect(await world.rows('select issued, dead, verified from sms_volume')).toEqual([
      { issued: 2, dead: 0, verified: 2 },
      { issued: 3, dead: 3, verified: 0 },
    ]);
    const { errno } = await world.logInByCode(mobile(0), world.messages[2]?.code ?? '');
    expect(errno).toBe('0');
    expect(await world.rows('select sum(verified) as n from sms_volume')).toEqual([{ n: 2 }]);
    world.vendor(async () => ({ outcome: 'sent' }));
    trickle(false);
    world.advance(10 * MINUTE);
    await send(world, 10, 5);
  });

  it.each(['record', undefined])(
    'set to %s only says so in the log, at each change',
    async (mode) => {
      const world = createWorld({ ...BRAKE, SMS_BRAKE: mode });
      await send(world, 0, 5);
      world.advance(10 * MINUTE);
      await send(world, 10, 3);
      world.advance(HOUR);
      await send(world, 20, 2);
      expect(world.events('sms_brake')).toEqual([
        expect.objectContaining({ level: 'error', braked: true, mode: 'record' }),
        expect.objectContaining({ level: 'info', braked: false, mode: 'record' }),
      ]);
    },
  );

  it('set to off says and does nothing', async () => {
    const world = createWorld({ ...BRAKE, SMS_BRAKE: 'off' });
    await send(world, 0, 5);
    world.advance(10 * MINUTE);
    await send(world, 10, 3);
    expect(world.events('sms_brake')).toEqual([]);
  });
});
