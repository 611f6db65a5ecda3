/**
 * Tencent Cloud SMS, SendSms 2021-01-11, TC3-HMAC-SHA256, with the template's {1} = code and {2} = minutes.
 * Every answer of the API is HTTP 200: an Error, or a status per number that is good only if it is "Ok".
 */
import * as z from 'zod/mini';
import { ifSound, type OutputOf } from '../../lib/schema.ts';
import {
  accepted,
  exchange,
  isVerdict,
  refused,
  type Reply,
  resultOfStatus,
  TOOLS,
  unknown,
} from '../exchange.ts';
import { legibleCode } from '../legible.ts';
import type { SendResult, SmsProvider } from '../provider.ts';
import { endpoint, signName, token } from '../settings.ts';
import { sha256Hex, hex, hmacUnder } from '../signing.ts';

export const tencentSettings = () =>
  z.object({
    TENCENT_SECRET_ID: token(),
    TENCENT_SECRET_KEY: token(),
    /** Of temporary (STS) credentials. */
    TENCENT_TOKEN: z.optional(token()),
    TENCENT_SDK_APP_ID: token(),
    TENCENT_SIGN_NAME: signName(),
    TENCENT_TEMPLATE_ID: token(),
    TENCENT_REGION: token(),
    TENCENT_ENDPOINT: endpoint('https://sms.tencentcloudapi.com'),
  });

const NUMBER_CODES = new Set([
  'InvalidParameterValue.IncorrectPhoneNumber',
  'FailedOperation.PhoneNumberInBlacklist',
  'LimitExceeded.PhoneNumberThirtySecondLimit',
  'LimitExceeded.PhoneNumberOneHourLimit',
  'LimitExceeded.PhoneNumberDailyLimit',
  'LimitExceeded.PhoneNumberSameContentDailyLimit',
  'LimitExceeded.DeliveryFrequencyLimit', // the console's policy on how often one number is sent to
]);
const UNCERTAIN = /^InternalError(\.|$)/;

/** The part of the content type that is signed is all of it: a charset here would change the signature. */
const CONTENT_TYPE = 'application/json';

const verdict = () => z.string().check(z.minLength(1));
const answerSchema = () =>
  z.object({
    Response: z.union([
      z.object({ Error: z.object({ Code: verdict() }) }),
      z.object({
        SendStatusSet: z.tuple([z.object({ Code: verdict(), SerialNo: ifSound(z.string()) })]),
      }),
    ]),
  });

export function tencentProvider(
  settings: OutputOf<typeof tencentSettings>,
  tools = TOOLS,
): SmsProvider {
  const answer = answerSchema();
  const { origin, host } = settings.TENCENT_ENDPOINT;
  const keys = { id: settings.TENCENT_SECRET_ID, secret: settings.TENCENT_SECRET_KEY };
  const sts = settings.TENCENT_TOKEN;
  return {
    name: 'tencent',
    secrets: sts === undefined ? [keys.secret] : [keys.secret, sts],
    async send({ mobile, code, minutes }, signal) {
      const body = JSON.stringify({
        PhoneNumberSet: [`+86${mobile}`],
        SmsSdkAppId: settings.TENCENT_SDK_APP_ID,
        SignName: settings.TENCENT_SIGN_NAME,
        TemplateId: settings.TENCENT_TEMPLATE_ID,
        TemplateParamSet: [code, String(minutes)],
      });
      const seconds = Math.floor(tools.now() / 1000);
      const headers = {
        Authorization: await tc3Authorization(host, body, seconds, keys),
        'Content-Type': CONTENT_TYPE,
        'X-TC-Action': 'SendSms',
        'X-TC-Version': '2021-01-11',
        'X-TC-Timestamp': String(seconds),
        'X-TC-Region': settings.TENCENT_REGION,
        ...(sts === undefined ? {} : { 'X-TC-Token': sts }),
      };
      return resultOf(await exchange(tools, `${origin}/`, { headers, body }, answer, signal));
    },
  };
}

/** The date in the scope and in the key is the UTC date of the timestamp, not of any other clock. */
async function tc3Authorization(
  host: string,
  body: string,
  seconds: number,
  keys: { id: string; secret: string },
): Promise<string> {
  const date = new Date(seconds * 1000).toISOString().slice(0, 10);
  const scope = `${date}/sms/tc3_request`;
  const names = 'content-type;host';
  const headers = `content-type:${CONTENT_TYPE}\nhost:${host}\n`;
  const request = ['POST', '/', '', headers, names, await sha256Hex(body)].join('\n');
  const toSign = `TC3-HMAC-SHA256\n${seconds}\n${scope}\n${await sha256Hex(request)}`;
  let key = await hmacUnder(`TC3${keys.secret}`, date);
  for (const step of ['sms', 'tc3_request']) key = await hmacUnder(key, step);
  const signature = hex(await hmacUnder(key, toSign));
  return `TC3-HMAC-SHA256 Credential=${keys.id}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
}

function resultOf({ status, answer: said }: Reply<OutputOf<typeof answerSchema>>): SendResult {
  if (said === undefined || !isVerdict(status)) return resultOfStatus(status);
  const { Response: response } = said;
  if ('Error' in response) return resultOfCode(response.Error.Code);
  const [{ Code, SerialNo }] = response.SendStatusSet;
  if (Code !== 'Ok') return resultOfCode(Code);
  return accepted(status, SerialNo);
}

function resultOfCode(code: string): SendResult {
  const legible = legibleCode(code);
  return UNCERTAIN.test(code) ? unknown(legible) : refused(legible, NUMBER_CODES);
}
