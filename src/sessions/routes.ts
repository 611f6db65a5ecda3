import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { answer, type App } from '../context.ts';
import { byPasswordOrCode, mobileText, requiredText, smsCode } from '../fields.ts';
import {
  clientPrefix,
  finishAnyway,
  limitBody,
  limitByAddress,
  sameSite,
  valid,
  wrongMethod,
} from '../middleware.ts';
import { findVisitor, presentUser, type Visitor } from '../users/users.ts';
import { clearSessionToken, sessionToken, setSessionToken } from './cookie.ts';
import { logInByCode } from './login-by-code.ts';
import { logIn } from './login.ts';
import { endSession, isHalfOver, type NewSession, newSession, prolongSession } from './sessions.ts';
import { trySubjects } from './tries.ts';

const MISSING = 'parameter_incomplete';
const credentials = byPasswordOrCode(
  z.object({ mobile: mobileText(MISSING), password: requiredText(MISSING) }),
  z.object({ mobile: mobileText(MISSING), sms_code: smsCode(MISSING) }),
);

/** `/sessions`: log in. */
export const sessionsRoutes = new Hono<App>()
  .post(
    '/',
    sameSite,
    limitBody,
    valid('json', credentials),
    limitByAddress('ACT_LIMIT', 'sessions'),
    finishAnyway,
    async (c) => {
      const given = c.req.valid('json');
      const client = { token: sessionToken(c), userAgent: c.req.header('User-Agent') };
      const session = await newSession(client);
      const result = await logInBy(c, given, session);
      if (result.verdict !== 'ok') return answer(c, result.verdict, result);
      setSessionToken(c, session.token);
      return answer(c, 'ok', { data: { user_id: result.userId } });
    },
  )
  .all('/', wrongMethod('POST'));

/** `/session`: who is logged in, and log out. */
export const sessionRoutes = new Hono<App>()
  .get('/', async (c) => {
    const visitor = await visit(c);
    if (visitor?.user == null) return answer(c, 'session_false');
    return answer(c, 'session_true', { data: { name: visitor.user.name } });
  })
  .delete('/', sameSite, finishAnyway, async (c) => {
    const ended = await endSession(c.var.ledger, sessionToken(c));
    clearSessionToken(c);
    return answer(c, ended ? 'ok' : 'logged_out');
  })
  .all('/', wrongMethod('GET, HEAD, DELETE'));

/** `/user`: the account of whoever is logged in. */
export const userRoutes = new Hono<App>()
  .get('/', async (c) => {
    const visitor = await visit(c);
    if (visitor === null) return answer(c, 'logged_out');
    if (visitor.user === null) return answer(c, 'user_gone');
    return answer(c, 'ok', { data: presentUser(visitor.user) });
  })
  .all('/', wrongMethod('GET, HEAD'));

async function logInBy(c: Context<App>, given: z.output<typeof credentials>, session: NewSession) {
  const { ledger, passwords, sms, tryKey } = c.var;
  const { mobile } = given;
  if ('sms_code' in given)
    return logInByCode(sms, ledger, { mobile, code: given.sms_code }, session);
  const subjects = await trySubjects(tryKey, mobile, clientPrefix(c));
  return logIn(ledger, passwords, given, subjects, session);
}

/** Finds out who asks, and prolongs the session once half of its life is over. */
async function visit(c: Context<App>): Promise<Visitor | null> {
  const { ledger } = c.var;
  const token = sessionToken(c);
  const visitor = await findVisitor(ledger, token);
  if (visitor === null || token === undefined) return null;
  if (isHalfOver(visitor.expiresAt, ledger.now)) {
    if (await prolongSession(ledger, visitor.tokenHash)) setSessionToken(c, token);
  }
  return visitor;
}
