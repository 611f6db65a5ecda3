/**
 * The session cookie: `__Host-session` in production, which a browser takes over HTTPS alone and ties to this very
 * host; plain `session` in development, where there is no HTTPS.
 */
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import { SECOND_MS, SESSION_LIFETIME_S } from '../config.ts';
import type { App } from '../context.ts';

const NAME = 'session';

export function sessionToken(c: Context<App>): string | undefined {
  return isSecure(c) ? getCookie(c, NAME, 'host') : getCookie(c, NAME);
}

/** `lifetimeMs`: how long the session lives if it is not used again. */
export function setSessionToken(
  c: Context<App>,
  token: string,
  lifetimeMs = SESSION_LIFETIME_S * SECOND_MS,
): void {
  setCookie(c, NAME, token, { ...optionsOf(c), maxAge: Math.ceil(lifetimeMs / SECOND_MS) });
}

export function clearSessionToken(c: Context<App>): void {
  deleteCookie(c, NAME, optionsOf(c));
}

const isSecure = (c: Context<App>) => c.var.config.ENVIRONMENT === 'production';

function optionsOf(c: Context<App>): CookieOptions {
  const common = { httpOnly: true, sameSite: 'Lax', path: '/' } as const;
  return isSecure(c) ? { ...common, secure: true, prefix: 'host' } : common;
}
