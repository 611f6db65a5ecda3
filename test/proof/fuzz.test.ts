/**
 * Whatever is sent, the answer is one of the contract's: its envelope, its texts, its statuses, and nothing of the
 * request. `PROOF_RUNS=n` sends 200 n requests (10,000 by default).
 */
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createWorld, MOBILE } from '../support/world.ts';
import { throwIfFailed } from './replay.ts';
import { type Strange, strange } from './fuzz-requests.ts';

const REQUESTS = 200 * Number(env.PROOF_RUNS || 50);
const LONGEST_MS = 3_600_000;
const BASE = 'http://localhost:8787/api/v1.0';

/** What somebody may be told who has no right code and no right captcha. */
const TEXTS: Record<string, readonly string[]> = {
  '0': ['OK', 'true'],
  '4002': [
    '无效操作',
    'Invalid operation',
    '图片验证码已过期',
    '短信验证码已过期',
    'The captcha has expired',
    'The SMS code has expired',
  ],
  '4003': ['手机号已注册', 'This mobile number is registered already'],
  '4004': [
    '图片验证码不一致',
    'The captcha does not match',
    '短信验证码不一致',
    '用户名或密码错误',
    'The SMS code does not match',
    'Wrong mobile number or password',
  ],
  '4101': ['false', '用户未登录', 'Not logged in'],
  '4103': [
    '参数错误',
    '参数缺失',
    '参数不完整',
    '手机号格式错误',
    '昵称格式错误',
    '密码长度需为8-128位',
    '密码过于简单',
    'Invalid parameters',
    'Missing parameters',
    'Incomplete parameters',
    'Invalid mobile number',
    'Invalid name',
    'The password must have 8 to 128 characters',
    'This password is too common',
  ],
  '4106': ['密码错误', 'Wrong password'],
  '4201': [
    '非法请求',
    '错误次数过多,请稍后重试',
    '验证码错误次数过多,请重新获取',
    'Illegal request',
    'Too many failures, please try again later',
    'Too many wrong codes, please request a new one',
  ],
  '4202': ['请求过于频繁,请稍后重试', 'Too many requests, please try again later'],
};

const tally: Record<string, number> = {};
const count = (what: string) => (tally[what] = (tally[what] ?? 0) + 1);
afterAll(() => console.log(`fuzz: ${REQUESTS} requests`, tally));

type World = ReturnType<typeof createWorld>;

async function send(world: World, request: Strange, session: string): Promise<Response> {
  const { method, path, headers, body, live } = request;
  const cookie: [string, string][] = live ? [['Cookie', `session=${session}`]] : [];
  const all = new Headers([['CF-Connecting-IP', '127.0.0.1'], ...headers, ...cookie]);
  return world.raw(new Request(`${BASE}${path}`, { method, headers: all, body }));
}

async function check(response: Response, { method, path, live }: Strange): Promise<void> {
  expect([200, 404, 405, 413]).toContain(response.status);
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  const type = response.headers.get('Content-Type') ?? '';
  const bytes = await response.arrayBuffer();
  if (/^(image\/svg|audio\/)/.test(type) || method === 'HEAD') {
    count(type);
    return;
  }
  const content = new TextDecoder().decode(bytes);
  expect(type).toBe('application/json');
  const { errno, errmsg, data, ...rest } = JSON.parse(content) as Record<string, unknown>;
  expect(rest).toEqual({});
  expect(TEXTS[String(errno)] ?? []).toContain(errmsg);
  count(`${response.status} ${String(errno)}${live ? ' in a session' : ''}`);
  expect(typeof errno).toBe('string');
  if (live && errno === '0' && path.startsWith('/user/export')) return; // has the user agents as they came
  const told = Object.entries(data ?? {});
  const isSafe = live && errno === '0' ? isHarmless : (value: unknown) => Number.isInteger(value);
  expect(told.filter(([name, value]) => !NAMES.has(name) || !isSafe(value))).toEqual([]);
}

/** What an answer may tell: nothing of the request can be in it but a name that one may have. */
const NAMES = new Set(
  'retry_after attempts_left user_id mobile name avatar create_time sessions events'.split(' '),
);
/** Pages show it as HTML. */
const isHarmless = (value: unknown): boolean =>
  value !== null && typeof value === 'object'
    ? Object.values(value).every(isHarmless)
    : !/[<>&"'\p{Cc}\p{Bidi_Control}]/u.test(String(value));

/** The rows of the one account and its session as they are now; puts them back, whatever was done to them. */
async function keeper(world: World): Promise<() => Promise<unknown>> {
  const kept = await Promise.all(
    ['users', 'sessions'].map(async (table) => {
      const [row = {}] = await world.rows(`select * from ${table}`);
      const holes = Object.keys(row).map(() => '?');
      const sql = `insert or replace into ${table} values (${holes.join()})`;
      return world.db.prepare(sql).bind(...Object.values(row));
    }),
  );
  return () => world.db.batch(kept);
}

describe('a request that no page sends', () => {
  it(
    'is answered by the contract, and never by a fault',
    async () => {
      const world = createWorld();
      const session = await world.signUp('13900139000');
      const restore = await keeper(world);
      await world.code(MOBILE);
      const property = fc.asyncProperty(strange, async (request) => {
        world.lines.length = 0;
        await check(await send(world, request, session), request);
        if (request.live && request.method !== 'GET') await restore();
        expect(world.lines.filter((line) => /"event":"(unexpected|fault)"/.test(line))).toEqual([]);
        world.advance(20);
      });
      const result = await fc.check(property, {
        numRuns: REQUESTS,
        ...(env.PROOF_SEED ? { seed: Number(env.PROOF_SEED) } : {}),
        ...(env.PROOF_PATH ? { path: env.PROOF_PATH } : {}),
      });
      throwIfFailed('fuzz', result);
      expect(result.failed).toBe(false);
    },
    LONGEST_MS,
  );
});
