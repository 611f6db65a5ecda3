/** The checks that stand in front of handlers. Each does one thing and answers by itself when it refuses. */
import { zValidator } from '@hono/zod-validator';
import type { Context, ErrorHandler, NotFoundHandler, ValidationTargets } from 'hono';
import { cors } from 'hono/cors';
import { createMiddleware } from 'hono/factory';
import { HTTPException } from 'hono/http-exception';
import type * as z from 'zod/mini';
import { Fault, type Reason } from './answers.ts';
import { BODY_LIMIT_BYTES, BODY_READ_BYTES, MINUTE_MS, STORE_TIMEOUT_MS } from './config.ts';
import { answer, type App } from './context.ts';
import { addressPrefix, isLoopback } from './lib/address.ts';
import { readBody } from './lib/body.ts';
import { withDeadline } from './lib/deadline.ts';
import { describeError } from './lib/log.ts';
import { maskMobile } from './lib/mobile.ts';

const withCors = cors({
  origin: (origin) => origin, // looked at below
  credentials: true,
  allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
  allowHeaders: ['Content-Type', 'X-CSRFToken'],
  exposeHeaders: ['Retry-After'],
  maxAge: 7200, // as long as Chromium keeps it
});

/** Lets pages on an allowed origin read what is answered. Any other origin gets no CORS headers, and 405 to its preflights. */
export const shareWithAllowed = createMiddleware<App>(async (c, next) => {
  const isPreflight = c.req.header('Access-Control-Request-Method') !== undefined;
  const isCors = c.req.method !== 'OPTIONS' || isPreflight; // a bare OPTIONS is a method like any other
  if (isCors && isAllowed(c, c.req.header('Origin'))) return withCors(c, next);
  await next();
  c.res.headers.append('Vary', 'Origin');
  return undefined;
});

const isOwn = (c: Context<App>, origin: string) => origin === new URL(c.req.url).origin;
const isAllowed = (c: Context<App>, origin = '') => c.var.config.ALLOWED_ORIGINS.includes(origin);

/** Refuses what another site makes a browser send, and what a browser fetches ahead of a click. */
export const sameSite = createMiddleware<App>(async (c, next) => {
  const origin = c.req.header('Origin');
  const foreign = origin !== undefined && !isOwn(c, origin) && !isAllowed(c, origin);
  const crossSite = c.req.header('Sec-Fetch-Site') === 'cross-site';
  const prefetched =
    c.req.method === 'GET' && /\bprefetch\b/.test(c.req.header('Sec-Purpose') ?? '');
  return foreign || crossSite || prefetched ? answer(c, 'cross_site') : next();
});

/** Hono serves HEAD with the GET handler; a GET that acts must not be acted on by it. */
export const notByHead = createMiddleware<App>(async (c, next) =>
  c.req.method === 'HEAD' ? wrongMethod('GET')(c) : next(),
);

/** The handler behind all others of a path. `allowed` is the `Allow` header (RFC 9110, 15.5.6). */
export const wrongMethod = (allowed: string) => async (c: Context<App>) => {
  c.header('Allow', allowed);
  return answer(c, 'wrong_method');
};

/** Lets the request finish when the client hangs up: a verdict must not be left without its consequences. */
export const finishAnyway = createMiddleware<App>(async (c, next) => {
  const finished = next();
  c.executionCtx.waitUntil(finished);
  await finished;
});

export const signupOpen = createMiddleware<App>(async (c, next) =>
  c.var.config.SIGNUP === 'off' ? answer(c, 'signup_off') : next(),
);

/** Hono's `bodyLimit` stops reading at the limit: from a body without a length, its answer often does not arrive. */
export const limitBody = createMiddleware<App>(async (c, next) => {
  const { body, headers } = c.req.raw;
  const length = headers.has('Transfer-Encoding') ? null : headers.get('Content-Length');
  if (body === null) return next();
  if (length !== null) {
    return Number(length) > BODY_LIMIT_BYTES ? answer(c, 'body_too_large') : next();
  }
  try {
    const read = await readBody(body, BODY_LIMIT_BYTES, BODY_READ_BYTES);
    if (read === null) return answer(c, 'body_too_large');
    c.req.raw = new Request(c.req.raw, { method: c.req.method, body: read });
  } catch {
    return answer(c, 'parameter_malformed'); // broken off, or its chunks are none
  }
  return next();
});

type Limiter = 'DRAW_LIMIT' | 'ACT_LIMIT' | 'READ_LIMIT';

/**
 * Limits by client address, counted per Cloudflare location. A shield in front of the stores, so a limiter that
 * fails lets the request through: the ledger's own limits stand behind it.
 */
export function limitByAddress(binding: Limiter, purpose: string) {
  return createMiddleware<App>(async (c, next) => {
    const address = c.req.header('CF-Connecting-IP');
    const exempt = c.var.config.ENVIRONMENT === 'development' && isLoopback(address ?? '');
    return exempt || (await isWithinLimit(c, binding, `${purpose}|${clientPrefix(c)}`))
      ? next()
      : answer(c, 'address_limited', { retryAfterMs: MINUTE_MS });
  });
}

async function isWithinLimit(c: Context<App>, binding: Limiter, key: string) {
  try {
    return (await withDeadline(STORE_TIMEOUT_MS, c.env[binding].limit({ key }))).success;
  } catch (error) {
    c.var.ledger.log('error', 'limiter_failed', { binding, error: describeError(error) });
    return true;
  }
}

/** Whom a request counts against: its address prefix, or one bucket for all that have no address. */
export function clientPrefix(c: Context<App>): string {
  const address = c.req.header('CF-Connecting-IP');
  return address === undefined ? 'unknown' : addressPrefix(address);
}

/** The order of the contract's format checks. */
const ORDER: readonly Reason[] = [
  'parameter_missing',
  'parameter_incomplete',
  'parameter_malformed',
  'mobile_malformed',
  'name_malformed',
  'password_length',
  'password_common',
];

/**
 * Validates a part of the request and answers with the first reason in the contract's order. What it validates, and
 * by which schema, can be read off it: so the description of the API is made of what really checks.
 */
export function valid<T extends z.ZodMiniType, Target extends keyof ValidationTargets>(
  target: Target,
  schema: T,
) {
  const validator = zValidator(target, schema, (result, untyped: Context) => {
    const c: Context<App> = untyped; // the hook does not know which app it stands in
    if (!result.success) return answer(c, reasonOf(result));
    const { data } = result;
    // A body may be held back for minutes: what is counted from the request is counted from its whole.
    if (target === 'json') c.var.ledger.now = Date.now();
    const mobile = typeof data === 'object' && data !== null && 'mobile' in data && data.mobile;
    if (typeof mobile === 'string') c.set('mobile', maskMobile(mobile));
    return undefined;
  });
  return Object.assign(validator, { target, schema });
}

/** Hono hands over `{}` for a body of the wrong content type, so that an empty body and a foreign one are one case. */
function reasonOf(failed: { target: string; data: unknown; error: z.core.$ZodError }): Reason {
  const { issues } = failed.error;
  const notAnObject = issues.some(({ path }) => path.length === 0);
  const isEmpty = failed.target === 'json' && Object.keys(Object(failed.data)).length === 0;
  if (notAnObject || isEmpty) return 'parameter_malformed';
  const first = ORDER.find((reason) => issues.some(({ message }) => message === reason));
  return first ?? 'parameter_malformed';
}

export const onUnknownPath: NotFoundHandler<App> = (c) => answer(c, 'unknown_path');

/** The one place where faults become answers. */
export const onFault: ErrorHandler<App> = (error, c) => {
  const { log } = c.var.ledger;
  if (error instanceof Fault) {
    log('error', 'fault', { reason: error.reason, error: describeError(error) });
    return answer(c, error.reason, { retryAfterMs: error.retryAfterMs });
  }
  if (error instanceof HTTPException && error.status === 400) {
    return answer(c, 'parameter_malformed');
  }
  log('error', 'unexpected', { error: describeError(error) });
  return answer(c, 'internal');
};
