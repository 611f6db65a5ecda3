/** Pages on another origin of the same site: `ALLOWED_ORIGINS` may read what is answered, nobody else may. */
import { describe, expect, it } from 'vitest';
import { createWorld, MOBILE, PASSWORD, type World } from './support/world.ts';

const FRIEND = 'https://m.example.com';
const ALLOWED_ORIGINS = `https://www.example.com, ${FRIEND}`;
const sameSite = { 'Sec-Fetch-Site': 'same-site' };
const fromFriend = { Origin: FRIEND, ...sameSite };

const corsOf = ({ headers }: { headers: Headers }) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));
const SHARED = {
  'access-control-allow-origin': FRIEND,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'Retry-After',
};
const varies = ({ headers }: { headers: Headers }) => headers.get('Vary') ?? '';

const preflight = (world: World, path: string, method: string, origin = FRIEND) =>
  world.fetch(path, {
    method: 'OPTIONS',
    headers: {
      Origin: origin,
      ...sameSite,
      'Access-Control-Request-Method': method,
      'Access-Control-Request-Headers': 'content-type,x-csrftoken',
    },
  });

describe('a page on an allowed origin', () => {
  it.each([
    ['/users', 'POST'],
    ['/sessions', 'DELETE'],
    ['/sessions/x', 'DELETE'],
    ['/user/password', 'PUT'],
    ['/audiocode/a', 'GET'],
  ])('may ask whether it may call %s by %s', async (path, method) => {
    const response = await preflight(createWorld({ ALLOWED_ORIGINS }), path, method);
    expect(response.status).toBe(204);
    expect(corsOf(response)).toEqual({
      ...SHARED,
      'access-control-allow-methods': 'GET,HEAD,POST,PUT,DELETE',
      'access-control-allow-headers': 'Content-Type,X-CSRFToken',
      'access-control-max-age': '7200',
    });
    expect(varies(response)).toContain('Origin');
    expect(await response.text()).toBe('');
  });

  it('may read every kind of answer, refusals and faults included', async () => {
    const world = createWorld({ ALLOWED_ORIGINS, ERROR_STATUS: 'semantic' });
    const get = { headers: fromFriend };
    const put = { method: 'PUT', headers: fromFriend };
    world.stores.fail('kv.put', 'before');
    const answers = [
      await world.call('/imagecode/a', get), // a fault
      await world.fetch('/imagecode/a', get),
      await world.fetch('/audiocode/a', get),
      await world.call('/session', get),
      await world.logIn(MOBILE, PASSWORD, get),
      await world.logIn('138', PASSWORD, get),
      await world.call('/users', put),
      await world.call('/nothing', get),
      await world.call('/users', { method: 'POST', body: 'x'.repeat(20_000), headers: fromFriend }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([
      503, 200, 200, 200, 401, 400, 405, 404, 413,
    ]);
    for (const reply of answers) {
      expect(corsOf(reply)).toEqual(SHARED);
      expect(varies(reply)).toBe('Origin');
    }
  });

  it('may show the captcha and let it be heard', async () => {
    const world = createWorld({ ALLOWED_ORIGINS });
    for (const path of ['/imagecode/a', '/audiocode/a']) {
      const { headers } = await world.fetch(path, { headers: sameSite }); // as <img> and <audio> ask
      expect(headers.get('Cross-Origin-Resource-Policy')).toBe('same-site');
    }
  });

  it('of another site after all may not act', async () => {
    const world = createWorld({ ALLOWED_ORIGINS });
    const headers = { Origin: FRIEND, 'Sec-Fetch-Site': 'cross-site' };
    expect((await world.logIn(MOBILE, PASSWORD, { headers })).errno).toBe('4201');
  });
});

describe('any other origin', () => {
  it.each([
    'https://evil.example',
    'null',
    'https://m.example.com.evil.example',
    'http://m.example.com',
  ])('such as %s is told nothing and refused as ever', async (origin) => {
    const world = createWorld({ ALLOWED_ORIGINS, ERROR_STATUS: 'semantic' });
    const asked = await preflight(world, '/users', 'POST', origin);
    expect(asked.status).toBe(405);
    expect(asked.headers.get('Allow')).toBe('POST');
    const refused = await world.logIn(MOBILE, PASSWORD, { headers: { Origin: origin } });
    expect(refused).toMatchObject({ status: 403, errno: '4201' });
    const read = await world.call('/session', { headers: { Origin: origin } });
    for (const reply of [asked, refused, read]) {
      expect(corsOf(reply)).toEqual({});
      expect(varies(reply)).toContain('Origin');
    }
  });

  it('is all there is while none is allowed', async () => {
    const world = createWorld();
    expect((await preflight(world, '/users', 'POST', '')).status).toBe(405);
    expect((await preflight(world, '/users', 'POST', 'http://localhost:8787')).status).toBe(405);
    expect(corsOf(await world.call('/session', { headers: fromFriend }))).toEqual({});
  });

  it('is what OPTIONS that is no preflight is taken for', async () => {
    const world = createWorld({ ALLOWED_ORIGINS });
    const reply = await world.call('/sessions', { method: 'OPTIONS', headers: fromFriend });
    expect(reply).toMatchObject({ status: 405, errno: '4201' });
  });
});
