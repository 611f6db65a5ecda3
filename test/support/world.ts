/**
 * The worker as a test sees it: the real app on real D1 and KV, a clock that moves only when told to, a vendor
 * that does as it is told, and every line of log kept. Verbs do what a page does.
 */
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, vi } from 'vitest';
import { createApp } from '../../src/app.ts';
import type { SendResult, SmsMessage } from '../../src/sms/provider.ts';
import { expectDescribed } from './described.ts';
import { Stores } from './stores.ts';

const BASE = 'http://localhost:8787/api/v1.0';
const START = Date.UTC(2026, 10, 22, 8, 0, 0);
export const PASSWORD = 'correct horse battery';
export const MOBILE = '13800138000';
/** Of somebody else. */
export const OTHER = '13900139000';

/** A code that is not this one. */
export const wrongCode = (code: string) => code.slice(0, -1) + (code.endsWith('0') ? '1' : '0');

/** A key that is no secret: base64 of 32 bytes of the given value. */
export const keyOf = (byte: number) => btoa(String.fromCharCode(...new Uint8Array(32).fill(byte)));

const VARS = {
  ENVIRONMENT: 'development',
  ERROR_STATUS: '200',
  SECRET_KEY: keyOf(1),
  PASSWORD_PEPPER: keyOf(2),
  PASSWORD_ITERATIONS: '1000',
  SMS_PROVIDERS: 'console',
};

export interface Reply {
  status: number;
  errno: string;
  errmsg: string;
  data: Record<string, unknown> | undefined;
  headers: Headers;
}

export interface Call {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** The session cookie to send. */
  session?: string;
}

type World = Awaited<ReturnType<typeof createWorld>>;
export type { World };

/** A world with the settings of development, and `vars` on top. */
export function createWorld(vars: Record<string, string | undefined> = {}) {
  vi.useFakeTimers({ now: START, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  const stores = new Stores();
  stores.whenHanging(() => vi.advanceTimersByTime(60_000));
  const lines = captureConsole();
  const deriveBits = capDerivations();
  const messages: SmsMessage[] = [];
  let vendor = async (_signal: AbortSignal): Promise<SendResult> => ({ outcome: 'sent' });
  const app = createApp(() => ({
    ok: true,
    value: [
      {
        name: 'console',
        send: async (message, signal) => {
          messages.push(message);
          return vendor(signal);
        },
      },
    ],
  }));
  const { KV, DB, DRAW_LIMIT, ACT_LIMIT, READ_LIMIT, ASSETS } = env;
  const settings = { ...VARS, ...vars };
  const world = {
    stores,
    lines,
    messages,
    // Only what a test names: nothing of the developer's own settings.
    env: {
      ...settings,
      KV: stores.kv(KV),
      DB: stores.d1(DB),
      DRAW_LIMIT,
      ACT_LIMIT,
      READ_LIMIT,
      ASSETS,
    } as unknown as Env,
    /** The database itself, for looking: not counted, never failing. */
    db: DB,
    kv: KV,
    now: () => Date.now(),
    advance: (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds),
    /** Lets every deadline pass, once the request has set it. */
    passTime: () => queueMicrotask(() => queueMicrotask(() => vi.advanceTimersByTime(60_000))),
    vendor: (behaviour: (signal: AbortSignal) => Promise<SendResult>) => {
      vendor = behaviour;
    },

    /** A request as it reaches the worker, and its raw answer, when everything it left running has ended. */
    fetch(path: string, call: Call = {}) {
      return world.raw(requestOf(path, call));
    },

    /** The same for a request that no page would send. Whatever is answered must be in the description of the API. */
    async raw(request: Request): Promise<Response> {
      const context = createExecutionContext();
      const { method, url } = request;
      const response = await app.fetch(request, world.env, context);
      await waitOnExecutionContext(context);
      await expectDescribed(method, url, response.clone());
      return response;
    },

    /** Sends a request, hears nothing of its answer, and lets only what was given to `waitUntil` go on. */
    async hangUp(path: string, call: Call = {}): Promise<void> {
      const kept: Promise<unknown>[] = [];
      const context = { waitUntil: (work: Promise<unknown>) => void kept.push(work) };
      void app.fetch(requestOf(path, call), world.env, context as unknown as ExecutionContext);
      await vi.waitUntil(() => kept.length > 0);
      await Promise.all(kept);
    },

    /** The same as `fetch`, with the envelope read and its rules checked. */
    async call(path: string, call: Call = {}): Promise<Reply> {
      const response = await world.fetch(path, call);
      expect(response.headers.get('Content-Type')).toBe('application/json');
      expect(response.headers.get('Cache-Control')).toBe('no-store');
      const envelope = await response.json<Omit<Reply, 'status' | 'headers'>>();
      expect(envelope).toEqual({
        errno: expect.stringMatching(/^[0-9]+$/),
        errmsg: expect.any(String),
        ...(envelope.data === undefined ? {} : { data: expect.any(Object) }),
      });
      const { errno, errmsg, data } = envelope;
      return { status: response.status, errno, errmsg, data, headers: response.headers };
    },

    /** Draws a captcha and reads it off the development line. */
    async captcha(id = crypto.randomUUID()): Promise<{ id: string; text: string }> {
      const response = await world.fetch(`/imagecode/${id}`);
      expect(response.status).toBe(200);
      await response.arrayBuffer();
      const text = world.developerLine(`dev captcha ${id}`);
      return { id, text };
    },

    /** What follows `prefix` on the latest development line that has it. */
    developerLine(prefix: string): string {
      const line = lines.findLast((candidate) => candidate.startsWith(`${prefix} `));
      expect(line, `a line that starts with "${prefix}"`).toBeDefined();
      return line?.slice(prefix.length + 1) ?? '';
    },

    askCode(
      mobile: string,
      captcha: { id: string; text: string; purpose?: string },
      call: Call = {},
    ) {
      return world.call(`/smscode/${mobile}?${new URLSearchParams(captcha).toString()}`, call);
    },

    /** A captcha, then a code for it: the code that the vendor was given. */
    async code(mobile = MOBILE, purpose = 'signup', call: Call = {}): Promise<string> {
      const captcha = await world.captcha();
      const reply = await world.askCode(mobile, { ...captcha, purpose }, call);
      expect(reply).toMatchObject({ errno: '0', errmsg: '发送成功' });
      return messages.at(-1)?.code ?? '';
    },

    register(mobile: string, code: unknown, call: Call = {}, password = PASSWORD) {
      return world.call('/users', {
        method: 'POST',
        body: { mobile, sms_code: code, password },
        ...call,
      });
    },

    /** The whole way from captcha to account; the session's token. */
    async signUp(mobile = MOBILE): Promise<string> {
      const reply = await world.register(mobile, await world.code(mobile));
      expect(reply.errno).toBe('0');
      return sessionIn(reply);
    },

    logIn(mobile: string, password: string, call: Call = {}) {
      return world.call('/sessions', { method: 'POST', body: { mobile, password }, ...call });
    },

    logInByCode(mobile: string, code: unknown, call: Call = {}) {
      return world.call('/sessions', { method: 'POST', body: { mobile, sms_code: code }, ...call });
    },

    /** Makes the next PBKDF2 call throw. */
    failNextDerivation: () => deriveBits.mockRejectedValueOnce(new Error('OperationError')),

    /** The PBKDF2 calls so far, each by its iterations. */
    derivations: () => deriveBits.mock.calls.map(([algorithm]) => iterationsOf(algorithm)),

    /** Rows of the database, for looking. */
    async rows(sql: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
      return (
        await env.DB.prepare(sql)
          .bind(...values)
          .all()
      ).results;
    },

    /** The log's JSON lines. */
    events(name?: string): Record<string, unknown>[] {
      const parsed = lines
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      return name === undefined ? parsed : parsed.filter(({ event }) => event === name);
    },
  };
  return world;
}

/** A request as a page sends it, from this machine. */
export function requestOf(
  path: string,
  { method = 'GET', body, headers = {}, session }: Call,
): Request {
  const all = new Headers({ 'CF-Connecting-IP': '127.0.0.1', ...headers });
  if (session !== undefined) all.set('Cookie', `session=${session}`);
  if (body !== undefined && !all.has('Content-Type')) all.set('Content-Type', 'application/json');
  const isRaw = typeof body === 'string' || body instanceof ReadableStream;
  const sent = isRaw || body === undefined ? body : JSON.stringify(body);
  const url = path.startsWith('http') ? path : `${BASE}${path}`;
  return new Request(url, { method, headers: all, ...(sent === undefined ? {} : { body: sent }) });
}

const deriveBitsUncapped = crypto.subtle.deriveBits.bind(crypto.subtle);

const iterationsOf = (algorithm: string | SubtleCryptoDeriveKeyAlgorithm) =>
  typeof algorithm === 'string' ? 0 : (algorithm.iterations ?? 0);

/** Production refuses more than 100,000 iterations in one call; local workerd does not. Here it does. */
function capDerivations() {
  return vi
    .spyOn(crypto.subtle, 'deriveBits')
    .mockImplementation(async (algorithm, key, length) => {
      if (iterationsOf(algorithm) > 100_000)
        throw new Error('NotSupportedError: more than 100,000 iterations');
      return deriveBitsUncapped(algorithm, key, length);
    });
}

const listeners: string[][] = [];

/** Keeps every line of the console from now on. Worlds of one test share the console, so each hears all. */
function captureConsole(): string[] {
  const lines: string[] = [];
  listeners.push(lines);
  for (const level of ['log', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((line: string) => {
      for (const listener of listeners) listener.push(line);
    });
  }
  return lines;
}

/** The session token that an answer sets. */
export function sessionIn({ headers }: Pick<Reply, 'headers'>): string {
  const cookie = headers.getSetCookie().find((text) => /^(__Host-)?session=/.test(text)) ?? '';
  return /=([^;]*)/.exec(cookie)?.[1] ?? '';
}
