import { describe, expect, it } from 'vitest';
import { ANSWER_LIMIT_BYTES } from '../../src/sms/exchange.ts';
import { settingsFor } from '../support/sms-stub/accounts.ts';
import { VENDORS } from '../support/sms-stub/behaviour.ts';
import { refusedBy, resultOf, sendBy } from './capture.ts';

const yuntongxun = (statusCode: unknown) => ({ statusCode, statusMsg: '拒绝 13800138000' });
const aliyun = (Code: unknown) => ({ Code, Message: '触发小时级流控Permits:5', RequestId: 'r' });
const tencentStatus = (Code: unknown) => ({ Response: { SendStatusSet: [{ Code }] } });
const tencentError = (Code: unknown) => ({ Response: { Error: { Code, Message: 'm' } } });
const twilio = (code: unknown) => ({ code, message: 'm', status: 400 });

const number = (vendorCode: string) => refusedBy(vendorCode, 'number');
const account = (vendorCode: string) => refusedBy(vendorCode, 'account');

describe('a refusal of the number asks nobody else', () => {
  it.each(
    '160038 160015 160022 160039 160040 160041 160021 160042 160013 160034 160051 160068 112317'.split(
      ' ',
    ),
  )('Yuntongxun %s', async (code) =>
    expect(await resultOf('yuntongxun', 200, yuntongxun(code))).toEqual(number(code)),
  );
  it.each(['isv.MOBILE_NUMBER_ILLEGAL', 'isv.BUSINESS_LIMIT_CONTROL'])('Alibaba %s', async (code) =>
    expect(await resultOf('aliyun', 200, aliyun(code))).toEqual(number(code)),
  );
  it.each([
    'InvalidParameterValue.IncorrectPhoneNumber',
    'FailedOperation.PhoneNumberInBlacklist',
    'LimitExceeded.PhoneNumberThirtySecondLimit',
    'LimitExceeded.PhoneNumberOneHourLimit',
    'LimitExceeded.PhoneNumberDailyLimit',
    'LimitExceeded.PhoneNumberSameContentDailyLimit',
    'LimitExceeded.DeliveryFrequencyLimit',
  ])('Tencent %s', async (code) => {
    expect(await resultOf('tencent', 200, tencentStatus(code))).toEqual(number(code));
    expect(await resultOf('tencent', 200, tencentError(code))).toEqual(number(code));
  });
  it.each([21211, 21217, 21610, 21614, 21635])('Twilio %s', async (code) =>
    expect(await resultOf('twilio', 400, twilio(code))).toEqual(number(String(code))),
  );
});

describe('a refusal of the account lets the next vendor be asked', () => {
  it.each([
    '160032',
    '160043',
    '160052',
    '111106',
    '111109',
    '160053',
    '111142',
    '160014',
    '161002',
  ])('Yuntongxun %s', async (code) =>
    expect(await resultOf('yuntongxun', 200, yuntongxun(code))).toEqual(account(code)),
  );
  it.each([
    'isv.DENY_IP_RANGE',
    'isv.SMS_TEMPLATE_ILLEGAL',
    'isv.AMOUNT_NOT_ENOUGH',
    'isp.RAM_PERMISSION_DENY',
    'isv.DAY_LIMIT_CONTROL',
    'isv.A_CODE_OF_TOMORROW',
  ])('Alibaba %s', async (code) =>
    expect(await resultOf('aliyun', 200, aliyun(code))).toEqual(account(code)),
  );
  it.each([
    'FailedOperation.SignatureIncorrectOrUnapproved',
    'FailedOperation.InsufficientBalanceInSmsPackage',
    'LimitExceeded.AppDailyLimit',
    'LimitExceeded.PhoneNumberCountLimit',
    'UnauthorizedOperation.RequestIpNotInWhitelist',
    'AuthFailure.SecretIdNotFound',
    'RequestLimitExceeded',
  ])('Tencent %s', async (code) =>
    expect(await resultOf('tencent', 200, tencentError(code))).toEqual(account(code)),
  );
  it.each([
    [401, 20003],
    [429, 20429],
    [400, 21408],
    [400, 21606],
    [400, 21608],
    [400, 21612],
  ])('Twilio %s %s', async (status, code) =>
    expect(await resultOf('twilio', status, twilio(code))).toEqual(account(String(code))),
  );
  it.each(VENDORS)('%s: a 4xx that says nothing', async (vendor) => {
    expect(await resultOf(vendor, 403, '<html>Forbidden</html>')).toEqual(account('HTTP-403'));
  });
});

describe('an answer that is no verdict is unknown', () => {
  it.each('111000 111099 160000 160050 160054 160056 161001 161004 161020 161024'.split(' '))(
    'Yuntongxun %s',
    async (code) =>
      expect(await resultOf('yuntongxun', 200, yuntongxun(code))).toMatchObject({
        outcome: 'unknown',
      }),
  );
  it.each(['isp.SYSTEM_ERROR', 'InternalError', 'ServiceUnavailable', 'SignatureNonceUsed'])(
    'Alibaba %s',
    async (code) =>
      expect(await resultOf('aliyun', 400, aliyun(code))).toMatchObject({ outcome: 'unknown' }),
  );
  it.each(['InternalError.Timeout', 'InternalError.SendAndRecvFail', 'InternalError.OtherError'])(
    'Tencent %s',
    async (code) =>
      expect(await resultOf('tencent', 200, tencentError(code))).toMatchObject({
        outcome: 'unknown',
      }),
  );
  it('Twilio: accepted, and undelivered already', async () => {
    const body = { sid: 'SM1', status: 'undelivered', error_code: 30003 };
    expect(await resultOf('twilio', 201, body)).toMatchObject({ outcome: 'unknown' });
  });

  const REFUSALS = [
    ['yuntongxun', yuntongxun('160032')],
    ['aliyun', aliyun('isv.AMOUNT_NOT_ENOUGH')],
    ['tencent', tencentError('AuthFailure.SignatureFailure')],
    ['twilio', twilio(20003)],
  ] as const;
  it.each(REFUSALS)('%s: a refusal in a 5xx or in a redirect', async (vendor, body) => {
    for (const status of [500, 502, 503, 302]) {
      expect(await resultOf(vendor, status, body)).toMatchObject({ outcome: 'unknown' });
    }
  });

  const SUCCESSES = [
    ['yuntongxun', yuntongxun('000000')],
    ['aliyun', aliyun('OK')],
    ['tencent', tencentStatus('Ok')],
    ['twilio', { sid: 'SM1', status: 'queued' }],
  ] as const;
  it.each(SUCCESSES)('%s: a success in anything but a 2xx', async (vendor, body) => {
    expect(await resultOf(vendor, 200, body)).toMatchObject({ outcome: 'sent' });
    for (const status of [302, 400, 500]) {
      expect(await resultOf(vendor, status, body)).toMatchObject({ outcome: 'unknown' });
    }
  });

  const NONSENSE = [
    ['yuntongxun', yuntongxun(0)],
    ['yuntongxun', yuntongxun('0')],
    ['yuntongxun', yuntongxun('000000 ')],
    ['yuntongxun', yuntongxun(null)],
    ['aliyun', aliyun(200)],
    ['aliyun', aliyun('')],
    ['aliyun', { code: 'OK' }],
    ['tencent', tencentStatus(['Ok'])],
    ['tencent', { Response: { SendStatusSet: [] } }],
    ['tencent', { Response: { SendStatusSet: [{ Code: 'Ok' }, { Code: 'Ok' }] } }],
    ['tencent', { SendStatusSet: [{ Code: 'Ok' }] }],
    ['twilio', { sid: 1, status: 'queued' }],
    ['twilio', { status: 'queued' }],
    ['twilio', twilio('21211')],
  ] as const;
  it.each(NONSENSE)('%s: %j', async (vendor, body) => {
    expect(await resultOf(vendor, 200, body)).toMatchObject({ outcome: 'unknown' });
  });

  const BRIEF = VENDORS.filter((vendor) => vendor !== 'webhook'); // whose 2xx needs no body
  it.each(BRIEF)('%s: a body of anything else', async (vendor) => {
    for (const body of ['', 'OK', '<html>', '{"Code":"OK"', '[]', 'null', '"OK"', '[[[[']) {
      expect(await resultOf(vendor, 200, body)).toMatchObject({ outcome: 'unknown' });
    }
  });

  it.each(SUCCESSES)('%s: a success of more bytes than any answer has', async (vendor, body) => {
    const text = JSON.stringify(body);
    const longest = text + ' '.repeat(ANSWER_LIMIT_BYTES - new TextEncoder().encode(text).length);
    expect(await resultOf(vendor, 200, longest)).toMatchObject({ outcome: 'sent' });
    expect(await resultOf(vendor, 200, `${longest} `)).toMatchObject({ outcome: 'unknown' });
  });
});

describe('a success', () => {
  it('Yuntongxun: in either spelling', async () => {
    const sid = { smsMessageSid: 'sid' };
    for (const name of ['templateSMS', 'TemplateSMS']) {
      const body = { ...yuntongxun('000000'), [name]: sid };
      expect(await resultOf('yuntongxun', 200, body)).toEqual({ outcome: 'sent', vendorId: 'sid' });
    }
  });

  it('Yuntongxun: with the signature given back, of which no log may know', async () => {
    const settings = settingsFor('http://127.0.0.1:1');
    const { request } = await sendBy('yuntongxun', settings);
    const signature = new URL(request.url).searchParams.get('sig') ?? '';
    for (const echo of [signature, signature.toLowerCase(), `sig-${signature}`]) {
      const body = { ...yuntongxun('000000'), templateSMS: { smsMessageSid: echo } };
      expect(await resultOf('yuntongxun', 200, body)).toEqual({ outcome: 'sent' });
    }
  });

  it('Twilio: accepted and failed at once is a refusal', async () => {
    const body = { sid: 'SM1', status: 'failed', error_code: 21610 };
    expect(await resultOf('twilio', 201, body)).toEqual(number('21610'));
    const silent = { sid: 'SM1', status: 'canceled', error_code: null };
    expect(await resultOf('twilio', 201, silent)).toEqual(account('canceled'));
  });

  it('the webhook: any 2xx, whatever its body', async () => {
    for (const status of [200, 202]) {
      expect(await resultOf('webhook', status, 'refused!')).toEqual({ outcome: 'sent' });
    }
  });

  it('the webhook: nothing but a 2xx', async () => {
    for (const status of [301, 307, 500, 503]) {
      expect(await resultOf('webhook', status, 'ok')).toMatchObject({ outcome: 'unknown' });
    }
    expect(await resultOf('webhook', 422, 'ok')).toEqual(account('HTTP-422'));
  });
});

it("shows a vendor's code only if it is made of letters", async () => {
  for (const code of ['X.13800138000', '012345', 'a b', 'x'.repeat(81), '爱家']) {
    expect(await resultOf('aliyun', 200, aliyun(code))).toEqual(account('illegible'));
    expect(await resultOf('tencent', 200, tencentError(code))).toEqual(account('illegible'));
  }
});
