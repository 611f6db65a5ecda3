import { Hono } from 'hono';
import * as z from 'zod';
import { answer, type App } from '../context.ts';
import { mobileText, newPassword, requiredText, smsCode } from '../fields.ts';
import {
  clientPrefix,
  finishAnyway,
  limitBody,
  limitByAddress,
  sameSite,
  valid,
  wrongMethod,
} from '../middleware.ts';
import { sessionToken, setSessionToken } from '../sessions/cookie.ts';
import { newSession } from '../sessions/sessions.ts';
import { trySubjects } from '../sessions/tries.ts';
import { loggedIn } from '../sessions/visit.ts';
import { presentUser } from '../users/users.ts';
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
      const { ledger, passwords, sms } = c.var;
      const { mobile, sms_code: code, password } = c.req.valid('json');
      const session = await newSession(sessionToken(c));
      const form = { mobile, code, password };
      const result = await resetPassword(sms, passwords, ledger, form, session);
      if (result.verdict !== 'ok') return answer(c, result.verdict, result);
      setSessionToken(c, session.token);
      return answer(c, 'ok', { data: { user_id: result.userId } });
    },
  )
  .all('/', wrongMethod('POST'));

/** `/user`: the account of whoever is logged in. */
export const accountRoutes = new Hono<App>()
  .get('/', loggedIn, async (c) => answer(c, 'ok', { data: presentUser(c.var.guest.user) }))
  .all('/', wrongMethod('GET, HEAD'))
  .put(
    '/password',
    sameSite,
    limitBody,
    valid('json', passwordChange),
    limitByAddress('ACT_LIMIT', 'user'),
    loggedIn,
    finishAnyway,
    async (c) => {
      const { guest, ledger, passwords, tryKey } = c.var;
      const { old_password: old, password } = c.req.valid('json');
      const subjects = await trySubjects(tryKey, guest.user.mobile, clientPrefix(c));
      const change = { old, new: password };
      const result = await changePassword(ledger, passwords, guest, change, subjects);
      return answer(c, result.verdict, result.verdict === 'ok' ? {} : result);
    },
  )
  .all('/password', wrongMethod('PUT'));
