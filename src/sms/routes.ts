import { Hono } from 'hono';
import * as z from 'zod/mini';
import { languageOf } from '../answers.ts';
import { checkCaptcha } from '../captcha/captcha.ts';
import { spendDrawing } from '../captcha/claims.ts';
import { answer, type App } from '../context.ts';
import { sessionToken } from '../sessions/cookie.ts';
import { tokenHashOf } from '../sessions/sessions.ts';
import { mobileText, requiredText } from '../fields.ts';
import {
  finishAnyway,
  limitByAddress,
  notByHead,
  sameSite,
  signupOpen,
  valid,
  wrongMethod,
} from '../middleware.ts';
import { PURPOSES } from './purpose.ts';
import { sendCode } from './send.ts';

const query = z.object({
  id: requiredText('parameter_incomplete'),
  text: requiredText('parameter_incomplete'),
  purpose: z.prefault(z.enum(PURPOSES, 'parameter_malformed'), 'signup'),
});
const params = z.object({ mobile: mobileText('mobile_malformed') });

export const smsRoutes = new Hono<App>()
  .get(
    '/:mobile',
    notByHead,
    sameSite,
    valid('query', query),
    valid('param', params),
    (c, next) => (c.req.valid('query').purpose === 'signup' ? signupOpen(c, next) : next()),
    limitByAddress('ACT_LIMIT', 'smscode'),
    finishAnyway,
    async (c) => {
      const { captchaKeys, developer, ledger, sms } = c.var;
      const { mobile } = c.req.valid('param');
      const { purpose, ...shown } = c.req.valid('query');
      const captcha = await checkCaptcha(ledger, c.env.KV, captchaKeys, shown);
      if (captcha.verdict === 'absent') return answer(c, 'captcha_expired');
      if (captcha.verdict === 'wrong') {
        const spent = await spendDrawing(ledger, captcha.drawing);
        return answer(c, spent ? 'captcha_wrong' : 'captcha_expired');
      }
      const { drawing } = captcha;
      const tokenHash = (await tokenHashOf(sessionToken(c))) ?? undefined;
      const language = languageOf(c.req.header('Accept-Language'));
      const sent = await sendCode(ledger, sms, { mobile, purpose, tokenHash, drawing, language });
      if (sent.code !== undefined) developer(`dev sms ${mobile} ${sent.code}`);
      return answer(c, sent.verdict, { retryAfterMs: sent.retryAfterMs });
    },
  )
  .all('/:mobile', wrongMethod('GET'));
