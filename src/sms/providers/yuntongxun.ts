/**
 * Yuntongxun (Ronglian Cloud), REST API 2013-12-26, TemplateSMS with the template's {1} = code and {2} = minutes.
 * An answer is HTTP 200 whatever it says; only the text "000000" is a success.
 */
import * as z from 'zod/mini';
import { ifSound, type OutputOf } from '../../lib/schema.ts';
import { bytesOf, toBase64 } from '../../lib/crypto.ts';
import { localTime } from '../../lib/time.ts';
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
import type { SendResult, SmsProvider } from '../provider.ts';
import { endpoint, pathToken, token } from '../settings.ts';
import { hex } from '../signing.ts';

export const yuntongxunSettings = () =>
  z.object({
    YUNTONGXUN_ACCOUNT_SID: pathToken(),
    YUNTONGXUN_AUTH_TOKEN: token(),
    YUNTONGXUN_APP_ID: token(),
    YUNTONGXUN_TEMPLATE_ID: token(),
    YUNTONGXUN_ENDPOINT: endpoint('https://app.cloopen.com:8883'),
  });

/** What is of the number: too often to it, in all or with one template or the same words; malformed; wants no messages. */
const TOO_OFTEN = '160038 160015 160022 160039 160040 160041 160021';
const MALFORMED = '160042 160013';
const UNWANTED = '160034 160051 160068 112317';
const NUMBER_CODES = new Set([TOO_OFTEN, MALFORMED, UNWANTED].join(' ').split(' '));
/** Trouble inside the vendor or on its way to the carrier, and "this request id was seen before": a message may be under way. */
const UNCERTAIN =
  /^(1110[0-9]{2}|160000|160050|160054|160056|161001|161004|16102[0-4]|172001|172003)$/;

const sid = () => ifSound(z.object({ smsMessageSid: z.string() }));
const answerSchema = () =>
  z.object({
    statusCode: z.string().check(z.regex(/^[0-9]{6}$/)),
    templateSMS: sid(),
    TemplateSMS: sid(), // the vendor's SDKs disagree about the case
  });

export function yuntongxunProvider(
  settings: OutputOf<typeof yuntongxunSettings>,
  tools = TOOLS,
): SmsProvider {
  const answer = answerSchema();
  const { YUNTONGXUN_ACCOUNT_SID: account, YUNTONGXUN_AUTH_TOKEN: secret } = settings;
  return {
    name: 'yuntongxun',
    secrets: [secret],
    async send({ mobile, code, minutes, sendId }, signal) {
      const stamp = chinaTime(tools.now());
      const md5 = await tools.md5(bytesOf(account + secret + stamp));
      const signature = hex(new Uint8Array(md5)).toUpperCase();
      const path = `/2013-12-26/Accounts/${account}/SMS/TemplateSMS?sig=${signature}`;
      const headers = {
        Accept: 'application/json',
        'Content-Type': 'application/json;charset=utf-8',
        Authorization: toBase64(bytesOf(`${account}:${stamp}`)),
      };
      const body = JSON.stringify({
        to: mobile,
        appId: settings.YUNTONGXUN_APP_ID,
        templateId: settings.YUNTONGXUN_TEMPLATE_ID,
        datas: [code, String(minutes)],
        reqId: sendId, // at most 32 letters and digits
      });
      const url = settings.YUNTONGXUN_ENDPOINT.origin + path;
      return resultOf(await exchange(tools, url, { headers, body }, answer, signal), signature);
    },
  };
}

function resultOf(
  { status, answer: said }: Reply<OutputOf<typeof answerSchema>>,
  signature: string,
): SendResult {
  if (said === undefined || !isVerdict(status)) return resultOfStatus(status);
  const { statusCode } = said;
  if (statusCode !== '000000') {
    return UNCERTAIN.test(statusCode) ? unknown(statusCode) : refused(statusCode, NUMBER_CODES);
  }
  const { smsMessageSid: id = '' } = said.templateSMS ?? said.TemplateSMS ?? {};
  // A signature is good for any message of that day: given back, it is no id to be logged.
  return accepted(status, id.toUpperCase().includes(signature) ? undefined : id || undefined);
}

/** `yyyyMMddHHmmss` at UTC+8, as the vendor's own clock runs. */
const chinaTime = (now: number) => localTime(now).replace(/\D/g, '');
