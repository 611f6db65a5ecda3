import { Hono } from 'hono';
import * as z from 'zod';
import type { Reason } from '../answers.ts';
import { answer, type App } from '../context.ts';
import {
  finishAnyway,
  limitBody,
  limitByAddress,
  mobileText,
  requiredText,
  sameSite,
  signupOpen,
  valid,
  wrongMethod,
} from '../middleware.ts';
import { sessionToken, setSessionToken } from '../sessions/cookie.ts';
import { newSession } from '../sessions/sessions.ts';
import { passwordProblem } from './password.ts';
import { register } from './register.ts';
import { presentUser } from './users.ts';

const MISSING: Reason = 'parameter_missing';

const newPassword = requiredText(MISSING).superRefine((password, context) => {
  const problem = passwordProblem(password);
  if (problem !== null) context.addIssue(problem);
});

/** Old clients may send the code as a number, which has lost its leading zeros. */
const smsCode = z.union(
  [requiredText(MISSING), z.number().transform((number) => String(number).padStart(6, '0'))],
  { error: (issue) => (issue.input === undefined ? MISSING : 'parameter_malformed') },
);

const registration = z.object({
  mobile: mobileText(MISSING),
  sms_code: smsCode,
  password: newPassword,
});

export const userRoutes = new Hono<App>()
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
      const client = { token: sessionToken(c), userAgent: c.req.header('User-Agent') };
      const session = await newSession(client);
      const result = await register(sms, passwords, ledger, { mobile, code, password }, session);
      if (result.verdict !== 'ok') return answer(c, result.verdict, result);
      setSessionToken(c, session.token);
      return answer(c, 'ok', { data: presentUser(result.user) });
    },
  )
  .all('/', wrongMethod('POST'));
