/** What a handler has at hand, and how it answers. */
import { drizzle } from 'drizzle-orm/d1';
import type { Context, TypedResponse } from 'hono';
import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import { answerOf, type ErrnoOf, languageOf, type Reason, type Status } from './answers.ts';
import { type Config, SECOND_MS, USER_AGENT_CHARACTERS } from './config.ts';
import type { Ledger } from './db/ledger.ts';
import type { Database } from './db/prepared.ts';
import { isLoopbackHost } from './lib/address.ts';
import { createLog, describeError } from './lib/log.ts';
import { type ProvidersOf, type Setup, setUp } from './setup.ts';
import type { Principal } from './sessions/sessions.ts';

export interface App {
  Bindings: Env & {
    /** Where it is bound, each answer is a data point. */
    ANALYTICS?: AnalyticsEngineDataset;
  };
  Variables: Setup & {
    ledger: Ledger;
    /** Prints a line that lets a developer go on. Only in development, and only for a request to this machine. */
    developer: (line: string) => void;
    /** Behind `loggedIn`: whom the request acts for. */
    principal: Principal;
    /** Behind `authenticate`: the end that the session's cookie must be told, or null. */
    cookieEnd?: number | null;
    /** The mobile that the request is about, masked, for the log. */
    mobile?: string;
  };
}

/** The middleware that builds it. While a setting is missing or malformed every request is answered 4500. */
export function provide(providersOf: ProvidersOf) {
  // The isolate's environment is one object.
  const databases = new WeakMap<Env, Database>();
  const setups = new WeakMap<Env, Setup>();
  return createMiddleware<App>(async (c, next) => {
    const requestId = crypto.randomUUID();
    const log = createLog({ request_id: requestId });
    const userAgent = (c.req.header('User-Agent') ?? '').slice(0, USER_AGENT_CHARACTERS);
    const db = databases.get(c.env) ?? drizzle(c.env.DB);
    databases.set(c.env, db);
    c.set('ledger', { db, requestId, now: Date.now(), log, timings: {}, userAgent });

    let setup = setups.get(c.env);
    if (setup === undefined) {
      const checked = await setUp(c.env, providersOf);
      if (!checked.ok) {
        log('error', 'misconfigured', { problems: checked.problems });
        return answer(c, 'internal');
      }
      setup = checked.value;
      setups.set(c.env, setup);
    }
    const { config } = setup;
    c.set('config', config);
    c.set('captchaKeys', setup.captchaKeys);
    c.set('tryKey', setup.tryKey);
    c.set('passwords', setup.passwords);
    c.set('sms', setup.sms);
    const isShown = () =>
      config.ENVIRONMENT === 'development' && isLoopbackHost(new URL(c.req.url).hostname);
    c.set('developer', (line) => (isShown() ? console.log(line) : undefined));
    return next();
  });
}

/**
 * What an answer may carry beside its text. A wait becomes `Retry-After` and `data.retry_after`, in seconds; tries
 * that are left become `data.attempts_left`.
 */
export interface AnswerDetails<Data extends object | undefined = object | undefined> {
  data?: Data;
  retryAfterMs?: number | undefined;
  attemptsLeft?: number | undefined;
}

/** An answer as a client that is typed by the app sees it: one body for each errno. */
type Answered<R extends Reason, Data> = Response &
  (R extends Reason
    ? TypedResponse<{ errno: ErrnoOf<R>; errmsg: string; data?: Data }, Status, 'json'>
    : never);

/** Sends an answer of the contract, and reports it. */
export function answer<R extends Reason, Data extends object | undefined = undefined>(
  c: Context<App>,
  reason: R,
  details: AnswerDetails<Data> = {},
): Answered<R, Data> {
  const mode = (c.var.config as Config | undefined)?.ERROR_STATUS ?? '200';
  const { body, status } = answerOf(reason, languageOf(c.req.header('Accept-Language')), mode);
  let data: object | undefined = details.data;
  if (details.attemptsLeft !== undefined) {
    data = { ...data, attempts_left: details.attemptsLeft };
  }
  if (details.retryAfterMs !== undefined) {
    const seconds = Math.max(1, Math.ceil(details.retryAfterMs / SECOND_MS));
    c.header('Retry-After', String(seconds));
    data = { ...data, retry_after: seconds };
  }
  report(c, reason, body.errno, status);
  const response = c.json(data === undefined ? body : { ...body, data }, status);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's row of a reason is typed by its key
  return response as unknown as Answered<R, Data>;
}

/** Writes the request's one line of log, and its data point: route, reason, and how long each store took. No person. */
export function report(c: Context<App>, reason: Reason, errno = '0', status = 200): void {
  const { ledger, mobile } = c.var;
  const { timings } = ledger;
  const route = `${c.req.method} ${routePath(c)}`;
  const ms = Date.now() - ledger.now;
  ledger.log('info', 'answer', { route, reason, errno, status, mobile, ms, ...timings });
  const doubles = [ms, timings.d1_ms ?? 0, timings.kv_ms ?? 0, timings.sms_ms ?? 0];
  try {
    c.env.ANALYTICS?.writeDataPoint({ indexes: [reason], blobs: [route, reason], doubles });
  } catch (error) {
    ledger.log('warn', 'point_not_written', { error: describeError(error) }); // the answer stands
  }
}
