import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { createWorld, keyOf, MOBILE, PASSWORD, type Reply, type World } from './support/world.ts';

const ILLEGAL = { errno: '4201', errmsg: '非法请求' };
const LIMITED = { errno: '4202', errmsg: '请求过于频繁,请稍后重试' };

describe('every answer', () => {
  it('of an unknown path is 404 in both modes', async () => {
    for (const mode of ['200', 'semantic']) {
      const world = createWorld({ ERROR_STATUS: mode });
      for (const path of [
        '',
        '/',
        '/nope',
        '/users/',
        '/users/1',
        '/smscode',
        '/smscode/',
        '/imagecode',
        '/Users',
      ]) {
        expect(await world.call(path)).toMatchObject({ ...ILLEGAL, status: 404 });
      }
      expect(await world.call('http://localhost:8787/elsewhere')).toMatchObject({
        ...ILLEGAL,
        status: 404,
      });
    }
  });

  it.each([
    ['POST', `/smscode/${MOBILE}`, 'GET'],
    ['POST', '/imagecode/a', 'GET'],
    ['GET', '/users', 'POST'],
    ['PUT', '/users', 'POST'],
    ['PUT', '/sessions', 'GET, HEAD, POST, DELETE'],
    ['OPTIONS', '/sessions', 'GET, HEAD, POST, DELETE'],
    ['GET', '/sessions/x', 'DELETE'],
    ['GET', '/password-resets', 'POST'],
    ['POST', '/user/password', 'PUT'],
    ['POST', '/session', 'GET, HEAD, DELETE'],
    ['POST', '/user', 'GET, HEAD, DELETE'],
    ['GET', '/user/name', 'PUT'],
    ['POST', '/user/events', 'GET, HEAD'],
    ['POST', '/user/export', 'GET, HEAD'],
  ])('of %s %s is 405 in both modes and says what is allowed', async (method, path, allowed) => {
    for (const mode of ['200', 'semantic']) {
      const reply = await createWorld({ ERROR_STATUS: mode }).call(path, { method });
      expect(reply).toMatchObject({ ...ILLEGAL, status: 405 });
      expect(reply.headers.get('Allow')).toBe(allowed);
    }
  });

  it('of HEAD on a GET that acts is 405, and nothing is done', async () => {
    const world = createWorld();
    const { id, text } = await world.captcha();
    const response = await world.fetch(`/smscode/${MOBILE}?id=${id}&text=${text}`, {
      method: 'HEAD',
    });
    expect(response.status).toBe(405);
    expect(world.messages).toHaveLength(0);
    expect((await world.fetch('/imagecode/a', { method: 'HEAD' })).status).toBe(405);
    expect((await world.fetch('/session', { method: 'HEAD' })).status).toBe(200);
  });

  it('speaks English to whoever prefers it, else Chinese', async () => {
    const world = createWorld();
    const textFor = async (language?: string) => {
      const headers = language === undefined ? {} : { 'Accept-Language': language };
      return (await world.logIn('138', 'x', { headers })).errmsg;
    };
    for (const language of ['en', 'en-US,en;q=0.9', 'EN', 'fr, en;q=0.5', 'zh;q=0.4, en;q=0.5']) {
      expect(await textFor(language)).toBe('Invalid mobile number');
    }
    for (const language of [
      undefined,
      '',
      'zh-CN,zh;q=0.9,en;q=0.8',
      'fr',
      '*',
      'en;q=0',
      'english',
      ';q=1',
    ]) {
      expect(await textFor(language)).toBe('手机号格式错误');
    }
  });

  it('never echoes input', async () => {
    const world = createWorld();
    const script = '<script>alert(1)</script>';
    const texts = await Promise.all([
      world.call(`/${encodeURIComponent(script)}`),
      world.call(`/imagecode/${encodeURIComponent(script)}`),
      world.askCode(encodeURIComponent(script), { id: script, text: script }),
      world.register(script, script, {}, script),
      world.logIn(script, script),
    ]);
    for (const { errmsg, data } of texts)
      expect(JSON.stringify({ errmsg, data })).not.toContain('script');
  });

  it('carries the status of the table with ERROR_STATUS=semantic', async () => {
    const world = createWorld({ ERROR_STATUS: 'semantic' });
    const captcha = await world.captcha();
    expect((await world.call('/smscode/138')).status).toBe(400);
    expect((await world.call('/imagecode/%20')).status).toBe(400);
    expect((await world.askCode(MOBILE, { ...captcha, text: '?' })).status).toBe(422);
    expect((await world.askCode(MOBILE, captcha)).status).toBe(410);
    expect((await world.register(MOBILE, '123456')).status).toBe(410);
    const code = await world.code();
    expect((await world.askCode(MOBILE, await world.captcha())).status).toBe(429);
    expect((await world.register(MOBILE, 'x')).status).toBe(422);
    expect((await world.register(MOBILE, code)).status).toBe(200);
    expect((await world.register(MOBILE, code)).status).toBe(409);
    expect((await world.askCode(MOBILE, await world.captcha())).status).toBe(409);
    expect((await world.logIn(MOBILE, 'x')).status).toBe(401);
    expect((await world.logIn(MOBILE, PASSWORD)).status).toBe(200);
    expect((await world.call('/user')).status).toBe(401);
    expect((await world.call('/session')).status).toBe(200);
    expect((await world.call('/session', { method: 'DELETE' })).status).toBe(401);
    for (const outcome of [
      { outcome: 'refused', vendorCode: 'X', because: 'number' } as const,
      { outcome: 'unknown', why: 'X' } as const,
    ]) {
      world.vendor(async () => outcome);
      expect((await world.askCode('13900139000', await world.captcha())).status).toBe(502);
    }
  });

  it('says nosniff and runs nothing', async () => {
    const { headers } = await createWorld().call('/session');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(headers.get('Strict-Transport-Security')).toBe('max-age=15552000');
  });
});

describe('another site', () => {
  const acts = [
    ['GET', `/smscode/${MOBILE}`],
    ['POST', '/users'],
    ['POST', '/sessions'],
    ['DELETE', '/session'],
    ['DELETE', '/sessions'],
    ['DELETE', '/sessions/x'],
    ['POST', '/password-resets'],
    ['PUT', '/user/password'],
    ['PUT', '/user/name'],
    ['DELETE', '/user'],
  ] as const;
  const foreign = [
    { 'Sec-Fetch-Site': 'cross-site' },
    { Origin: 'https://evil.example' },
    { Origin: 'null' },
    { Origin: 'http://localhost:8788' },
    { Origin: 'https://localhost:8787' },
    { Origin: 'http://localhost:8787.evil.example' },
    { Origin: 'https://www.example.com', 'Sec-Fetch-Site': 'cross-site' },
  ];

  it.each(acts)('is refused before all else on %s %s', async (method, path) => {
    const world = createWorld({ ALLOWED_ORIGINS: 'https://www.example.com' });
    const full: RateLimit = { limit: async () => ({ success: false }) };
    world.env = { ...world.env, ACT_LIMIT: full, READ_LIMIT: full };
    const tooLarge = ['POST', 'PUT'].includes(method) ? { body: 'x'.repeat(20_000) } : {};
    for (const origin of foreign) {
      const headers = { ...origin, 'CF-Connecting-IP': '203.0.113.1' };
      expect(await world.call(path, { method, headers, ...tooLarge })).toMatchObject({
        ...ILLEGAL,
        status: 200,
      });
    }
    const semantic = createWorld({ ERROR_STATUS: 'semantic' });
    expect((await semantic.call(path, { method, headers: { Origin: 'null' } })).status).toBe(403);
  });

  it.each(acts)(
    'that is allowed, the own one, or none at all, passes on %s %s',
    async (method, path) => {
      const world = createWorld({
        ALLOWED_ORIGINS: 'https://www.example.com, https://m.example.com',
      });
      for (const headers of [
        {},
        { Origin: 'http://localhost:8787', 'Sec-Fetch-Site': 'same-origin' },
        { Origin: 'https://m.example.com', 'Sec-Fetch-Site': 'same-site' },
        { 'Sec-Fetch-Site': 'none' },
        { 'X-CSRFToken': 'anything' },
      ] as Record<string, string>[]) {
        expect((await world.call(path, { method, headers })).errno).not.toBe('4201');
      }
    },
  );

  it('is not sent an SMS for by a prefetch', async () => {
    const world = createWorld();
    const captcha = await world.captcha();
    for (const purpose of ['prefetch', 'prefetch;prerender']) {
      const headers = { 'Sec-Purpose': purpose };
      expect(await world.askCode(MOBILE, captcha, { headers })).toMatchObject(ILLEGAL);
    }
    expect((await world.askCode(MOBILE, captcha)).errno).toBe('0');
  });
});

// The real limiter takes some milliseconds a request.
describe('limits by address', { timeout: 60_000 }, () => {
  const from = (address?: string) => ({ headers: { 'CF-Connecting-IP': address ?? '' } });
  type Act = (address: string) => Promise<Reply>;

  /** The first request that is refused: which it was, its answer, and what it asked the stores. */
  async function firstRefused({ stores }: World, act: () => Promise<Reply>) {
    for (let count = 1; count < 200; count++) {
      stores.forget();
      const answer = await act();
      if (answer.errno === '4202') return { count, answer, asked: { ...stores.counts } };
    }
    throw new Error('none was refused');
  }

  /** The limiter counts by the real minute. If that turns meanwhile more pass, but not twice in a row. */
  async function mostInAMinute(world: World, act: Act): Promise<number> {
    const { count } = await firstRefused(world, () => act('203.0.113.101'));
    const again = await firstRefused(world, () => act('203.0.113.102'));
    return Math.min(count, again.count) - 1;
  }

  it.each<[string, (world: World, ip: string) => Promise<Reply>]>([
    ['sms codes', (world, ip) => world.askCode(MOBILE, { id: 'x', text: 'x' }, from(ip))],
    ['registrations', (world, ip) => world.register(MOBILE, '123456', from(ip))],
    ['log-ins', (world, ip) => world.logIn(MOBILE, 'x', from(ip))],
    ['log-ins by code', (world, ip) => world.logInByCode(MOBILE, 'x', from(ip))],
    ['exports', (world, ip) => world.call('/user/export', from(ip))],
    ['lists of sessions', (world, ip) => world.call('/sessions', from(ip))],
    ['lists of events', (world, ip) => world.call('/user/events', from(ip))],
  ])('stop %s after 60 a minute before any store is asked', async (_, act) => {
    const world = createWorld();
    expect(await mostInAMinute(world, (address) => act(world, address))).toBe(60);
    const { answer, asked } = await firstRefused(world, () => act(world, '203.0.113.103'));
    expect(answer).toMatchObject({ ...LIMITED, data: { retry_after: 60 } });
    expect(answer.headers.get('Retry-After')).toBe('60');
    expect(asked).toEqual({ 'kv.get': 0, 'kv.put': 0, 'kv.delete': 0, d1: 0 });
    expect((await act(world, '203.0.113.4')).errno).not.toBe('4202');
  });

  it('count each endpoint by itself, and an IPv6 address by its /64', async () => {
    const world = createWorld();
    const keys: string[] = [];
    const recording: RateLimit = {
      limit: async ({ key }) => {
        keys.push(key);
        return { success: true };
      },
    };
    const limits = { ACT_LIMIT: recording, DRAW_LIMIT: recording, READ_LIMIT: recording };
    world.env = { ...world.env, ...limits };
    await world.logIn(MOBILE, 'x', from('203.0.113.7'));
    await world.logIn(MOBILE, 'x', from('2001:db8:1:2:3::4'));
    await world.register(MOBILE, '123456', from('2001:db8:1:2:ffff::'));
    await world.askCode(MOBILE, { id: 'x', text: 'x' }, from('203.0.113.7'));
    await world.fetch('/imagecode/a', from('203.0.113.7'));
    await world.call('/sessions', from('203.0.113.7'));
    await world.call('/user/events', from('203.0.113.7'));
    await world.call('/session', from('203.0.113.7'));
    await world.call('/user', from('203.0.113.7'));
    await world.raw(new Request('http://localhost:8787/api/v1.0/session'));
    expect(keys).toEqual([
      'sessions|203.0.113.7',
      'sessions|2001:db8:1:2::/64',
      'users|2001:db8:1:2::/64',
      'smscode|203.0.113.7',
      'captcha|203.0.113.7',
      'session-list|203.0.113.7',
      'events|203.0.113.7',
      'session|203.0.113.7',
      'user|203.0.113.7',
      'session|unknown',
    ]);
  });

  it.each([
    ['GET', '/session'],
    ['DELETE', '/session'],
    ['GET', '/user'],
  ])('stop %s %s before D1 is asked whose session it is', async (method, path) => {
    const world = createWorld();
    const session = await world.signUp();
    world.stores.forget();
    const full: RateLimit = { limit: async () => ({ success: false }) };
    world.env = { ...world.env, READ_LIMIT: full };
    const ask = { method, session, ...from('203.0.113.8') };
    expect(await world.call(path, ask)).toMatchObject(LIMITED);
    expect(world.stores.counts.d1).toBe(0);
  });

  it('come after the format checks', async () => {
    const world = createWorld();
    for (let request = 0; request < 61; request++) {
      expect((await world.register('138', '123456', from('203.0.113.5'))).errno).toBe('4103');
    }
    expect((await world.register(MOBILE, '123456', from('203.0.113.5'))).errno).not.toBe('4202');
  });

  it.each([
    ['/smscode/138?id=a&text=b', {}],
    ['/sessions', { method: 'POST', body: { mobile: '138', password: 'x' } }],
    ['/password-resets', { method: 'POST', body: {} }],
    ['/imagecode/%20', {}],
    ['/audiocode/%20', {}],
  ])('come after the format checks of %s', async (path, call) => {
    const world = createWorld();
    const full: RateLimit = { limit: async () => ({ success: false }) };
    world.env = { ...world.env, ACT_LIMIT: full, DRAW_LIMIT: full };
    expect((await world.call(path, { ...call, ...from('203.0.113.5') })).errno).toBe('4103');
  });

  it('exempt this machine in development, and nobody in production', async () => {
    const world = createWorld();
    for (let request = 0; request < 70; request++) {
      expect((await world.logIn(`138001380${request + 10}`, 'x')).errno).toBe('4004');
    }
    const production = createWorld({ ENVIRONMENT: 'production', SMS_PROVIDERS: 'webhook' });
    let turn = 0;
    const act = () => production.logIn(`13800138${(turn += 1) + 100}`, 'x', from('127.0.0.1'));
    expect((await firstRefused(production, act)).count).toBeGreaterThan(60);
  });

  it.each<[string, (passTime: () => void) => Promise<never>]>([
    ['fails', () => Promise.reject(new Error('down'))],
    [
      'hangs',
      (passTime) => {
        passTime();
        return new Promise<never>(() => {});
      },
    ],
  ])('let requests through when the limiter %s: the ledger stands behind it', async (_, limit) => {
    const world = createWorld();
    const broken = { limit: () => limit(world.passTime) } as unknown as RateLimit;
    world.env = { ...world.env, ACT_LIMIT: broken };
    expect((await world.logIn(MOBILE, 'x', from('203.0.113.6'))).errno).toBe('4004');
    expect(world.events('limiter_failed')).toHaveLength(1);
  });
});

describe('a setting', () => {
  it.each<[string, Record<string, string | undefined>]>([
    ['SECRET_KEY', { SECRET_KEY: undefined }],
    ['SECRET_KEY', { SECRET_KEY: '' }],
    ['SECRET_KEY', { SECRET_KEY: 'not base64!' }],
    ['SECRET_KEY', { SECRET_KEY: btoa('too short') }],
    ['SECRET_KEY_PREVIOUS', { SECRET_KEY_PREVIOUS: 'x' }],
    ['PASSWORD_PEPPER', { PASSWORD_PEPPER: undefined }],
    ['PASSWORD_PEPPER', { PASSWORD_PEPPER: btoa('x'.repeat(33)) }],
    ['PASSWORD_PEPPER_PREVIOUS', { PASSWORD_PEPPER_PREVIOUS: 'x' }],
    ['PASSWORD_ITERATIONS', { PASSWORD_ITERATIONS: '600k' }],
    ['PASSWORD_ITERATIONS', { PASSWORD_ITERATIONS: '10' }],
    ['ENVIRONMENT', { ENVIRONMENT: 'staging' }],
    ['ERROR_STATUS', { ERROR_STATUS: '404' }],
    ['ALLOWED_ORIGINS', { ALLOWED_ORIGINS: 'www.example.com' }],
    ['ALLOWED_ORIGINS', { ALLOWED_ORIGINS: 'https://www.example.com/' }],
    ['SIGNUP', { SIGNUP: 'maybe' }],
    ['SMS_PROVIDERS', { SMS_PROVIDERS: undefined }],
    ['SMS_PROVIDERS', { SMS_PROVIDERS: 'pigeon' }],
    ['SMS_PROVIDERS', { ENVIRONMENT: 'production', SMS_PROVIDERS: 'console' }],
    ['SMS_PROVIDERS', { ENVIRONMENT: undefined, SMS_PROVIDERS: 'console' }],
    ['SMS_TIMEOUT_MS', { SMS_TIMEOUT_MS: '-1' }],
    ['SMS_TOTAL_TIMEOUT_MS', { SMS_TOTAL_TIMEOUT_MS: '8s' }],
    ['SMS_TOTAL_TIMEOUT_MS', { SMS_TOTAL_TIMEOUT_MS: '15001' }],
    ['SMS_AFTER_TIMEOUT', { SMS_AFTER_TIMEOUT: 'retry' }],
    ['SMS_DAILY_BUDGET', { SMS_DAILY_BUDGET: '1e4' }],
    ['SMS_BRAKE', { SMS_BRAKE: 'on' }],
    ['SMS_BRAKE_FLOOR', { SMS_BRAKE_FLOOR: '0' }],
    ['SMS_BRAKE_RATIO', { SMS_BRAKE_RATIO: '20%' }],
  ])(
    '%s that is missing or malformed (%j) answers 4500, and the log names it',
    async (name, vars) => {
      const world = createWorld(vars);
      for (const path of ['/session', '/imagecode/a', '/nope']) {
        expect(await world.call(path)).toMatchObject({
          status: 500,
          errno: '4500',
          errmsg: '内部错误',
        });
      }
      const [event] = world.events('misconfigured');
      expect(JSON.stringify(event?.['problems'])).toContain(`"${name}: `);
      expect(JSON.stringify(event)).not.toContain(`"${vars[name] || 'no value'}"`);
    },
  );

  it('or binding that is missing is named too', async () => {
    const world = createWorld();
    world.env = { ...world.env, KV: undefined } as unknown as Env;
    expect((await world.call('/session')).errno).toBe('4500');
    expect(world.events('misconfigured')[0]?.['problems']).toEqual(['KV: the binding is missing']);
  });

  it('takes a number without quotes in wrangler.toml for its digits', async () => {
    const numbers: object = { ERROR_STATUS: 200, SMS_DAILY_BUDGET: 5000 };
    const world = createWorld(numbers as Record<string, string>);
    expect((await world.call('/session')).errno).toBe('4101');
  });

  it('has the value of the design when nothing is said', () => {
    const { SECRET_KEY, PASSWORD_PEPPER } = { SECRET_KEY: keyOf(1), PASSWORD_PEPPER: keyOf(2) };
    const read = readConfig({ SECRET_KEY, PASSWORD_PEPPER, SMS_PROVIDERS: 'webhook' });
    expect(read).toMatchObject({
      ok: true,
      value: {
        ENVIRONMENT: 'production',
        ERROR_STATUS: '200',
        ALLOWED_ORIGINS: [],
        SIGNUP: 'on',
        PASSWORD_ITERATIONS: 600_000,
        SMS_TIMEOUT_MS: 5000,
        SMS_TOTAL_TIMEOUT_MS: 8000,
        SMS_AFTER_TIMEOUT: 'next',
        SMS_DAILY_BUDGET: 10_000,
        SMS_BRAKE: 'record',
        SMS_BRAKE_FLOOR: 200,
        SMS_BRAKE_RATIO: 0.2,
      },
    });
  });

  it('that is optional may be left out', async () => {
    const { SECRET_KEY, PASSWORD_PEPPER } = { SECRET_KEY: keyOf(1), PASSWORD_PEPPER: keyOf(2) };
    const world = createWorld({
      SECRET_KEY,
      PASSWORD_PEPPER,
      ERROR_STATUS: undefined,
      PASSWORD_ITERATIONS: '',
    });
    expect((await world.call('/session')).errno).toBe('4101');
  });
});
