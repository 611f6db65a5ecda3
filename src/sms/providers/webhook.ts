/**
 * Any other vendor, behind a small service of one's own. Signed as Standard Webhooks describes; `webhook-id` is
 * the send id, so the service can deduplicate. 2xx means sent and its body is not read; 4xx means refused.
 */
import * as z from 'zod/mini';
import { fromBase64, toBase64 } from '../../lib/crypto.ts';
import { post, resultOfStatus, succeeded, TOOLS } from '../exchange.ts';
import type { SmsProvider } from '../provider.ts';
import { type OutputOf, refuse } from '../../lib/schema.ts';
import { address, optionalOrigin, token } from '../settings.ts';
import { hmacUnder } from '../signing.ts';

export const webhookSettings = () =>
  z.object({
    WEBHOOK_URL: address(),
    WEBHOOK_SECRET: z.pipe(
      token(),
      z.transform((text, context) => {
        try {
          const key = fromBase64(text.replace(/^whsec_/, ''));
          if (key.byteLength > 0) return key;
        } catch {
          // falls through: what it is does not matter, and its message quotes nothing
        }
        return refuse(context, 'must be whsec_ and base64');
      }),
    ),
    WEBHOOK_ENDPOINT: optionalOrigin(),
  });

export function webhookProvider(
  settings: OutputOf<typeof webhookSettings>,
  tools = TOOLS,
): SmsProvider {
  const { WEBHOOK_URL: given, WEBHOOK_SECRET: key } = settings;
  const url = (settings.WEBHOOK_ENDPOINT ?? given).origin + given.pathname + given.search;
  return {
    name: 'webhook',
    async send({ sendId, mobile, code, minutes, purpose, text }, signal) {
      const body = JSON.stringify({ send_id: sendId, mobile, code, minutes, purpose, text });
      const timestamp = String(Math.floor(tools.now() / 1000));
      const headers = {
        'Content-Type': 'application/json',
        'webhook-id': sendId,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${toBase64(await hmacUnder(key, `${sendId}.${timestamp}.${body}`))}`,
      };
      const response = await post(tools, url, { headers, body }, signal);
      response.body?.cancel().catch(() => {}); // not read, whatever it is
      return succeeded(response.status) ? { outcome: 'sent' } : resultOfStatus(response.status);
    },
  };
}
