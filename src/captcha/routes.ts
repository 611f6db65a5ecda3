import { Hono } from 'hono';
import * as z from 'zod';
import type { App } from '../context.ts';
import { limitByAddress, notByHead, valid, wrongMethod } from '../middleware.ts';
import { CAPTCHA_ID, issueCaptcha } from './captcha.ts';

const params = z.object({ id: z.string().regex(CAPTCHA_ID, 'parameter_malformed') });

export const captchaRoutes = new Hono<App>()
  .get(
    '/:id',
    notByHead,
    valid('param', params),
    limitByAddress('DRAW_LIMIT', 'imagecode'),
    async (c) => {
      const { captchaKeys, developer, ledger } = c.var;
      const { id } = c.req.valid('param');
      const { text, svg } = await issueCaptcha(c.env.KV, captchaKeys[0], id, ledger.now);
      developer(`dev captcha ${id} ${text}`);
      return c.body(svg, 200, { 'Content-Type': 'image/svg+xml; charset=utf-8' });
    },
  )
  .all('/:id', wrongMethod('GET'));
