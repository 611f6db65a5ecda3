/** The real app in real time, with the vendors of its settings, all of which are played by the stub. */
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, vi } from 'vitest';
import { createApp } from '../../src/app.ts';
import { settingsFor } from '../support/sms-stub/accounts.ts';
import { stubOrigin } from '../support/sms-stub/client.ts';
import { keyOf } from '../support/world.ts';

const API = 'http://localhost:8787/api/v1.0';

export const SENT = { errno: '0', errmsg: '发送成功' };
export const REFUSED = { errno: '4301', errmsg: '发送失败' };
export const UNKNOWN = { errno: '4301', errmsg: '发送短信异常' };

/** Mobiles that no other test has: the stub remembers them all. `prefix` is seven digits, one per file. */
export function mobilesFrom(prefix: string) {
  let count = 0;
  return () => {
    count += 1;
    return prefix + String(count).padStart(4, '0');
  };
}

export function createStubWorld(order: string, vars: Record<string, string> = {}) {
  const lines: string[] = [];
  for (const level of ['log', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((line: string) => void lines.push(line));
  }
  const app = createApp();
  const { KV, DB, DRAW_LIMIT, ACT_LIMIT, READ_LIMIT, ASSETS } = env;
  const settings = {
    ENVIRONMENT: 'development',
    SECRET_KEY: keyOf(1),
    PASSWORD_PEPPER: keyOf(2),
    PASSWORD_ITERATIONS: '1000',
    SMS_PROVIDERS: order,
    ...settingsFor(stubOrigin()),
    ...vars,
  };
  const bindings = {
    ...settings,
    KV,
    DB,
    DRAW_LIMIT,
    ACT_LIMIT,
    READ_LIMIT,
    ASSETS,
  } as unknown as Env;

  async function get(path: string, headers: Record<string, string> = {}) {
    const context = createExecutionContext();
    const all = { 'CF-Connecting-IP': '127.0.0.1', ...headers };
    const response = await app.fetch(new Request(API + path, { headers: all }), bindings, context);
    await waitOnExecutionContext(context);
    return response;
  }

  return {
    settings,

    /** A captcha, solved, and the code asked for: the answer's envelope. */
    async askCode(mobile: string, headers?: Record<string, string>) {
      const id = crypto.randomUUID();
      await (await get(`/imagecode/${id}`)).arrayBuffer();
      const line = lines.find((candidate) => candidate.startsWith(`dev captcha ${id} `)) ?? '';
      const text = line.split(' ').at(-1) ?? '';
      const query = new URLSearchParams({ id, text }).toString();
      const response = await get(`/smscode/${mobile}?${query}`, headers);
      return response.json<{ errno: string; errmsg: string }>();
    },

    /** The outcomes in the ledger for a mobile, and how many SMS the budget counts and how many of them were no usable code. */
    async ledger(mobile: string) {
      const issues = await DB.prepare(
        'select outcome from sms_issues where mobile = ? order by issued_at',
      )
        .bind(mobile)
        .all<{ outcome: string }>();
      const sums = 'select sum(issued) as issued, sum(dead) as dead from sms_volume';
      const volume = await DB.prepare(sums).first<{ issued: number; dead: number }>();
      return { outcomes: issues.results.map(({ outcome }) => outcome), ...volume };
    },

    /** The log's JSON lines, without the two kinds of line for developers. */
    log: () => lines.filter((line) => !line.startsWith('dev ')),

    /** What was logged under that name. */
    events: (name: string) =>
      lines
        .filter((line) => line.includes(`"${name}"`))
        .map((line): Record<string, unknown> => JSON.parse(line)),
  };
}

/** That neither the code, nor the mobile, nor a secret, nor anything signed is in the log. */
export function expectNothingSecret(
  world: ReturnType<typeof createStubWorld>,
  mobile: string,
  code: string,
) {
  const log = world.log().join('\n');
  const secret = /(SECRET|TOKEN|SECRET_KEY|AUTH_TOKEN)$/;
  const secrets = Object.entries(world.settings).filter(([name]) => secret.test(name));
  expect(secrets.length).toBeGreaterThan(4);
  for (const text of [mobile, code, ...secrets.map(([, value]) => value)]) {
    expect(log).not.toContain(text);
  }
  expect(log).not.toMatch(/signature|authorization|sig=|https?:|Bearer|Basic/i);
}
