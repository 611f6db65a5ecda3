import { type Context, Hono } from 'hono';
import * as z from 'zod/mini';
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
import { languageOf } from '../answers.ts';
import { clearSessionToken, sessionToken, setSessionToken } from './cookie.ts';
import { logInByCode } from './login-by-code.ts';
import { logIn } from './login.ts';
import { endOne, endOtherSessions, listSessions } from './owned.ts';
import { endSession, type NewSession, newSession } from './sessions.ts';
import { trySubjects } from './tries.ts';
import { authenticate, loggedIn, renewCookie } from './authenticate.ts';

const MISSING = 'parameter_incomplete';
const credentials = byPasswordOrCode(
  z.object({ mobile: mobileText(MISSING), password: requiredText(MISSING) }),
  z.object({ mobile: mobileText(MISSING), sms_code: smsCode(MISSING) }),
);

const limit = limitByAddress('ACT_LIMIT', 'sessions');
const limitList = limitByAddress('ACT_LIMIT', 'session-list');
const limitReads = limitByAddress('READ_LIMIT', 'session');

/** `/sessions`: log in, and the sessions of whoever is logged in. */
export const sessionsRoutes = new Hono<App>()
  .post('/', sameSite, limitBody, valid('json', credentials), limit, finishAnyway, async (c) => {
    const given = c.req.valid('json');
    const session = await newSession(sessionToken(c));
    const result = await logInBy(c, given, session);
    if (result.verdict !== 'ok') return answer(c, result.verdict, result);
    setSessionToken(c, session.token);
    return answer(c, 'ok', { data: { user_id: result.userId } });
  })
  .get('/', limitList, loggedIn, async (c) => {
    const language = languageOf(c.req.header('Accept-Language'));
    const sessions = await listSessions(c.var.ledger, c.var.principal, language);
    return answer(c, 'ok', { data: { sessions } });
  })
  .delete('/', sameSite, limit, loggedIn, finishAnyway, async (c) => {
    const ended = await endOtherSessions(c.var.ledger, c.var.principal);
    return answer(c, ended ? 'ok' : 'logged_out');
  })
  .all('/', wrongMethod('GET, HEAD, POST, DELETE'))
  .delete('/:id', sameSite, limit, loggedIn, finishAnyway, async (c) => {
    const { principal, ledger } = c.var;
    const id = c.req.param('id');
    const ended = await endOne(ledger, principal, id);
    if (ended && id === principal.sessionId) clearSessionToken(c);
    return answer(c, ended ? 'ok' : 'session_unknown');
  })
  .all('/:id', wrongMethod('DELETE'));

/** `/session`: who is logged in, and log out. */
export const sessionRoutes = new Hono<App>()
  .get('/', limitReads, async (c) => {
    const live = await authenticate(c);
    if (live?.user == null) return answer(c, 'session_false');
    renewCookie(c);
    return answer(c, 'session_true', { data: { name: live.user.name } });
  })
  .delete('/', sameSite, limitReads, finishAnyway, async (c) => {
    const ended = await endSession(c.var.ledger, sessionToken(c));
    clearSessionToken(c);
    return answer(c, ended ? 'ok' : 'logged_out');
  })
  .all('/', wrongMethod('GET, HEAD, DELETE'));

async function logInBy(c: Context<App>, given: z.output<typeof credentials>, session: NewSession) {
  const { ledger, passwords, sms, tryKey } = c.var;
  const { mobile } = given;
  if ('sms_code' in given)
    return logInByCode(ledger, sms, { mobile, code: given.sms_code }, session);
  const subjects = await trySubjects(tryKey, mobile, clientPrefix(c));
  return logIn(ledger, passwords, given, subjects, session);
}
