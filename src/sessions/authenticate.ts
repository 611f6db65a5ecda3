/** Who asks. */
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { answer, type App } from '../context.ts';
import { maskMobile } from '../lib/mobile.ts';
import { sessionToken, setSessionToken } from './cookie.ts';
import { findLiveSession, type LiveSession, prolongSession } from './sessions.ts';

/** Lets only those pass who are logged in, and says who it is. */
export const loggedIn = createMiddleware<App>(async (c, next) => {
  const live = await authenticate(c);
  if (live === null) return answer(c, 'logged_out');
  const { user } = live;
  if (user === null) return answer(c, 'user_gone');
  c.set('principal', { ...live, user });
  c.set('mobile', maskMobile(user.mobile));
  return next();
});

/** Finds out who asks, and prolongs the session once half of its life is over. */
export async function authenticate(c: Context<App>): Promise<LiveSession | null> {
  const { ledger } = c.var;
  const live = await findLiveSession(ledger, sessionToken(c));
  if (live !== null) c.set('cookieEnd', await prolongSession(ledger, live));
  return live;
}

/**
 * Has the cookie live as long as its session. Only for an answer that asks nothing more of the ledger: meanwhile a log-in in another
 * tab may have replaced the session, and the old token would undo the new one's cookie.
 */
export function renewCookie(c: Context<App>): void {
  const { cookieEnd, ledger } = c.var;
  const token = sessionToken(c);
  if (cookieEnd != null && token !== undefined) setSessionToken(c, token, cookieEnd - ledger.now);
}
