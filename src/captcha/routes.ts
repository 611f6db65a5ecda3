import { Hono } from 'hono';
import * as z from 'zod/mini';
import { languageOf } from '../answers.ts';
import { type App, report } from '../context.ts';
import { limitByAddress, notByHead, valid, wrongMethod } from '../middleware.ts';
import { CAPTCHA_ID, issueCaptcha, issueSpokenCaptcha } from './captcha.ts';
import { loadVoices } from './voices.ts';

const params = z.object({ id: z.string().check(z.regex(CAPTCHA_ID, 'parameter_malformed')) });
const limit = limitByAddress('DRAW_LIMIT', 'captcha');

/** `/imagecode`: a captcha to see. */
export const imageRoutes = new Hono<App>()
  .get('/:id', notByHead, valid('param', params), limit, async (c) => {
    const { captchaKeys, developer, ledger } = c.var;
    const { id } = c.req.valid('param');
    const { text, svg } = await issueCaptcha(ledger, c.env.KV, captchaKeys[0], id);
    developer(`dev captcha ${id} ${text}`);
    report(c, 'ok');
    return c.body(svg, 200, { 'Content-Type': 'image/svg+xml; charset=utf-8' });
  })
  .all('/:id', wrongMethod('GET'));

/** `/audiocode`: the same to hear, in the language that the client prefers. */
export const audioRoutes = new Hono<App>()
  .get('/:id', notByHead, valid('param', params), limit, async (c) => {
    const { captchaKeys, developer, ledger } = c.var;
    const { id } = c.req.valid('param');
    const language = languageOf(c.req.header('Accept-Language'));
    const voices = await loadVoices(c.env.ASSETS, language);
    const key = captchaKeys[0];
    const { text, wav } = await issueSpokenCaptcha(ledger, c.env.KV, key, voices, id);
    developer(`dev captcha ${id} ${text}`);
    report(c, 'ok');
    return c.body(wav, 200, { 'Content-Type': 'audio/wav' });
  })
  .all('/:id', wrongMethod('GET'));
