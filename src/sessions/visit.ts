/** Who asks. */
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { answer, type App } from '../context.ts';
import { maskMobile } from '../lib/mobile.ts';
import { findVisitor, type Visitor } from '../users/users.ts';
import { sessionToken, setSessionToken } from './cookie.ts';
import { prolongSession } from './sessions.ts';

/** Lets only those pass who are logged in, and says who it is. */
export const loggedIn = createMiddleware<App>(async (c, next) => {
  const visitor = await visit(c);
  if (visitor === null) return answer(c, 'logged_out');
  const { user } = visitor;
  if (user === null) return answer(c, 'user_gone');
  c.set('guest', { ...visitor, user });
  c.set('mobile', maskMobile(user.mobile));
  return next();
});

/** Finds out who asks, prolongs the session once half of its life is over, and has its cookie live as long. */
export async function visit(c: Context<App>): Promise<Visitor | null> {
  const { ledger } = c.var;
  const token = sessionToken(c);
  const visitor = await findVisitor(ledger, token);
  if (visitor === null || token === undefined) return null;
  const end = await prolongSession(ledger, visitor);
  if (end !== null) setSessionToken(c, token, end - ledger.now);
  return visitor;
}
