import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from 'cloudflare:test';
import { describe, expect, it, vi } from 'vitest';
import worker from '../src/index.ts';
import { createWorld, MOBILE, PASSWORD, type World } from './support/world.ts';

const HOUR = 3_600_000;
const TABLES = [
  'captcha_claims',
  'sms_issues',
  'sms_volume',
  'login_tries',
  'security_events',
  'sessions',
  'users',
];

const sweep = (world: World) => sweepAt(world, world.now());
const sweepAt = async (world: World, scheduledTime: number) => {
  const context = createExecutionContext();
  const controller = createScheduledController({ scheduledTime: new Date(scheduledTime) });
  await worker.scheduled(controller, world.env);
  await waitOnExecutionContext(context);
};
const sizes = async (world: World) => {
  const counts = await Promise.all(
    TABLES.map((table) => world.rows(`select count(*) as n from ${table}`)),
  );
  return Object.fromEntries(TABLES.map((table, index) => [table, counts[index]?.[0]?.['n']]));
};

describe('the sweep', () => {
  it('removes a row when its last window has passed, and not before', async () => {
    const world = createWorld();
    await world.signUp();
    await world.logIn('13900139000', 'x');
    const all = {
      captcha_claims: 1,
      sms_issues: 1,
      sms_volume: 1,
      login_tries: 2,
      security_events: 1,
      sessions: 1,
      users: 1,
    };
    await sweep(world);
    expect(await sizes(world)).toEqual(all);

    world.advance(300_000 + HOUR - 1);
    await sweep(world);
    expect(await sizes(world)).toEqual({ ...all, login_tries: 1 });
    world.advance(1);
    await sweep(world);
    expect(await sizes(world)).toEqual({ ...all, login_tries: 1, captcha_claims: 0 });

    world.advance(24 * HOUR - 300_000 - HOUR);
    await sweep(world);
    const aged = { ...all, login_tries: 0, captcha_claims: 0, sessions: 0 };
    expect(await sizes(world)).toEqual(aged);
    world.advance(HOUR - 1);
    await sweep(world);
    expect(await sizes(world)).toEqual(aged);
    world.advance(1);
    await sweep(world);
    expect(await sizes(world)).toEqual({
      captcha_claims: 0,
      sms_issues: 0,
      sms_volume: 1,
      login_tries: 0,
      security_events: 1,
      sessions: 0,
      users: 1,
    });
    world.advance(300_000 - 1);
    await sweep(world);
    expect(await sizes(world)).toMatchObject({ sms_volume: 1 });
    world.advance(1);
    await sweep(world);
    expect(await sizes(world)).toMatchObject({ sms_volume: 0, users: 1 });
  });

  it('changes no answer: caps and budget hold over it', async () => {
    const world = createWorld({ SMS_DAILY_BUDGET: '12' });
    for (let sent = 0; sent < 10; sent++) {
      await world.code(MOBILE);
      await sweep(world);
      world.advance(HOUR);
    }
    await sweep(world);
    expect((await world.askCode(MOBILE, await world.captcha())).errmsg).toBe(
      '发送次数已达上限,请稍后重试',
    );
    expect((await world.askCode('13900139000', await world.captcha())).errmsg).toBe(
      '短信服务繁忙,请稍后重试',
    );
  });

  it('takes nothing from a request that came before it and is decided after it', async () => {
    const world = createWorld({ SMS_DAILY_BUDGET: '20' });
    const late = world.now() + 24 * HOUR; // the end of a slot, where the clock starts the sweep
    for (let sent = 0; sent < 10; sent++) {
      world.advance(sent === 0 ? -500 : HOUR);
      await world.code(MOBILE);
    }
    await world.rows(
      'update sms_volume set issued = 7 where issued = 1 and slot = (select min(slot) from sms_volume)',
    );
    vi.setSystemTime(late - 1000);
    for (const [mobile, errmsg] of [
      [MOBILE, '发送次数已达上限,请稍后重试'],
      ['13900139000', '短信服务繁忙,请稍后重试'],
    ] as const) {
      const captcha = await world.captcha();
      world.stores.meanwhile(1, () => sweepAt(world, late));
      expect((await world.askCode(mobile, captcha)).errmsg).toBe(errmsg);
    }
  });

  it.each([
    ['login_tries', `'subject ' || i, 1, 0, 'request'`],
    ['captcha_claims', `'draw ' || i, 'request', 0`],
    ['sms_issues', `'issue ' || i, 'request', 'mobile', 'signup', 0, 0, 0, null, null, 'sent'`],
    ['sms_volume', 'i - 60000, 1, 0, 0, null, 0'],
    ['security_events', `'event ' || i, 1, 'logged_in', 0, ''`],
    ['sessions', `'session ' || i, 'hash ' || i, 1, 0, 0, 0, ''`],
  ])(
    'works on %s in bounded chunks and takes what is left over the next time',
    async (table, row) => {
      const world = createWorld();
      await world.db
        .prepare(
          `with recursive n(i) as (select 1 union all select i + 1 from n where i < 50700)
         insert into ${table} select ${row} from n`,
        )
        .run();
      await sweep(world);
      expect(await sizes(world)).toMatchObject({ [table]: 700 });
      expect(world.stores.counts.d1).toBe(55);
      await sweep(world);
      expect(await sizes(world)).toMatchObject({ [table]: 0 });
    },
  );

  it('goes on behind a row that went before the others', async () => {
    const world = createWorld();
    await world.db.batch([
      world.db.prepare(
        `with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000)
         insert into sms_issues select 'issue ' || i, 'request', 'mobile', 'signup', 0, 0, 0, null, null, 'sent' from n`,
      ),
      world.db.prepare("delete from sms_issues where issue_id = 'issue 500'"),
    ]);
    await sweep(world);
    expect(await sizes(world)).toMatchObject({ sms_issues: 0 });
  });

  it('looks at a bounded number of rows, however many are still needed', async () => {
    const world = createWorld();
    await world.signUp();
    const needed = world.now() + 48 * HOUR;
    await world.db.batch(
      [
        `insert into captcha_claims select 'draw ' || i, 'request', ${needed} from n`,
        `insert into sms_issues select 'issue ' || i, 'request', 'mobile', 'signup', ${needed}, 0, 0, null, null, 'sent' from n`,
        `insert into login_tries select 'subject ' || i, 1, ${needed}, 'request' from n`,
        `insert into sessions select 'session ' || i, 'hash ' || i, 1, 0, ${needed}, 0, '' from n`,
        `insert into security_events select 'event ' || i, 1, 'logged_in', ${needed}, '' from n`,
      ].map((insert) =>
        world.db.prepare(
          `with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000) ${insert}`,
        ),
      ),
    );
    world.advance(25 * HOUR);
    world.stores.forget();
    await sweep(world);
    expect(await sizes(world)).toMatchObject({ captcha_claims: 20_000, sms_issues: 20_000 });
    expect(world.stores.rowsRead).toBeLessThan(10_000);
  });

  it.each(['before', 'hang'] as const)('goes on when one table fails: %s', async (failure) => {
    const world = createWorld();
    await world.signUp();
    world.advance(26 * HOUR);
    world.stores.forget();
    world.stores.fail('d1', failure, 1);
    await sweep(world);
    expect(await sizes(world)).toEqual({
      captcha_claims: 1,
      sms_issues: 0,
      sms_volume: 0,
      login_tries: 0,
      security_events: 1,
      sessions: 0,
      users: 1,
    });
    expect(world.events('sweep_failed')).toEqual([
      expect.objectContaining({ table: 'captcha_claims', level: 'error' }),
    ]);
  });

  it('leaves a log-in as it was', async () => {
    const world = createWorld();
    const session = await world.signUp();
    world.advance(23 * HOUR);
    await sweep(world);
    expect((await world.call('/session', { session })).errno).toBe('0');
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('0');
  });
});
