import { Hono } from 'hono';
import * as z from 'zod/mini';
import { answer, type App } from '../context.ts';
import { mobileText, newPassword, smsCode } from '../fields.ts';
import {
  finishAnyway,
  limitBody,
  limitByAddress,
  sameSite,
  signupOpen,
  valid,
  wrongMethod,
} from '../middleware.ts';
import { sessionToken, setSessionToken } from '../sessions/cookie.ts';
import { newSession } from '../sessions/sessions.ts';
import { register } from './register.ts';
import { presentUser } from './users.ts';

const registration = z.object({
  mobile: mobileText('parameter_missing'),
  sms_code: smsCode('parameter_missing'),
  password: newPassword('parameter_missing'),
});

export const usersRoutes = new Hono<App>()
  .post(
    '/',
    sameSite,
    limitBody,
    valid('json', registration),
    signupOpen,
    limitByAddress('ACT_LIMIT', 'users'),
    finishAnyway,
    async (c) => {
      const { ledger, passwords, sms } = c.var;
      const { mobile, sms_code: code, password } = c.req.valid('json');
      const session = await newSession(sessionToken(c));
      const result = await register(ledger, sms, passwords, { mobile, code, password }, session);
      if (result.verdict !== 'ok') return answer(c, result.verdict, result);
      setSessionToken(c, session.token);
      return answer(c, 'ok', { data: presentUser(result.user) });
    },
  )
  .all('/', wrongMethod('POST'));
