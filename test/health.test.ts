import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { createWorld } from './support/world.ts';

const TOKEN = 'a-token-of-the-monitor';
const HEALTHZ = 'http://localhost/healthz';

/** Ways to spoil the tables, and what undoes each. */
const SPOILT = [
  [
    'a table is missing',
    'alter table blocked_mobiles rename to other',
    'alter table other rename to blocked_mobiles',
  ],
  [
    'a column is missing',
    'alter table users drop column password_version',
    'alter table users add column password_version integer default 1 not null',
  ],
  [
    'a key is missing',
    'alter table sms_issues rename to other; create table sms_issues as select * from other',
    'drop table sms_issues; alter table other rename to sms_issues',
  ],
] as const;

const bearing = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

describe('GET /healthz', () => {
  it('answers without asking any store, and is never cached', async () => {
    const world = createWorld();
    expect(await world.call(HEALTHZ)).toMatchObject({ status: 200, errno: '0' });
    expect(world.stores.counts).toEqual({ 'kv.get': 0, 'kv.put': 0, 'kv.delete': 0, d1: 0 });
  });

  it('is 500 while a setting is missing', async () => {
    const world = createWorld({ SECRET_KEY: undefined });
    expect(await world.call(HEALTHZ)).toMatchObject({ status: 500, errno: '4500' });
  });

  it('has no other method', async () => {
    const reply = await createWorld().call(HEALTHZ, { method: 'POST' });
    expect(reply).toMatchObject({ status: 405, errno: '4201' });
  });
});

describe('GET /healthz?deep=1', () => {
  const deep = `${HEALTHZ}?deep=1`;

  it.each(['bearer', 'BEARER'])('takes the scheme %s', async (scheme) => {
    const world = createWorld({ HEALTH_TOKEN: TOKEN });
    const headers = { Authorization: `${scheme} ${TOKEN}` };
    expect(await world.call(deep, { headers })).toMatchObject({ status: 200 });
  });

  it('asks each store once', async () => {
    const world = createWorld({ HEALTH_TOKEN: TOKEN });
    const reply = await world.call(deep, bearing(TOKEN));
    expect(reply).toMatchObject({ status: 200, errno: '0', data: { kv: true, d1: true } });
    expect(world.stores.counts).toEqual({ 'kv.get': 1, 'kv.put': 0, 'kv.delete': 0, d1: 1 });
    expect(world.events('fault')).toEqual([]);
  });

  it.each([
    ['kv.get', 'before', { kv: false, d1: true }],
    ['kv.get', 'hang', { kv: false }],
    ['d1', 'before', { kv: true, d1: false }],
    ['d1', 'hang', { d1: false }],
  ] as const)('is 503 when %s fails (%s), whatever the mode', async (store, failure, data) => {
    const world = createWorld({ HEALTH_TOKEN: TOKEN });
    world.stores.fail(store, failure);
    const reply = await world.call(deep, bearing(TOKEN));
    expect(reply).toMatchObject({ status: 503, errno: '4001', data });
  });

  it('logs a fault for each store that failed, and what it said', async () => {
    const world = createWorld({ HEALTH_TOKEN: TOKEN });
    world.stores.fail('kv.get', 'before');
    world.stores.fail('d1', 'before');
    await world.call(deep, bearing(TOKEN));
    expect(world.events('fault')).toMatchObject([
      { store: 'kv', reason: 'unhealthy', level: 'error', error: 'Error: kv.get failed' },
      { store: 'd1', reason: 'unhealthy', level: 'error', error: 'Error: d1 failed' },
    ]);
  });

  it.each(SPOILT)(
    'is 503 when %s: the migrations were forgotten, or it is another database',
    async (_, spoil, restore) => {
      const world = createWorld({ HEALTH_TOKEN: TOKEN });
      await env.DB.exec(spoil);
      const reply = await world.call(deep, bearing(TOKEN));
      await env.DB.exec(restore);
      expect(reply).toMatchObject({ status: 503, data: { kv: true, d1: false } });
      const error = expect.stringMatching(/no such table|no column named|does not match any/);
      expect(world.events('fault')).toMatchObject([{ store: 'd1', reason: 'unhealthy', error }]);
    },
  );

  it.each([
    ['a wrong token', { HEALTH_TOKEN: TOKEN }, bearing('another-token-of-it')],
    ['no token', { HEALTH_TOKEN: TOKEN }, {}],
    ['no scheme', { HEALTH_TOKEN: TOKEN }, { headers: { Authorization: TOKEN } }],
    ['a token that is not configured', {}, bearing('undefined')],
    ['neither a token nor one configured', {}, {}],
  ])('with %s is no path, and asks no store', async (_, vars, call) => {
    const world = createWorld(vars);
    expect(await world.call(deep, call)).toMatchObject({ status: 404, errno: '4201' });
    expect(world.stores.counts).toMatchObject({ 'kv.get': 0, d1: 0 });
  });

  it('takes no short token', async () => {
    const world = createWorld({ HEALTH_TOKEN: 'short' });
    expect(await world.call(deep, bearing('short'))).toMatchObject({ errno: '4500' });
  });
});
