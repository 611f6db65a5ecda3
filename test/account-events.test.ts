import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import worker from '../src/index.ts';
import {
  accountCode,
  changeName,
  changePassword,
  eventKinds,
  leave,
  resetPassword,
} from './support/account.ts';
import type { Failure } from './support/stores.ts';
import { createWorld, MOBILE, OTHER, PASSWORD, sessionIn, type World } from './support/world.ts';

const DAY = 86_400_000;
const FAILURES: Failure[] = ['before', 'after', 'hang', 'nonsense'];

describe('GET /user/events', () => {
  it('tells the latest thousand', async () => {
    const world = createWorld();
    const session = await world.signUp();
    await world.rows(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
       insert into security_events select 'event ' || i, 1, 'logged_in', 0, '' from n`,
    );
    const kinds = await eventKinds(world, session);
    expect(kinds).toHaveLength(1000);
    expect(kinds[0]).toBe('signed_up');
  });

  it.each<[string, (world: World, session: string) => Promise<{ errno: string }>]>([
    ['log-in', (world) => world.logIn(MOBILE, PASSWORD)],
    ['change', (world, session) => changeName(world, session, '小明')],
  ])(
    'has the latest ten thousand at most, and each %s brings a heap down to them',
    async (_, act) => {
      const world = createWorld();
      const session = await world.signUp();
      await world.signUp(OTHER);
      await world.rows(
        `with recursive n(i) as (select 1 union all select i + 1 from n where i < 10150)
       insert into security_events select 'event ' || i, 1, 'logged_in', i, '' from n`,
      );
      const counts = async () =>
        (await world.rows('select count(*) as n from security_events group by user_id')).map(
          ({ n }) => n,
        );
      expect((await act(world, session)).errno).toBe('0');
      expect(await counts()).toEqual([10_052, 1]);
      expect((await act(world, session)).errno).toBe('0');
      expect((await act(world, session)).errno).toBe('0');
      expect(await counts()).toEqual([10_000, 1]);
      expect(await world.rows('select min(at) as at from security_events')).toEqual([{ at: 155 }]);
    },
  );

  it('tells what happened to the account, the latest first, and to no other', async () => {
    const world = createWorld();
    await world.signUp(OTHER);
    const { code } = await accountCode(world, 'reset');
    const step = () => world.advance(1);
    step();
    await world.logIn(MOBILE, 'x');
    step();
    await resetPassword(world, '000000' === code ? '000001' : '000000');
    step();
    const session = sessionIn(await resetPassword(world, code));
    step();
    await changeName(world, session, '小明');
    step();
    await changePassword(world, session, 'x');
    step();
    await changePassword(world, session, 'a new password', PASSWORD);
    step();
    const second = sessionIn(await world.logIn(MOBILE, PASSWORD));
    step();
    await world.call('/session', { method: 'DELETE', session: second });
    step();
    await world.call('/sessions', { method: 'DELETE', session });
    expect(await eventKinds(world, session)).toEqual([
      'other_sessions_ended',
      'logged_out',
      'logged_in',
      'password_changed',
      'password_failed',
      'name_changed',
      'password_reset',
      'code_failed',
      'login_failed',
      'signed_up',
    ]);
  });

  it('says when, and from which device in words', async () => {
    const world = createWorld();
    const headers = { 'User-Agent': '<b>Chrome/1 Windows' };
    const reply = await world.register(MOBILE, await world.code(), { headers });
    const events = await world.call('/user/events', { session: sessionIn(reply) });
    expect(events.data).toEqual({
      events: [{ kind: 'signed_up', device: 'Windows 上的 Chrome', at: '2026-11-22 16:00:00' }],
    });
  });

  it.each(['/user/events', '/user/export'])(
    'and %s are for nobody without a session',
    async (path) => {
      const world = createWorld();
      for (const session of ['', 'x', 'A'.repeat(43)]) {
        expect((await world.call(path, { session })).errno).toBe('4101');
      }
    },
  );

  it('notes no try that an exhausted counter refused, and none that a fault undid', async () => {
    const world = createWorld();
    const session = await world.signUp();
    for (let tries = 0; tries < 9; tries++) await world.logIn(MOBILE, 'x');
    world.advance(600_000);
    world.failNextDerivation();
    expect((await world.logIn(MOBILE, PASSWORD)).errno).toBe('4001');
    const kinds = await eventKinds(world, session);
    expect(kinds.filter((kind) => kind === 'login_failed')).toHaveLength(5);
    expect(kinds).toHaveLength(6);
  });

  it('are one for one request that succeeds, however many run', async () => {
    const world = createWorld();
    const session = await world.signUp();
    await Promise.all([1, 2, 3].map(() => world.logIn(MOBILE, PASSWORD)));
    const kinds = await eventKinds(world, session);
    expect(kinds.toSorted()).toEqual(['logged_in', 'logged_in', 'logged_in', 'signed_up']);
  });

  it('go after 180 days, and not before', async () => {
    const world = createWorld();
    await world.signUp();
    const rows = async () => {
      const context = createExecutionContext();
      const scheduledTime = new Date(world.now());
      await worker.scheduled(createScheduledController({ scheduledTime }), world.env);
      await waitOnExecutionContext(context);
      return (await world.rows('select * from security_events')).length;
    };
    world.advance(180 * DAY - 1);
    expect(await rows()).toBe(1);
    world.advance(1);
    expect(await rows()).toBe(0);
  });

  it.each(FAILURES)('(%s) says 数据库查询错误 when the store fails', async (failure) => {
    const world = createWorld();
    const session = await world.signUp();
    for (const path of ['/user/events', '/user/export', '/sessions']) {
      for (const at of [1, 2]) {
        world.stores.forget();
        world.stores.fail('d1', failure, at);
        expect(await world.call(path, { session })).toMatchObject({
          errno: '4001',
          errmsg: '数据库查询错误',
        });
      }
    }
  });
});

describe('GET /user/export', () => {
  it('has the latest ten thousand of what anybody could make without end', async () => {
    const world = createWorld();
    const session = await world.signUp();
    const many = (row: string) =>
      world.rows(
        `with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000) ${row} from n`,
      );
    await many(`insert into security_events select 'event ' || i, 1, 'logged_in', 0, ''`);
    await many(`insert into sessions select 's' || i, 't' || i, 1, 0, 1, 0, ''`);
    const { data } = await world.call('/user/export', { session });
    const { events, sessions } = data as Record<string, Record<string, unknown>[]>;
    expect(events).toHaveLength(10_000);
    expect(events?.[0]?.['kind']).toBe('signed_up');
    expect(sessions).toHaveLength(10_000);
    expect(sessions?.[0]?.['created_at']).toBe('2026-11-22 16:00:00');
  });

  it('holds everything about the user and nothing secret', async () => {
    const world = createWorld();
    await world.signUp(OTHER);
    const session = await world.signUp();
    await world.logIn(MOBILE, 'x');
    await world.logIn(OTHER, 'x');
    const { data } = await world.call('/user/export', { session });
    expect(data).toEqual({
      user: {
        user_id: 2,
        name: MOBILE,
        mobile: MOBILE,
        avatar: '',
        create_time: '2026-11-22 16:00:00',
      },
      sessions: [
        {
          id: expect.any(String),
          user_agent: '',
          created_at: '2026-11-22 16:00:00',
          last_seen_at: '2026-11-22 16:00:00',
          expires_at: '2026-11-23 16:00:00',
        },
      ],
      events: expect.arrayContaining([
        { kind: 'login_failed', user_agent: '', at: '2026-11-22 16:00:00' },
        { kind: 'signed_up', user_agent: '', at: '2026-11-22 16:00:00' },
      ]),
      sms_codes: [
        {
          purpose: 'signup',
          issued_at: '2026-11-22 16:00:00',
          tries: 1,
          used_at: '2026-11-22 16:00:00',
          outcome: 'sent',
        },
      ],
      login_tries: [
        { count: 1, until: '2026-11-22 16:10:00' },
        { count: 1, until: '2026-11-23 16:00:00' },
      ],
    });
    const text = JSON.stringify(data);
    const [user] = await world.rows('select password_hash from users where id = 2');
    expect(text).not.toContain(session);
    expect(text).not.toContain(user?.['password_hash']);
    expect(text).not.toContain(OTHER);
  });

  it('ends with the account', async () => {
    const world = createWorld();
    const session = await world.signUp();
    await leave(world, session, { password: PASSWORD });
    expect((await world.call('/user/export', { session })).errno).toBe('4101');
  });
});
