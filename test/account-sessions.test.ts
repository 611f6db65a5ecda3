import { describe, expect, it } from 'vitest';
import { deviceOf } from '../src/lib/device.ts';
import { accountCode, isLive } from './support/account.ts';
import type { Failure } from './support/stores.ts';
import { createWorld, MOBILE, OTHER, PASSWORD, sessionIn, type World } from './support/world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FAILURES: Failure[] = ['before', 'after', 'hang', 'nonsense'];
const LOGGED_OUT = { status: 200, errno: '4101', errmsg: '用户未登录' };
const INVALID = { status: 200, errno: '4002', errmsg: '无效操作' };
const FAILED = { status: 200, errno: '4001', errmsg: '数据库查询错误' };
const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36';

interface Listed {
  id: string;
  current: boolean;
  device: string;
  created_at: string;
  last_seen_at: string;
}
const list = async (world: World, session: string, headers = {}) =>
  (await world.call('/sessions', { session, headers })).data?.['sessions'] as Listed[];
const end = (world: World, session: string, id: string) =>
  world.call(`/sessions/${id}`, { method: 'DELETE', session });
const endOthers = (world: World, session: string) =>
  world.call('/sessions', { method: 'DELETE', session });
const logIn = async (world: World, userAgent = '') =>
  sessionIn(await world.logIn(MOBILE, PASSWORD, { headers: { 'User-Agent': userAgent } }));

describe('GET /sessions', () => {
  it('lists the live sessions of the user, the latest first, and marks the one that asks', async () => {
    const world = createWorld();
    await world.signUp(OTHER);
    const first = await world.signUp();
    world.advance(HOUR);
    const second = await logIn(world, WINDOWS);
    const sessions = await list(world, first);
    expect(sessions).toEqual([
      {
        id: expect.stringMatching(/^[\w-]{22}$/),
        current: false,
        device: 'Windows 上的 Chrome',
        created_at: '2026-11-22 17:00:00',
        last_seen_at: '2026-11-22 17:00:00',
      },
      {
        id: expect.stringMatching(/^[\w-]{22}$/),
        current: true,
        device: '未知设备',
        created_at: '2026-11-22 16:00:00',
        last_seen_at: '2026-11-22 16:00:00',
      },
    ]);
    expect((await list(world, second)).map(({ current }) => current)).toEqual([true, false]);
    const english = await list(world, second, { 'Accept-Language': 'en' });
    expect(english[0]?.device).toBe('Chrome on Windows');
  });

  it('shows no token and no hash of one', async () => {
    const world = createWorld();
    const session = await world.signUp();
    const [row] = await world.rows('select * from sessions');
    const text = JSON.stringify(await list(world, session));
    expect(text).not.toContain(session);
    expect(text).not.toContain(row?.['token_hash']);
    expect(JSON.stringify(row)).not.toContain(session);
  });

  it.each(['', 'x', 'A'.repeat(43)])('is for nobody with the cookie %j', async (session) => {
    expect(await createWorld().call('/sessions', { session })).toMatchObject(LOGGED_OUT);
  });

  it('lists the latest thousand', async () => {
    const world = createWorld();
    const session = await world.signUp();
    await world.rows(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
       insert into sessions select 's' || i, 't' || i, 1, 0, ${Date.now() + DAY}, 0, '' from n`,
    );
    const sessions = await list(world, session);
    expect(sessions).toHaveLength(1000);
    expect(sessions[0]?.current).toBe(true);
  });

  it('has no more than a thousand to look at: a log-in by password ends the oldest beyond them', async () => {
    const world = createWorld();
    const oldest = await world.signUp();
    world.advance(1);
    await world.signUp(OTHER);
    await world.rows(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 998)
       insert into sessions select 's' || i, 't' || i, 1, ${Date.now()}, ${Date.now() + DAY}, 0, '' from n`,
    );
    const count = async () =>
      (await world.rows('select user_id, count(*) as n from sessions group by 1')).map(
        ({ n }) => n,
      );
    const first = await logIn(world);
    expect(await count()).toEqual([1000, 1]);
    expect(await isLive(world, oldest)).toBe(true);
    await logIn(world);
    expect(await count()).toEqual([1000, 1]);
    expect(await isLive(world, oldest)).toBe(false);
    await world.rows("delete from sessions where id = 's1'");
    const last = await logIn(world);
    expect(await count()).toEqual([1000, 1]);
    expect([await isLive(world, first), await isLive(world, last)]).toEqual([true, true]);
  });

  it('has the new one among them, though a thousand were begun after its request had come', async () => {
    const world = createWorld();
    await world.signUp();
    const later = Date.now() + 1000;
    await world.rows(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
       insert into sessions select 's' || i, 't' || i, 1, ${later}, ${later + DAY}, 0, '' from n`,
    );
    const session = await logIn(world);
    expect(await isLive(world, session)).toBe(true);
    expect(await world.rows('select count(*) as n from sessions')).toEqual([{ n: 1000 }]);
  });

  it('has a heap of old ones come down with each log-in, a few at a time', async () => {
    const world = createWorld();
    await world.signUp();
    await world.rows(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000)
       insert into sessions select 's' || i, 't' || i, 1, 0, ${Date.now() + DAY}, 0, '' from n`,
    );
    world.stores.forget();
    const session = await logIn(world);
    expect(world.stores.rowsRead).toBeLessThan(1500);
    expect(await world.rows('select count(*) as n from sessions')).toEqual([{ n: 4902 }]);
    expect(await isLive(world, session)).toBe(true);
  });

  it('leaves out sessions that have ended', async () => {
    const world = createWorld();
    await world.signUp();
    world.advance(DAY - 1);
    const session = await logIn(world);
    expect(await list(world, session)).toHaveLength(2);
    world.advance(1);
    expect(await list(world, session)).toHaveLength(1);
  });
});

describe('DELETE /sessions/:id', () => {
  it('ends that session from the next request on, and no other', async () => {
    const world = createWorld();
    const first = await world.signUp();
    const second = await logIn(world);
    const third = await logIn(world);
    const target = (await list(world, second)).find(({ current }) => current)?.id ?? '';
    expect(await end(world, first, target)).toMatchObject({ errno: '0', errmsg: 'OK' });
    expect(await isLive(world, second)).toBe(false);
    expect(await isLive(world, first)).toBe(true);
    expect(await isLive(world, third)).toBe(true);
    expect(await end(world, first, target)).toMatchObject(INVALID);
  });

  it('may end the one that asks, whose cookie goes with it', async () => {
    const world = createWorld();
    const session = await world.signUp();
    world.advance(1);
    const second = await logIn(world);
    const [other, own] = await list(world, session);
    const ended = await end(world, session, other?.id ?? '');
    expect(ended.headers.getSetCookie()).toEqual([]);
    expect(await isLive(world, second)).toBe(false);
    const itself = await end(world, session, own?.id ?? '');
    expect(itself.errno).toBe('0');
    expect(itself.headers.getSetCookie()).toEqual([expect.stringContaining('Max-Age=0')]);
    expect(await end(world, session, own?.id ?? '')).toMatchObject(LOGGED_OUT);
  });

  it('knows no session of somebody else, and no id that is none', async () => {
    const world = createWorld();
    const stranger = await world.signUp(OTHER);
    const session = await world.signUp();
    const [theirs] = await list(world, stranger);
    for (const id of [theirs?.id ?? '', 'x', "'", '%00', 'A'.repeat(5000)]) {
      expect(await end(world, session, id)).toMatchObject(INVALID);
    }
    expect(await isLive(world, stranger)).toBe(true);
    expect(await end(world, 'x', theirs?.id ?? '')).toMatchObject(LOGGED_OUT);
  });

  it('knows no session that has run out', async () => {
    const world = createWorld();
    await world.signUp();
    world.advance(DAY - 1);
    const session = await logIn(world);
    const old = (await list(world, session)).find(({ current }) => !current)?.id ?? '';
    world.advance(1);
    expect(await end(world, session, old)).toMatchObject(INVALID);
    expect(await world.rows("select * from security_events where kind = 'session_ended'")).toEqual(
      [],
    );
  });

  it('of many for one session is done once', async () => {
    const world = createWorld();
    const session = await world.signUp();
    await logIn(world);
    const target = (await list(world, session)).find(({ current }) => !current)?.id ?? '';
    const replies = await Promise.all(Array.from({ length: 8 }, () => end(world, session, target)));
    expect(replies.filter(({ errno }) => errno === '0')).toHaveLength(1);
    expect(replies.filter(({ errno }) => errno === '4002')).toHaveLength(7);
  });

  it.each(FAILURES)('(%s) says 数据库查询错误, and a retry converges', async (failure) => {
    const world = createWorld();
    const session = await world.signUp();
    const second = await logIn(world);
    const target = (await list(world, second)).find(({ current }) => current)?.id ?? '';
    for (const at of [1, 2]) {
      world.stores.forget();
      world.stores.fail('d1', failure, at);
      world.stores.fail('d1', failure, at + 1);
      expect(await end(world, session, target)).toMatchObject(FAILED);
    }
    expect((await end(world, session, target)).errno).toBe(failure === 'after' ? '4002' : '0');
    expect(await isLive(world, second)).toBe(false);
  });

  it('goes on when only the answer was lost', async () => {
    const world = createWorld();
    const session = await world.signUp();
    const [own] = await list(world, session);
    world.stores.forget();
    world.stores.fail('d1', 'after', 2);
    expect((await end(world, session, own?.id ?? '')).errno).toBe('0');
  });
});

describe('DELETE /sessions', () => {
  it('ends the codes to start another with', async () => {
    const world = createWorld();
    const { code, session } = await accountCode(world, 'login');
    expect((await endOthers(world, 'x')).errno).toBe('4101');
    expect((await endOthers(world, session)).errno).toBe('0');
    expect(await world.logInByCode(MOBILE, code)).toMatchObject({ errno: '4002' });
  });

  it('ends all others of the user and keeps the one that asks', async () => {
    const world = createWorld();
    const stranger = await world.signUp(OTHER);
    const session = await world.signUp();
    const others = [await logIn(world), await logIn(world)];
    expect(await endOthers(world, session)).toMatchObject({ errno: '0', errmsg: 'OK' });
    for (const other of others) expect(await isLive(world, other)).toBe(false);
    expect(await isLive(world, session)).toBe(true);
    expect(await isLive(world, stranger)).toBe(true);
    expect((await endOthers(world, session)).errno).toBe('0');
    expect(await endOthers(world, others[0] ?? '')).toMatchObject(LOGGED_OUT);
  });

  it('of two sessions at once leaves one of them at least', async () => {
    const world = createWorld();
    const pair = [await world.signUp(), await logIn(world)];
    const replies = await Promise.all(pair.map((session) => endOthers(world, session)));
    const done = replies.filter(({ errno }) => errno === '0');
    expect(done).toHaveLength(1);
    expect(replies.filter(({ errno }) => errno === '4101')).toHaveLength(1);
    expect(await world.rows('select count(*) as n from sessions')).toEqual([{ n: 1 }]);
  });

  it.each(FAILURES)('(%s) says 数据库查询错误', async (failure) => {
    const world = createWorld();
    const session = await world.signUp();
    await logIn(world);
    for (const at of [1, 2]) {
      world.stores.forget();
      world.stores.fail('d1', failure, at);
      world.stores.fail('d1', failure, at + 1);
      expect(await endOthers(world, session)).toMatchObject(FAILED);
    }
    expect((await endOthers(world, session)).errno).toBe('0');
    expect(await list(world, session)).toHaveLength(1);
  });
});

describe('the life of a session', () => {
  it('ends 30 days after the log-in, however much it is used', async () => {
    const world = createWorld();
    const session = await world.signUp();
    const started = world.now();
    while (world.now() + 13 * HOUR < started + 30 * DAY) {
      world.advance(13 * HOUR);
      expect(await isLive(world, session)).toBe(true);
    }
    world.advance(started + 30 * DAY - 1 - world.now());
    expect(await isLive(world, session)).toBe(true);
    world.advance(1);
    expect(await isLive(world, session)).toBe(false);
  });

  it('is written once in half of its idle life, which every answer tells from then on, and no more near its absolute end', async () => {
    const world = createWorld();
    const session = await world.signUp();
    const started = world.now();
    const cost = async () => {
      world.stores.forget();
      const reply = await world.call('/session', { session });
      expect(reply.errno).toBe('0');
      return [
        world.stores.counts.d1,
        /Max-Age=(\d+)/.exec(reply.headers.get('Set-Cookie') ?? '')?.[1],
      ];
    };
    world.advance(13 * HOUR);
    expect(await cost()).toEqual([2, '86400']);
    expect(await cost()).toEqual([1, '86400']);
    await world.db
      .prepare('update sessions set expires_at = ?')
      .bind(started + 30 * DAY - 8 * HOUR)
      .run();
    world.advance(29 * DAY);
    world.advance(started + 30 * DAY - 10 * HOUR - world.now());
    expect(await cost()).toEqual([2, '36000']);
    expect(await cost()).toEqual([1, '36000']);
  });
});

it('a session keeps a bounded part of what a client calls itself', async () => {
  const world = createWorld();
  await world.signUp();
  await world.logIn(MOBILE, PASSWORD, { headers: { 'User-Agent': 'x'.repeat(1000) } });
  expect(
    await world.rows(
      `select max(length(user_agent)) as n from sessions
       union all select max(length(user_agent)) from security_events`,
    ),
  ).toEqual([{ n: 256 }, { n: 256 }]);
});

describe('a device', () => {
  it.each([
    ['', 'Unknown device', '未知设备'],
    ['<script>alert(1)</script>', 'Unknown device', '未知设备'],
    [WINDOWS, 'Chrome on Windows', 'Windows 上的 Chrome'],
    [`${WINDOWS} Edg/140.0`, 'Edge on Windows', 'Windows 上的 Edge'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1',
      'Safari on iPhone',
      'iPhone 上的 Safari',
    ],
    [
      'Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36 MicroMessenger/8.0',
      'WeChat on Android',
      'Android 上的 微信',
    ],
    [
      'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0',
      'Firefox on Linux',
      'Linux 上的 Firefox',
    ],
    ['curl/8.5.0', 'curl', 'curl'],
  ])('%j is %j', (userAgent, en, zh) => {
    expect(deviceOf(userAgent, 'en')).toBe(en);
    expect(deviceOf(userAgent, 'zh')).toBe(zh);
  });
});
