/**
 * `npm run sms:try -- <vendor> <mobile> [zh|en]`: sends one real test message with the settings of `wrangler.toml` and
 * `.dev.vars`, and shows what was asked, what was answered, and what to fix. Secrets, signatures, code and mobile are masked.
 */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { SMS_CODE_LIFETIME_S } from '../src/config.ts';
import { plainId, randomCode } from '../src/lib/crypto.ts';
import { describeError } from '../src/lib/log.ts';
import { maskMobile, MOBILE } from '../src/lib/mobile.ts';
import { TOOLS, type Tools, unknown } from '../src/sms/exchange.ts';
import type { SendResult, SmsMessage, SmsProvider } from '../src/sms/provider.ts';
import { providerOf } from '../src/sms/providers.ts';
import { smsText } from '../src/sms/text.ts';
import { stop } from './operate/options.ts';
import { isSecret, readDevVars, readProjectOr } from './operate/project.ts';
import { adviceOn } from './sms-advice.ts';

const VENDORS = ['yuntongxun', 'aliyun', 'tencent', 'twilio', 'webhook'] as const;
const ROOT = dirname(import.meta.dirname);
const TIMEOUT_MS = 10_000;
const SHOWN_CHARACTERS = 2000;
/** A shorter value in a URL is an everyday word, and no secret. */
const SECRET_CHARACTERS = 6;

const [name, mobile = '', language = 'zh'] = process.argv.slice(2);
const vendor = VENDORS.find((known) => known === name);
if (vendor === undefined || !MOBILE.test(mobile) || (language !== 'zh' && language !== 'en')) {
  stop(`npm run sms:try -- <${VENDORS.join('|')}> <mobile, eleven digits> [zh|en]`);
}

const secrets =
  readDevVars(ROOT) ??
  stop('There is no .dev.vars. `npm start` makes one; docs/sms.md says what to add.');
const vars = Object.entries(readProjectOr(stop, ROOT).vars).map(([variable, value]) => [
  variable,
  String(value),
]);
const settings: Record<string, string> = { ...Object.fromEntries(vars), ...secrets };
/** Credentials in the form that they were sent in: an endpoint may repeat them. */
const sent = new Set<string>();
const code = randomCode();
const minutes = Math.floor(SMS_CODE_LIFETIME_S / 60);
const provider = providerOf(vendor, settings, { ...TOOLS, fetch: watchedFetch, md5 });
if (!provider.ok)
  stop(
    ['Missing in wrangler.toml and .dev.vars, or malformed:', ...provider.problems].join('\n  '),
  );

const result = await send(provider.value);
console.log(`\nOutcome: ${masked(JSON.stringify(result))}`);
for (const advice of adviceOn(vendor, result)) console.log(`  ${advice}`);
process.exit(result.outcome === 'sent' ? 0 : 1);

async function send(to: SmsProvider): Promise<SendResult> {
  const text = smsText(
    code,
    minutes,
    language === 'en' ? 'en' : 'zh',
    'signup',
    settings['WEBOTP_HOST'] || undefined,
  );
  const message: SmsMessage = {
    mobile,
    code,
    minutes,
    purpose: 'signup',
    text,
    sendId: plainId(),
  };
  try {
    return await to.send(message, AbortSignal.timeout(TIMEOUT_MS));
  } catch (error) {
    return unknown(describeError(error));
  }
}

/** Shows both sides of the exchange on its way. */
async function watchedFetch(...[url, init]: Parameters<Tools['fetch']>): Promise<Response> {
  noteSecretsIn(url);
  console.log(`> ${init.method} ${masked(url)}`);
  for (const [header, value] of new Headers(init.headers)) {
    console.log(`> ${header}: ${maskedHeader(header, value)}`);
  }
  if (typeof init.body === 'string') console.log(`>\n> ${masked(decoded(init.body))}`);
  try {
    const response = await fetch(url, init);
    console.log(`\n< HTTP ${response.status}`);
    const body = await whatComes(response);
    return new Response(body === '' ? null : body, { status: response.status });
  } catch (error) {
    console.log(`\n< no answer: ${masked(describeError(error))}`);
    throw error;
  }
}

/** Shows the body as far as it came, and returns it: with a status that says it all, a body that breaks off takes nothing back. */
async function whatComes(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let body = '';
  let end = '';
  try {
    for await (const chunk of response.body ?? []) body += decoder.decode(chunk, { stream: true });
  } catch (error) {
    end = `\n< broken off: ${masked(describeError(error))}`;
  }
  console.log(`< ${masked(body).slice(0, SHOWN_CHARACTERS)}${end}`);
  return body;
}

async function md5(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  return new Uint8Array(createHash('md5').update(bytes).digest()).buffer;
}

/** Of an Authorization only the scheme is shown. */
function maskedHeader(header: string, value: string): string {
  if (!/^authorization$|signature$|token$/.test(header)) return masked(value);
  const [scheme = '', credentials] = value.split(/ (.*)/s);
  sent.add(credentials ?? value);
  return header === 'authorization' && credentials !== undefined ? `${scheme} ***` : '***';
}

/** The query of one's own URL may be a password, and Yuntongxun's holds the signature. */
function noteSecretsIn(url: string): void {
  if (vendor !== 'webhook' && vendor !== 'yuntongxun') return;
  const { search, searchParams } = new URL(url);
  const asSent = search
    .slice(1)
    .split('&')
    .map((pair) => pair.replace(/^[^=]*=/, ''));
  for (const value of [search.slice(1), ...searchParams.values(), ...asSent]) {
    if (value.length >= SECRET_CHARACTERS) sent.add(value);
  }
}

/** Also in the forms that JSON of other languages and URLs give a text. */
function masked(text: string): string {
  const kept = Object.entries(settings)
    .filter(([variable, value]) => isSecret(variable) && value)
    .map(([, value]) => value);
  return [...sent, ...kept, code]
    .flatMap((secret) => [secret, secret.replaceAll('/', '\\/'), encodeURIComponent(secret)])
    .reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
    .replaceAll(mobile, maskMobile(mobile));
}

/** A form as a person reads it; anything else as it is. */
function decoded(body: string): string {
  return body.startsWith('{') ? body : decodeURIComponent(body);
}
