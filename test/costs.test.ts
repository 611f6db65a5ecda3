/** Storage operations are the bill: the table of docs/design.md, row by row. */
import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import worker from '../src/index.ts';
import {
  accountCode as codeAndSession,
  changeName,
  changePassword,
  leave,
  resetPassword,
} from './support/account.ts';
import { createWorld, MOBILE, OTHER, PASSWORD, type World, wrongCode } from './support/world.ts';

interface Cost {
  get?: number;
  put?: number;
  d1?: number;
}

/** Lets the end of everything come, and sweeps. */
async function sweepLongAfter(world: World): Promise<void> {
  world.advance(200 * 86_400_000);
  const context = createExecutionContext();
  await worker.scheduled(createScheduledController({ scheduledTime: new Date() }), world.env);
  await waitOnExecutionContext(context);
}

/** Signs up, and then asks for a code of that purpose. */
const accountCode = async (world: World, purpose: string) =>
  (await codeAndSession(world, purpose)).code;

/** Each row: what it does, given a world, after what went before; and what it may cost. */
const rows: [string, Cost, (world: World) => Promise<() => Promise<unknown>>][] = [
  ['GET /imagecode', { put: 1 }, async (world) => () => world.fetch('/imagecode/a')],
  [
    'GET /smscode, no such captcha',
    { get: 1 },
    async (world) => () => world.askCode(MOBILE, { id: 'a', text: 'b' }),
  ],
  [
    'GET /smscode, wrong text',
    { get: 1, d1: 1 },
    async (world) => {
      const captcha = await world.captcha();
      return () => world.askCode(MOBILE, { ...captcha, text: '?' });
    },
  ],
  [
    'GET /smscode, refused by the ledger',
    { get: 1, d1: 1 },
    async (world) => {
      await world.code();
      const captcha = await world.captcha();
      return () => world.askCode(MOBILE, captcha);
    },
  ],
  [
    'GET /smscode, sent',
    { get: 1, put: 1, d1: 2 },
    async (world) => {
      const captcha = await world.captcha();
      return () => world.askCode(MOBILE, captcha);
    },
  ],
  [
    'GET /smscode, the vendor refused',
    { get: 1, put: 1, d1: 2 },
    async (world) => {
      const captcha = await world.captcha();
      world.vendor(async () => ({ outcome: 'refused', vendorCode: 'X', because: 'account' }));
      return () => world.askCode(MOBILE, captcha);
    },
  ],
  [
    'GET /smscode, the vendor was silent',
    { get: 1, put: 1, d1: 2 },
    async (world) => {
      const captcha = await world.captcha();
      world.vendor(async () => ({ outcome: 'unknown', why: 'silence' }));
      return () => world.askCode(MOBILE, captcha);
    },
  ],
  ['POST /users, no live code', { d1: 1 }, async (world) => () => world.register(MOBILE, '123456')],
  [
    'POST /users, registered already',
    { d1: 1 },
    async (world) => {
      await world.signUp();
      return () => world.register(MOBILE, '123456');
    },
  ],
  [
    'POST /users, exhausted',
    { d1: 1 },
    async (world) => {
      const code = await world.code();
      for (let tries = 0; tries < 5; tries++) await world.register(MOBILE, wrongCode(code));
      return () => world.register(MOBILE, code);
    },
  ],
  [
    'POST /users, text that is no code',
    { d1: 1 },
    async (world) => {
      await world.code();
      return () => world.register(MOBILE, 'x');
    },
  ],
  [
    'POST /users, code wrong',
    { get: 1, d1: 1 },
    async (world) => {
      const code = await world.code();
      return () => world.register(MOBILE, wrongCode(code));
    },
  ],
  [
    'POST /users, code unreadable',
    { get: 1, d1: 2 },
    async (world) => {
      const code = await world.code();
      return () => {
        world.stores.fail('kv.get', 'before');
        return world.register(MOBILE, code);
      };
    },
  ],
  [
    'POST /users, registered',
    { get: 1, d1: 2 },
    async (world) => {
      const code = await world.code();
      return () => world.register(MOBILE, code);
    },
  ],
  [
    'POST /sessions, right',
    { d1: 2 },
    async (world) => {
      await world.signUp();
      return () => world.logIn(MOBILE, PASSWORD);
    },
  ],
  [
    'POST /sessions, the right code',
    { get: 1, d1: 2 },
    async (world) => {
      const code = await accountCode(world, 'login');
      return () => world.logInByCode(MOBILE, code);
    },
  ],
  [
    'POST /sessions, a wrong code',
    { get: 1, d1: 1 },
    async (world) => {
      const code = await accountCode(world, 'login');
      return () => world.logInByCode(MOBILE, wrongCode(code));
    },
  ],
  [
    'POST /sessions, no live code',
    { d1: 1 },
    async (world) => () => world.logInByCode(MOBILE, '123456'),
  ],
  ['POST /sessions, wrong', { d1: 1 }, async (world) => () => world.logIn(MOBILE, 'x')],
  [
    'POST /sessions, exhausted',
    { d1: 1 },
    async (world) => {
      for (let tries = 0; tries < 5; tries++) await world.logIn(OTHER, 'x');
      return () => world.logIn(OTHER, 'x');
    },
  ],
  [
    'GET /session',
    { d1: 1 },
    async (world) => {
      const session = await world.signUp();
      return () => world.call('/session', { session });
    },
  ],
  [
    'GET /user',
    { d1: 1 },
    async (world) => {
      const session = await world.signUp();
      return () => world.call('/user', { session });
    },
  ],
  [
    'GET /session, once in half of its life',
    { d1: 2 },
    async (world) => {
      const session = await world.signUp();
      world.advance(13 * 3_600_000);
      return () => world.call('/session', { session });
    },
  ],
  [
    'GET /sessions',
    { d1: 2 },
    async (world) => {
      const session = await world.signUp();
      return () => world.call('/sessions', { session });
    },
  ],
  [
    'DELETE /sessions',
    { d1: 2 },
    async (world) => {
      const session = await world.signUp();
      return () => world.call('/sessions', { session, method: 'DELETE' });
    },
  ],
  [
    'DELETE /sessions/:id',
    { d1: 2 },
    async (world) => {
      const session = await world.signUp();
      const [row] = await world.rows('select id from sessions');
      const path = `/sessions/${String(row?.['id'])}`;
      return () => world.call(path, { session, method: 'DELETE' });
    },
  ],
  [
    'POST /password-resets',
    { get: 1, d1: 2 },
    async (world) => {
      const code = await accountCode(world, 'reset');
      return () => resetPassword(world, code);
    },
  ],
  [
    'PUT /user/password',
    { d1: 3 },
    async (world) => {
      const session = await world.signUp();
      return () => changePassword(world, session, PASSWORD);
    },
  ],
  [
    'PUT /user/password, wrong',
    { d1: 2 },
    async (world) => {
      const session = await world.signUp();
      return () => changePassword(world, session, 'x');
    },
  ],
  [
    'DELETE /user by password',
    { d1: 3 },
    async (world) => {
      const session = await world.signUp();
      return () => leave(world, session, { password: PASSWORD });
    },
  ],
  [
    'DELETE /user by code',
    { get: 1, d1: 3 },
    async (world) => {
      const { code, session } = await codeAndSession(world, 'delete');
      return () => leave(world, session, { sms_code: code });
    },
  ],
  [
    'PUT /user/name',
    { d1: 2 },
    async (world) => {
      const session = await world.signUp();
      return () => changeName(world, session, '小明');
    },
  ],
  [
    'GET /user/events',
    { d1: 2 },
    async (world) => {
      const session = await world.signUp();
      return () => world.call('/user/events', { session });
    },
  ],
  [
    'GET /user/export',
    { d1: 2 },
    async (world) => {
      const session = await world.signUp();
      return () => world.call('/user/export', { session });
    },
  ],
  ['GET /session without a cookie', {}, async (world) => () => world.call('/session')],
  [
    'GET /session with a cookie that is no token',
    {},
    async (world) => () => world.call('/session', { session: 'x' }),
  ],
  [
    'DELETE /session',
    { d1: 1 },
    async (world) => {
      const session = await world.signUp();
      return () => world.call('/session', { session, method: 'DELETE' });
    },
  ],
];

describe('storage operations', () => {
  it.each(rows)('of %s are %j', async (_, { get = 0, put = 0, d1 = 0 }, prepare) => {
    const world = createWorld();
    const act = await prepare(world);
    world.stores.forget();
    await act();
    expect(world.stores.counts).toEqual({ 'kv.get': get, 'kv.put': put, 'kv.delete': 0, d1 });
  });

  it('of a whole sign-up are 2 puts, 2 gets and 4 round trips to D1', async () => {
    const world = createWorld();
    await world.signUp();
    expect(world.stores.counts).toEqual({ 'kv.get': 2, 'kv.put': 2, 'kv.delete': 0, d1: 4 });
  });

  it('of a whole sign-up touch as many rows as docs/cost.md bills', async () => {
    const world = createWorld();
    await world.signUp(OTHER); // the tables are not empty
    world.stores.forget();
    await world.signUp();
    expect(world.stores).toMatchObject({ rowsRead: 42, rowsWritten: 16 });
  });

  it.each<[string, number, number, (world: World) => Promise<unknown>]>([
    ['a captcha that nobody looks at', 0, 0, (world) => world.fetch('/imagecode/a')],
    [
      'a guess at a captcha',
      1,
      1,
      async (world) => world.askCode(MOBILE, { ...(await world.captcha()), text: '?' }),
    ],
    ['a guess at a code that was never sent', 0, 0, (world) => world.register(MOBILE, '123456')],
    ['a guess at a password', 4, 2, (world) => world.logIn(MOBILE, 'x')],
    ['an SMS that nobody wanted', 5, 3, (world) => world.code()], // one counts the SMS of five minutes
  ])('of %s write %i rows, and sweeping deletes %i, as docs/cost.md says', async (_, ...row) => {
    const [written, swept, attack] = row;
    const world = createWorld();
    await attack(world);
    expect(world.stores.rowsWritten).toBe(written);
    world.stores.forget();
    await sweepLongAfter(world);
    expect(world.stores.rowsWritten).toBe(swept);
  });

  it('of a refusal on a busy day read each slot of it once; only the budget’s reads more', async () => {
    const world = createWorld({ SMS_DAILY_BUDGET: '300' });
    await world.signUp();
    const slot = Math.floor(world.now() / 300_000);
    const fill = `with recursive n(i) as (select 1 union all select i + 1 from n where i < 280)
      insert into sms_volume select ? - i, 1, 0, 0, null, 0 from n`;
    await world.db.prepare(fill).bind(slot).run();
    const reading = async (mobile: string, id: { id: string; text: string }) => {
      world.stores.forget();
      const { errmsg } = await world.askCode(mobile, id);
      return [errmsg, Math.round(world.stores.rowsRead / 281)];
    };
    const captcha = await world.captcha();
    expect(await reading(MOBILE, captcha)).toEqual(['手机号已注册', 1]);
    expect(await reading(OTHER, captcha)).toEqual(['图片验证码已过期', 1]);
    expect(await reading(OTHER, await world.captcha())).toEqual(['短信服务繁忙,请稍后重试', 6]);
    await world.db.prepare('update sms_volume set issued = 0').run();
    expect(await reading(OTHER, await world.captcha())).toEqual(['发送成功', 2]);
    expect(await reading(OTHER, await world.captcha())).toEqual(['发送过于频繁,请稍后重试', 1]);
  });

  it('of a guess at the password of an account write its event as well: two rows, and one swept', async () => {
    const world = createWorld();
    await world.signUp();
    await sweepLongAfter(world);
    world.stores.forget();
    await world.logIn(MOBILE, 'x');
    expect(world.stores.rowsWritten).toBe(6);
    world.stores.forget();
    await sweepLongAfter(world);
    expect(world.stores.rowsWritten).toBe(3);
  });

  it('of whatever asks about a code read no more rows when many were asked for before', async () => {
    const world = createWorld();
    await world.signUp(OTHER); // the tables are not empty
    const reading = async (before: number) => {
      const mobile = `1380013${before}`;
      await world.db
        .prepare(
          `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)
         insert into sms_issues select 'issue ' || i, 'request', ?, 'signup', 0, 0, 0, null, null, 'sent' from n`,
        )
        .bind(before, mobile)
        .run();
      const captcha = await world.captcha();
      const reads: number[] = [];
      const count = async (act: Promise<unknown>) => {
        await act;
        reads.push(world.stores.rowsRead);
        world.stores.forget();
      };
      world.stores.forget();
      await count(world.askCode(mobile, captcha));
      const code = world.messages.at(-1)?.code ?? '';
      await count(world.register(mobile, wrongCode(code)));
      await count(world.register(mobile, code));
      return reads;
    };
    expect(await reading(9000)).toEqual(await reading(1000));
  });

  it('of sweeping it away again, all but the user, touch as many rows as docs/cost.md bills', async () => {
    const world = createWorld();
    await world.signUp();
    world.stores.forget();
    await sweepLongAfter(world);
    expect(world.stores.rowsWritten).toBe(5); // one of them counts the SMS of five minutes
  });
});
