/** What each request leaves behind for whoever watches: one line, and one data point where there is a place for it. */
import { expect, it } from 'vitest';
import { createWorld, MOBILE } from './support/world.ts';

interface DataPoint {
  indexes: string[];
  blobs: string[];
  doubles: number[];
}

/** A world with a dataset bound. */
function watched() {
  const world = createWorld();
  const points: DataPoint[] = [];
  Object.assign(world.env, {
    ANALYTICS: { writeDataPoint: (point: DataPoint) => void points.push(point) },
  });
  return { world, points };
}

it('a sign-up is one line and one data point a request, from the captcha on', async () => {
  const { world, points } = watched();
  await world.signUp();
  const told = [
    ['GET /api/v1.0/imagecode/:id', 'ok'],
    ['GET /api/v1.0/smscode/:mobile', 'sms_sent'],
    ['POST /api/v1.0/users', 'ok'],
  ];
  expect(world.events('answer').map(({ route, reason }) => [route, reason])).toEqual(told);
  expect(points.map(({ blobs }) => blobs)).toEqual(told);
});

it('data points say nothing about people', async () => {
  const { world, points } = watched();
  await world.signUp();
  const told = JSON.stringify(points);
  for (const secret of [MOBILE, MOBILE.slice(-4), '127.0.0.1', world.messages[0]?.code ?? '']) {
    expect(told).not.toContain(secret);
  }
});

it('a data point that cannot be written changes no answer', async () => {
  const world = createWorld();
  const writeDataPoint = () => {
    throw new TypeError('no such dataset');
  };
  Object.assign(world.env, { ANALYTICS: { writeDataPoint } });
  expect(await world.signUp()).not.toBe('');
  expect(world.events('point_not_written')).toHaveLength(3);
});

it('says how long each store and the vendor took', async () => {
  const { world, points } = watched();
  const captcha = await world.captcha();
  world.vendor(async () => {
    world.advance(700);
    return { outcome: 'sent' };
  });
  await world.askCode(MOBILE, captcha);
  const line = world.events('answer').at(-1);
  expect(line).toMatchObject({ kv_ms: expect.any(Number), d1_ms: expect.any(Number), sms_ms: 700 });
  expect(points.at(-1)?.doubles).toEqual([line?.['ms'], line?.['d1_ms'], line?.['kv_ms'], 700]);
});

it('names no store that was not asked', async () => {
  const { world } = watched();
  await world.call('/session');
  expect(Object.keys(world.events('answer').at(-1) ?? {})).not.toContain('d1_ms');
});

it('counts the time of a store that failed', async () => {
  const { world } = watched();
  world.stores.fail('kv.put', 'hang');
  await world.call('/imagecode/a');
  expect(world.events('answer').at(-1)).toMatchObject({ reason: 'captcha_unsaved', kv_ms: 60_000 });
});
