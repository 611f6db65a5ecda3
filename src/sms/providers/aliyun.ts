/**
 * Alibaba Cloud SMS, SendSms 2017-05-25, ACS3-HMAC-SHA256, with the template's ${code}.
 * Business refusals are HTTP 200 with a Code other than "OK"; the gateway's are 4xx and 5xx with a Code.
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
import { sha256Hex, formEncode, hex, hmacUnder } from '../signing.ts';

export const aliyunSettings = () =>
  z.object({
    ALIYUN_ACCESS_KEY_ID: token(),
    ALIYUN_ACCESS_KEY_SECRET: token(),
    /** Of temporary (STS) credentials. */
    ALIYUN_SECURITY_TOKEN: z.optional(token()),
    ALIYUN_SIGN_NAME: signName(),
    ALIYUN_TEMPLATE_CODE: token(),
    ALIYUN_ENDPOINT: endpoint('https://dysmsapi.aliyuncs.com'),
  });

/** A bad number, or the limits per signature and number: 1 a minute, 5 an hour, 10 a day, 40 a day in all. */
const NUMBER_CODES = new Set(['isv.MOBILE_NUMBER_ILLEGAL', 'isv.BUSINESS_LIMIT_CONTROL']);
/** Trouble inside the vendor, and "this nonce was seen before": ours are new each time, so something in between has asked twice. */
const UNCERTAIN =
  /^(isp\.(SYSTEM_ERROR|UNKNOWN|GATEWAY_ERROR)$|InternalError|ServiceUnavailable|SignatureNonceUsed$)/;

const answerSchema = () =>
  z.object({
    Code: z.string().check(z.minLength(1)),
    BizId: ifSound(z.string()),
  });

export function aliyunProvider(
  settings: OutputOf<typeof aliyunSettings>,
  tools = TOOLS,
): SmsProvider {
  const answer = answerSchema();
  const { origin, host } = settings.ALIYUN_ENDPOINT;
  const keys = { id: settings.ALIYUN_ACCESS_KEY_ID, secret: settings.ALIYUN_ACCESS_KEY_SECRET };
  const sts = settings.ALIYUN_SECURITY_TOKEN;
  return {
    name: 'aliyun',
    secrets: sts === undefined ? [keys.secret] : [keys.secret, sts],
    async send({ mobile, code }, signal) {
      const query = {
        PhoneNumbers: mobile,
        SignName: settings.ALIYUN_SIGN_NAME,
        TemplateCode: settings.ALIYUN_TEMPLATE_CODE,
        TemplateParam: JSON.stringify({ code }),
      };
      const signed = {
        'x-acs-action': 'SendSms',
        'x-acs-version': '2017-05-25',
        'x-acs-date': new Date(tools.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
        'x-acs-signature-nonce': tools.nonce(),
        'x-acs-content-sha256': await sha256Hex(''),
        ...(sts === undefined
          ? {}
          : { 'x-acs-accesskey-id': keys.id, 'x-acs-security-token': sts }),
      };
      const Authorization = await acs3Authorization({ host, ...signed }, query, keys);
      const headers = { ...signed, Accept: 'application/json', Authorization };
      // No body: an empty text would add a content type, and a content type must be signed.
      const url = `${origin}/?${formEncode(sorted(query))}`;
      return resultOf(await exchange(tools, url, { headers }, answer, signal));
    },
  };
}

/** The Authorization of a bodiless POST to `/`. `headers` are all that get signed: host and every `x-acs-*`. */
export async function acs3Authorization(
  headers: Record<string, string>,
  query: Record<string, string>,
  keys: { id: string; secret: string },
): Promise<string> {
  const canonical = sorted(headers);
  const names = Object.keys(canonical).join(';');
  const lines = Object.entries(canonical).map(([name, value]) => `${name}:${value.trim()}\n`);
  const bodyHash = headers['x-acs-content-sha256'];
  const request = ['POST', '/', formEncode(sorted(query)), lines.join(''), names, bodyHash];
  const toSign = `ACS3-HMAC-SHA256\n${await sha256Hex(request.join('\n'))}`;
  const signature = hex(await hmacUnder(keys.secret, toSign));
  return `ACS3-HMAC-SHA256 Credential=${keys.id},SignedHeaders=${names},Signature=${signature}`;
}

function resultOf({ status, answer: said }: Reply<OutputOf<typeof answerSchema>>): SendResult {
  if (said === undefined) return resultOfStatus(status);
  const { Code, BizId } = said;
  if (Code === 'OK') return accepted(status, BizId);
  const code = legibleCode(Code);
  // The gateway throttles with 503, before the message goes anywhere. No other 5xx is that certain.
  const throttled = status === 503 && /^Throttling(\.|$)/.test(Code);
  if (!isVerdict(status) && !throttled) return resultOfStatus(status);
  if (UNCERTAIN.test(Code)) return unknown(code);
  return refused(code, NUMBER_CODES);
}

/** By name, in the order of code units; the vendor sorts by bytes, and names are ASCII. */
function sorted(fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
