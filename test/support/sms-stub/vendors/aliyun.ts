import { ACCOUNTS, TOKENS } from '../accounts.ts';
import {
  hash,
  header,
  type Incoming,
  inspector,
  json,
  mac,
  objectIn,
  type StubVendor,
} from '../vendor.ts';

const AUTHORIZATION =
  /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/;
const nonces = new Set<string>();

export const aliyun: StubVendor = {
  recognises: (request) => header(request, 'x-acs-action') !== '',
  badSignature: 'SignatureDoesNotMatch',

  read(request) {
    const { problems, expect } = inspector();
    const query = new URL(request.path, 'http://stub').searchParams;
    const [, credential, names = '', signature] =
      AUTHORIZATION.exec(header(request, 'authorization')) ?? [];
    const mustSign = Object.keys(request.headers).filter(
      (name) => name === 'host' || name === 'content-type' || name.startsWith('x-acs-'),
    );
    expect(request.method === 'POST' && request.path.startsWith('/?'), 'method or path');
    expect(credential === ACCOUNTS.ALIYUN_ACCESS_KEY_ID, 'credential');
    expect(names === mustSign.toSorted().join(';'), `signed headers ${names}`);
    expect(signature === sign(request, names.split(';'), query), 'signature');
    expect(header(request, 'x-acs-content-sha256') === hash('sha256', request.body), 'body hash');
    expect(request.body.length === 0, 'the body is not empty');
    expect(isNow(header(request, 'x-acs-date')), 'x-acs-date');
    expect(isFresh(header(request, 'x-acs-signature-nonce')), 'x-acs-signature-nonce');
    expect(isPermanentOrWhole(request), 'temporary credentials');
    expect(header(request, 'x-acs-action') === 'SendSms', 'x-acs-action');
    expect(header(request, 'x-acs-version') === '2017-05-25', 'x-acs-version');
    expect(query.get('SignName') === ACCOUNTS.ALIYUN_SIGN_NAME, 'SignName');
    expect(query.get('TemplateCode') === ACCOUNTS.ALIYUN_TEMPLATE_CODE, 'TemplateCode');
    const { code } = objectIn(query.get('TemplateParam') ?? '');
    expect(typeof code === 'string' && /^[0-9]{6}$/.test(code), 'TemplateParam');
    return { mobile: query.get('PhoneNumbers') ?? '', code: String(code), problems };
  },

  sent: () =>
    json(200, { Message: 'OK', RequestId: 'F655A8D5', Code: 'OK', BizId: '900619746936498440^0' }),
  refused: (Code) => json(statusOf(Code), { Message: '拒绝', RequestId: 'D9F3C3B1', Code }),
};

/** Business refusals are successes of HTTP; the gateway's are not. */
function statusOf(code: string): number {
  if (/^is[pv]\./.test(code)) return 200;
  return code.startsWith('Throttling') ? 503 : 400;
}

function sign(request: Incoming, names: string[], query: URLSearchParams): string {
  const pairs = Array.from(query, ([name, value]) => `${encode(name)}=${encode(value)}`);
  const canonical = [
    request.method,
    '/',
    pairs.toSorted().join('&'),
    ...names.map((name) => `${name}:${header(request, name)}`),
    '',
    names.join(';'),
    hash('sha256', request.body),
  ].join('\n');
  const toSign = `ACS3-HMAC-SHA256\n${hash('sha256', canonical)}`;
  return mac(ACCOUNTS.ALIYUN_ACCESS_KEY_SECRET, toSign).toString('hex');
}

/** Byte by byte, as RFC 3986 has it. */
function encode(text: string): string {
  return Array.from(Buffer.from(text), (byte) => {
    const character = String.fromCharCode(byte);
    const plain = byte < 128 && /[A-Za-z0-9._~-]/.test(character);
    return plain ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

function isNow(date: string): boolean {
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(date);
  return form && Math.abs(Date.parse(date) - Date.now()) < 60_000;
}

function isFresh(nonce: string): boolean {
  const fresh = nonce !== '' && !nonces.has(nonce);
  nonces.add(nonce);
  return fresh;
}

/** Either neither of the two headers of temporary credentials, or both and right. */
function isPermanentOrWhole(request: Incoming): boolean {
  const id = header(request, 'x-acs-accesskey-id');
  const token = header(request, 'x-acs-security-token');
  if (id === '' && token === '') return true;
  return id === ACCOUNTS.ALIYUN_ACCESS_KEY_ID && token === TOKENS.ALIYUN_SECURITY_TOKEN;
}
