import { type Context, Hono } from 'hono';
import * as z from 'zod/mini';
import { languageOf } from '../answers.ts';
import { answer, type App } from '../context.ts';
import {
  byPasswordOrCode,
  mobileText,
  nameText,
  newPassword,
  requiredText,
  smsCode,
} from '../fields.ts';
import {
  clientPrefix,
  finishAnyway,
  limitBody,
  limitByAddress,
  sameSite,
  valid,
  wrongMethod,
} from '../middleware.ts';
import { clearSessionToken, sessionToken, setSessionToken } from '../sessions/cookie.ts';
import { newSession } from '../sessions/sessions.ts';
import { trySubjects } from '../sessions/tries.ts';
import { loggedIn, renewCookie } from '../sessions/authenticate.ts';
import { presentUser } from '../users/users.ts';
import { exportAccount, listEvents } from './export.ts';
import { leaveByCode, leaveByPassword } from './leave.ts';
import { changeName } from './name.ts';
import { changePassword, resetPassword } from './password.ts';

const MISSING = 'parameter_missing';
const reset = z.object({
  mobile: mobileText(MISSING),
  sms_code: smsCode(MISSING),
  password: newPassword(MISSING),
});
const passwordChange = z.object({
  old_password: requiredText(MISSING),
  password: newPassword(MISSING),
});

const naming = z.object({ name: nameText(MISSING) });
const leaving = byPasswordOrCode(
  z.object({ password: requiredText(MISSING) }),
  z.object({ sms_code: smsCode(MISSING) }),
);
const limit = limitByAddress('ACT_LIMIT', 'user');
const limitEvents = limitByAddress('ACT_LIMIT', 'events');
const limitReads = limitByAddress('READ_LIMIT', 'user');

/** `/password-resets`: a new password by SMS code. */
export const resetRoutes = new Hono<App>()
  .post(
    '/',
    sameSite,
    limitBody,
    valid('json', reset),
    limitByAddress('ACT_LIMIT', 'password-resets'),
    finishAnyway,
    async (c) => {
      const { ledger, passwords, sms, tryKey } = c.var;
      const { mobile, sms_code: code, password } = c.req.valid('json');
      const session = await newSession(sessionToken(c));
      const subjects = await trySubjects(tryKey, mobile, clientPrefix(c));
      const form = { mobile, code, password };
      const result = await resetPassword(ledger, sms, passwords, form, subjects, session);
      if (result.verdict !== 'ok') return answer(c, result.verdict, result);
      setSessionToken(c, session.token);
      return answer(c, 'ok', { data: { user_id: result.userId } });
    },
  )
  .all('/', wrongMethod('POST'));

/** `/user`: the account of whoever is logged in. */
export const accountRoutes = new Hono<App>()
  .get('/', limitReads, loggedIn, async (c) => {
    renewCookie(c);
    return answer(c, 'ok', { data: presentUser(c.var.principal.user) });
  })
  .delete(
    '/',
    sameSite,
    limitBody,
    valid('json', leaving),
    limit,
    loggedIn,
    finishAnyway,
    async (c) => {
      const result = await leave(c, c.req.valid('json'));
      if (result.verdict !== 'ok') return answer(c, result.verdict, result);
      clearSessionToken(c);
      return answer(c, 'ok');
    },
  )
  .all('/', wrongMethod('GET, HEAD, DELETE'))
  .put(
    '/name',
    sameSite,
    limitBody,
    valid('json', naming),
    limit,
    loggedIn,
    finishAnyway,
    async (c) => {
      const { name } = c.req.valid('json');
      const result = await changeName(c.var.ledger, c.var.principal, name);
      return result.verdict === 'ok'
        ? answer(c, 'ok', { data: { name } })
        : answer(c, result.verdict, result);
    },
  )
  .all('/name', wrongMethod('PUT'))
  .get('/events', limitEvents, loggedIn, async (c) => {
    const language = languageOf(c.req.header('Accept-Language'));
    const events = await listEvents(c.var.ledger, c.var.principal, language);
    return answer(c, 'ok', { data: { events } });
  })
  .all('/events', wrongMethod('GET, HEAD'))
  .get('/export', limit, loggedIn, async (c) => {
    const { principal, ledger } = c.var;
    const data = await exportAccount(ledger, principal, await subjectsOf(c));
    return answer(c, 'ok', { data });
  })
  .all('/export', wrongMethod('GET, HEAD'))
  .put(
    '/password',
    sameSite,
    limitBody,
    valid('json', passwordChange),
    limit,
    loggedIn,
    finishAnyway,
    async (c) => {
      const { principal, ledger, passwords } = c.var;
      const { old_password: old, password } = c.req.valid('json');
      const change = { old, new: password };
      const subjects = await subjectsOf(c);
      const result = await changePassword(ledger, passwords, principal, change, subjects);
      return answer(c, result.verdict, result.verdict === 'ok' ? {} : result);
    },
  )
  .all('/password', wrongMethod('PUT'));

const subjectsOf = (c: Context<App>) =>
  trySubjects(c.var.tryKey, c.var.principal.user.mobile, clientPrefix(c));

async function leave(c: Context<App>, given: z.output<typeof leaving>) {
  const { principal, ledger, passwords, sms } = c.var;
  if ('sms_code' in given) return leaveByCode(ledger, sms, principal, given.sms_code);
  return leaveByPassword(ledger, passwords, principal, given.password, await subjectsOf(c));
}
