/** Who asks. */
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { answer, type App } from '../context.ts';
import { maskMobile } from '../lib/mobile.ts';
import { findLiveSession, type LiveSession } from '../users/users.ts';
import { sessionToken, setSessionToken } from './cookie.ts';
import { prolongSession } from './sessions.ts';

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

/** Finds out who asks, prolongs the session once half of its life is over, and has its cookie live as long. */
export async function authenticate(c: Context<App>): Promise<LiveSession | null> {
  const { ledger } = c.var;
  const token = sessionToken(c);
  const live = await findLiveSession(ledger, token);
  if (live === null || token === undefined) return null;
  const end = await prolongSession(ledger, live);
  if (end !== null) setSessionToken(c, token, end - ledger.now);
  return live;
}
