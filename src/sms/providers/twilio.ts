/**
 * Twilio, Messages 2010-04-01. Takes the text itself. A 201 means accepted; what becomes of the message later is
 * told to a callback that this service does not have.
 */
import * as z from 'zod/mini';
import { ifSound, type OutputOf } from '../../lib/schema.ts';
import { bytesOf, toBase64 } from '../../lib/crypto.ts';
import {
  exchange,
  refused,
  type Reply,
  resultOfStatus,
  succeeded,
  TOOLS,
  unknown,
} from '../exchange.ts';
import type { SendResult, SmsProvider } from '../provider.ts';
import { endpoint, pathToken, singleLine, token } from '../settings.ts';
import { formEncode } from '../signing.ts';

export const twilioSettings = () =>
  z
    .object({
      TWILIO_ACCOUNT_SID: pathToken(),
      TWILIO_AUTH_TOKEN: z.optional(token()),
      TWILIO_API_KEY_SID: z.optional(token()),
      TWILIO_API_KEY_SECRET: z.optional(token()),
      // A number, a short code, or a name. TOML drops the plus of a number without quotes.
      TWILIO_FROM: z.optional(
        singleLine().check(
          z.refine((from) => !/^[0-9]{9,}$/.test(from), 'must begin with +, and stand in quotes'),
        ),
      ),
      TWILIO_MESSAGING_SERVICE_SID: z.optional(token()),
      TWILIO_ENDPOINT: endpoint('https://api.twilio.com'),
    })
    .check(
      z.superRefine((given, context) => {
        const missing = (name: string, message = 'is missing') =>
          context.addIssue({ code: 'custom', path: [name], message });
        const { TWILIO_API_KEY_SID: key, TWILIO_API_KEY_SECRET: secret } = given;
        if (key !== undefined && secret === undefined) missing('TWILIO_API_KEY_SECRET');
        if (key === undefined && secret !== undefined) missing('TWILIO_API_KEY_SID');
        if (key === undefined && secret === undefined && given.TWILIO_AUTH_TOKEN === undefined) {
          missing('TWILIO_AUTH_TOKEN', 'is missing, and so is an API key in its place');
        }
        if (given.TWILIO_FROM === undefined && given.TWILIO_MESSAGING_SERVICE_SID === undefined) {
          missing('TWILIO_FROM', 'is missing, and so is TWILIO_MESSAGING_SERVICE_SID in its place');
        }
      }),
    );

/** Not a number, not valid, not a mobile, or its owner has unsubscribed. */
const NUMBER_CODES = new Set(['21211', '21217', '21610', '21614', '21635']);

const answerSchema = () =>
  z.union([
    z.object({
      sid: z.string().check(z.minLength(1)),
      status: z.string(),
      error_code: ifSound(z.nullable(z.int())),
    }),
    z.object({ code: z.int().check(z.minimum(10_000), z.maximum(99_999)) }),
  ]);

export function twilioProvider(
  settings: OutputOf<typeof twilioSettings>,
  tools = TOOLS,
): SmsProvider {
  const answer = answerSchema();
  const account = settings.TWILIO_ACCOUNT_SID;
  const { TWILIO_API_KEY_SID: key, TWILIO_API_KEY_SECRET, TWILIO_AUTH_TOKEN = '' } = settings;
  // Whoever has made a key has both of its parts: the settings see to that.
  const secret = TWILIO_API_KEY_SECRET ?? TWILIO_AUTH_TOKEN;
  const login = `${key ?? account}:${secret}`;
  const { TWILIO_MESSAGING_SERVICE_SID: service, TWILIO_FROM: from = '' } = settings;
  const sender = service === undefined ? { From: from } : { MessagingServiceSid: service };
  const url = `${settings.TWILIO_ENDPOINT.origin}/2010-04-01/Accounts/${account}/Messages.json`;
  const headers = {
    Accept: 'application/json',
    'Content-Type': 'application/x-www-form-urlencoded',
    Authorization: `Basic ${toBase64(bytesOf(login))}`,
  };
  return {
    name: 'twilio',
    secrets: [secret],
    async send({ mobile, text, minutes }, signal) {
      const body = formEncode({
        To: `+86${mobile}`,
        ...sender,
        Body: text,
        ValidityPeriod: String(minutes * 60), // a code that comes after its life only confuses
      });
      return resultOf(await exchange(tools, url, { headers, body }, answer, signal));
    },
  };
}

function resultOf({ status, answer: said }: Reply<OutputOf<typeof answerSchema>>): SendResult {
  if (said === undefined) return resultOfStatus(status);
  if ('code' in said) {
    return status >= 400 && status < 500
      ? refused(String(said.code), NUMBER_CODES)
      : resultOfStatus(status);
  }
  const failed = said.status === 'failed' || said.status === 'canceled';
  if (!succeeded(status)) {
    return failed ? resultOfStatus(status) : unknown(`HTTP ${status} with a success`);
  }
  if (failed) {
    return refused(String(said.error_code ?? said.status), NUMBER_CODES);
  }
  return said.status === 'undelivered'
    ? unknown('undelivered')
    : { outcome: 'sent', vendorId: said.sid };
}
