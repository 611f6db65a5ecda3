import { describe, expect, it } from 'vitest';
import type { Behaviour, VendorName } from '../support/sms-stub/behaviour.ts';
import { VENDORS } from '../support/sms-stub/behaviour.ts';
import { ACCOUNTS, TOKENS } from '../support/sms-stub/accounts.ts';
import { receivedBy, tellStub } from '../support/sms-stub/client.ts';
import {
  createStubWorld,
  expectNothingSecret,
  mobilesFrom,
  REFUSED,
  SENT,
  UNKNOWN,
} from './stub-world.ts';

const nextMobile = mobilesFrom('1380001');
const JSON_VENDORS = VENDORS.filter((vendor) => vendor !== 'webhook'); // of a webhook only the status counts

const OF_THE_NUMBER: Partial<Record<VendorName, string>> = {
  yuntongxun: '160042',
  aliyun: 'isv.BUSINESS_LIMIT_CONTROL',
  tencent: 'LimitExceeded.PhoneNumberDailyLimit',
  twilio: '21610',
};
const OF_THE_ACCOUNT: Record<VendorName, string> = {
  yuntongxun: '160053',
  aliyun: 'isv.DENY_IP_RANGE',
  tencent: 'FailedOperation.InsufficientBalanceInSmsPackage',
  twilio: '20003',
  webhook: '400',
};

const SECRETS: Record<(typeof JSON_VENDORS)[number], string> = {
  yuntongxun: ACCOUNTS.YUNTONGXUN_AUTH_TOKEN,
  aliyun: ACCOUNTS.ALIYUN_ACCESS_KEY_SECRET,
  tencent: ACCOUNTS.TENCENT_SECRET_KEY,
  twilio: ACCOUNTS.TWILIO_AUTH_TOKEN,
};

/** One code asked of one vendor that behaves so: the answer, and the world to look at. */
async function sendThrough(
  vendor: VendorName,
  behaviour: Behaviour,
  vars: Record<string, string> = {},
) {
  const mobile = nextMobile();
  await tellStub(mobile, { [vendor]: behaviour });
  const world = createStubWorld(vendor, vars);
  const answer = await world.askCode(mobile);
  const received = await receivedBy(mobile);
  expect(received.map(({ problems }) => problems)).toEqual([[]]);
  expectNothingSecret(world, mobile, received[0]?.code ?? '');
  return { world, mobile, answer, received };
}

describe.each(VENDORS)('%s', (vendor) => {
  it('sends what the vendor accepts, once, and logs what is needed to follow it', async () => {
    const { world, mobile, answer } = await sendThrough(vendor, { does: 'send' });
    expect(answer).toEqual(SENT);
    expect(await world.ledger(mobile)).toEqual({ outcomes: ['sent'], issued: 1, dead: 0 });
    expect(world.events('sms_send')).toEqual([
      expect.objectContaining({
        level: 'info',
        event: 'sms_send',
        provider: vendor,
        outcome: 'sent',
        mobile: `138****${mobile.slice(-4)}`,
        ms: expect.any(Number),
        request_id: expect.any(String),
        send_id: expect.any(String),
      }),
    ]);
  });

  it('takes a refusal of the account as not sent, and raises it', async () => {
    const code = OF_THE_ACCOUNT[vendor];
    const { world, mobile, answer } = await sendThrough(vendor, { does: 'refuse', code });
    expect(answer).toEqual(REFUSED);
    expect(await world.ledger(mobile)).toEqual({ outcomes: ['refused'], issued: 0, dead: 0 });
    const vendor_code = vendor === 'webhook' ? 'HTTP-400' : code;
    expect(world.events('sms_send')).toMatchObject([
      { level: 'error', because: 'account', vendor_code },
    ]);
  });

  it.each([400, 404, 429])('takes HTTP %i as not sent', async (status) => {
    const behaviour = { does: 'answer', status, body: '<html>13800138000' } as const;
    const { world, mobile, answer } = await sendThrough(vendor, behaviour);
    expect(answer).toEqual(REFUSED);
    expect(await world.ledger(mobile)).toEqual({ outcomes: ['refused'], issued: 0, dead: 0 });
  });

  it.each([500, 502, 503])('does not know after HTTP %i', async (status) => {
    const behaviour = { does: 'answer', status, body: '<html>13800138000' } as const;
    const { world, mobile, answer } = await sendThrough(vendor, behaviour);
    expect(answer).toEqual(UNKNOWN);
    expect(await world.ledger(mobile)).toEqual({ outcomes: ['unknown'], issued: 1, dead: 1 });
  });

  it.each(['reset', 'redirect'] as const)('does not know after a %s', async (does) => {
    const { world, mobile, answer } = await sendThrough(vendor, { does });
    expect(answer).toEqual(UNKNOWN);
    expect(await world.ledger(mobile)).toEqual({ outcomes: ['unknown'], issued: 1, dead: 1 });
    expect(world.events('sms_send')).toMatchObject([{ level: 'warn', outcome: 'unknown' }]);
  });

  it('does not know when no answer comes in time', async () => {
    const vars = { SMS_TIMEOUT_MS: '500' };
    const { world, mobile, answer } = await sendThrough(vendor, { does: 'hang' }, vars);
    expect(answer).toEqual(UNKNOWN);
    expect(await world.ledger(mobile)).toEqual({ outcomes: ['unknown'], issued: 1, dead: 1 });
    expect(world.events('sms_send')).toMatchObject([{ why: 'Error: no answer in 500 ms' }]);
  });
});

describe.each(JSON_VENDORS)('%s', (vendor) => {
  it('takes a refusal of the number as not sent', async () => {
    const code = OF_THE_NUMBER[vendor] ?? '';
    const { world, mobile, answer } = await sendThrough(vendor, { does: 'refuse', code });
    expect(answer).toEqual(REFUSED);
    expect(await world.ledger(mobile)).toEqual({ outcomes: ['refused'], issued: 0, dead: 0 });
    expect(world.events('sms_send')).toMatchObject([
      { level: 'warn', because: 'number', vendor_code: code },
    ]);
  });

  it.each(['{"', '[]', 'OK', ''])('does not know after the answer %j', async (body) => {
    const { world, mobile, answer } = await sendThrough(vendor, {
      does: 'answer',
      status: 200,
      body,
    });
    expect(answer).toEqual(UNKNOWN);
    expect(await world.ledger(mobile)).toEqual({ outcomes: ['unknown'], issued: 1, dead: 1 });
  });

  it.each(['huge', 'cut', 'slow'] as const)('does not know after a %s body', async (does) => {
    const vars = { SMS_TIMEOUT_MS: '500' };
    const { world, mobile, answer } = await sendThrough(vendor, { does }, vars);
    expect(answer).toEqual(UNKNOWN);
    expect(await world.ledger(mobile)).toEqual({ outcomes: ['unknown'], issued: 1, dead: 1 });
  });

  const ECHOES = ['<mobile>', '<code>', 'SM-<code>', SECRETS[vendor], 'https://<mobile>'];
  it.each(ECHOES)('logs nothing of a message id that echoes %s', async (echo) => {
    const success = {
      statusCode: '000000',
      templateSMS: { smsMessageSid: echo },
      Code: 'OK',
      BizId: echo,
      sid: echo,
      status: 'queued',
      Response: { SendStatusSet: [{ Code: 'Ok', SerialNo: echo }] },
    };
    const body = JSON.stringify(success);
    const { world } = await sendThrough(vendor, { does: 'answer', status: 200, body });
    expect(world.events('sms_send')).toMatchObject([{ outcome: 'sent', vendor_id: 'illegible' }]);
  });

  it.each(ECHOES)('logs nothing of a code that echoes %s', async (echo) => {
    const refusal = {
      statusCode: echo,
      Code: echo,
      code: echo,
      Response: { Error: { Code: echo } },
    };
    const body = JSON.stringify(refusal).replace('"code":"<code>"', '"code":<code>');
    const { world } = await sendThrough(vendor, { does: 'answer', status: 400, body });
    expect(world.events('sms_send')).toMatchObject([{ outcome: 'refused' }]);
  });
});

describe('the webhook', () => {
  it.each(['huge', 'cut', 'slow'] as const)('sent with a 2xx and a %s body', async (does) => {
    const { world, mobile, answer } = await sendThrough('webhook', { does });
    expect(answer).toEqual(SENT);
    expect(await world.ledger(mobile)).toEqual({ outcomes: ['sent'], issued: 1, dead: 0 });
  });
});

describe('the stub', () => {
  it.each([
    ['yuntongxun', 'YUNTONGXUN_AUTH_TOKEN', '111109'],
    ['aliyun', 'ALIYUN_ACCESS_KEY_SECRET', 'SignatureDoesNotMatch'],
    ['tencent', 'TENCENT_SECRET_KEY', 'AuthFailure.SignatureFailure'],
    ['twilio', 'TWILIO_AUTH_TOKEN', '20003'],
    ['webhook', 'WEBHOOK_SECRET', 'HTTP-401'],
  ] as const)('does not take a wrong secret for %s', async (vendor, variable, vendor_code) => {
    const world = createStubWorld(vendor, { [variable]: 'whsec_wrong000' });
    expect(await world.askCode(nextMobile())).toEqual(REFUSED);
    expect(world.events('sms_send')).toMatchObject([{ because: 'account', vendor_code }]);
  });
});

describe('temporary credentials', () => {
  it.each([
    ['aliyun', 'x-acs-security-token', TOKENS.ALIYUN_SECURITY_TOKEN],
    ['tencent', 'x-tc-token', TOKENS.TENCENT_TOKEN],
  ] as const)('come along to %s', async (vendor, header, token) => {
    const { answer, received } = await sendThrough(vendor, { does: 'send' }, TOKENS);
    expect(answer).toEqual(SENT);
    expect(received[0]?.headers[header]).toBe(token);
  });
});
