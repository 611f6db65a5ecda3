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

/** These come as an error of the call; the others as the status of a number in a call that worked. */
const CALL_ERROR =
  /^(AuthFailure|InternalError|RequestLimitExceeded|UnauthorizedOperation|UnsupportedOperation)/;

export const tencent: StubVendor = {
  recognises: (request) => header(request, 'x-tc-action') !== '',
  badSignature: 'AuthFailure.SignatureFailure',

  read(request) {
    const { problems, expect } = inspector();
    const seconds = Number(header(request, 'x-tc-timestamp'));
    const token = header(request, 'x-tc-token');
    expect(request.method === 'POST' && request.path === '/', 'method or path');
    expect(header(request, 'authorization') === authorization(request, seconds), 'authorization');
    expect(Math.abs(seconds * 1000 - Date.now()) < 60_000, 'x-tc-timestamp');
    expect(token === '' || token === TOKENS.TENCENT_TOKEN, 'x-tc-token');
    expect(header(request, 'x-tc-action') === 'SendSms', 'x-tc-action');
    expect(header(request, 'x-tc-version') === '2021-01-11', 'x-tc-version');
    expect(header(request, 'x-tc-region') === ACCOUNTS.TENCENT_REGION, 'x-tc-region');
    const body = objectIn(request.body.toString());
    const [number, ...more] = texts(body.PhoneNumberSet);
    const [code = '', minutes] = texts(body.TemplateParamSet);
    expect(/^\+86[0-9]{11}$/.test(number ?? '') && more.length === 0, 'PhoneNumberSet');
    expect(body.SmsSdkAppId === ACCOUNTS.TENCENT_SDK_APP_ID, 'SmsSdkAppId');
    expect(body.SignName === ACCOUNTS.TENCENT_SIGN_NAME, 'SignName');
    expect(body.TemplateId === ACCOUNTS.TENCENT_TEMPLATE_ID, 'TemplateId');
    expect(/^[0-9]{6}$/.test(code) && minutes === '5', 'TemplateParamSet');
    return { mobile: (number ?? '').slice(3), code, problems };
  },

  sent: () => answer({ SendStatusSet: [status('Ok', '5000:1045710669157053657849499619')] }),
  refused: (Code) =>
    CALL_ERROR.test(Code)
      ? answer({ Error: { Code, Message: 'refused' } })
      : answer({ SendStatusSet: [status(Code, '')] }),
};

const answer = (Response: object) =>
  json(200, { Response: { ...Response, RequestId: 'a0aabda6' } });
const status = (Code: string, SerialNo: string) => ({ Code, SerialNo, Fee: 1, Message: Code });
const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);

function authorization(request: Incoming, seconds: number): string {
  const day = new Date((Number.isFinite(seconds) ? seconds : 0) * 1000);
  const date = [day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
  const type = header(request, 'content-type');
  const canonical = `POST\n/\n\ncontent-type:${type}\nhost:${header(request, 'host')}\n\ncontent-type;host\n${hash('sha256', request.body)}`;
  const toSign = `TC3-HMAC-SHA256\n${seconds}\n${date}/sms/tc3_request\n${hash('sha256', canonical)}`;
  const key = mac(mac(mac(`TC3${ACCOUNTS.TENCENT_SECRET_KEY}`, date), 'sms'), 'tc3_request');
  const credential = `${ACCOUNTS.TENCENT_SECRET_ID}/${date}/sms/tc3_request`;
  return `TC3-HMAC-SHA256 Credential=${credential}, SignedHeaders=content-type;host, Signature=${mac(key, toSign).toString('hex')}`;
}
