import { describe, expect, it } from 'vitest';
import { createStubWorld, mobilesFrom, SENT } from './stub-world.ts';

const nextMobile = mobilesFrom('1380004');

describe('a vendor that is not wholly configured', () => {
  const REQUIRED = [
    ['yuntongxun', 'ACCOUNT_SID AUTH_TOKEN APP_ID TEMPLATE_ID'],
    ['aliyun', 'ACCESS_KEY_ID ACCESS_KEY_SECRET SIGN_NAME TEMPLATE_CODE'],
    ['tencent', 'SECRET_ID SECRET_KEY SDK_APP_ID SIGN_NAME TEMPLATE_ID REGION'],
    ['twilio', 'ACCOUNT_SID AUTH_TOKEN FROM'],
    ['webhook', 'URL SECRET'],
  ].flatMap(([vendor = '', names = '']) =>
    names.split(' ').map((name) => [`${vendor.toUpperCase()}_${name}`, vendor] as const),
  );

  const problemsWith = async (order: string, vars: Record<string, string>) => {
    const world = createStubWorld(order, vars);
    expect(await world.askCode('13800138000')).toEqual({ errno: '4500', errmsg: '内部错误' });
    const last = world.log().findLast((line) => line.includes('misconfigured')) ?? '{}';
    return Object(JSON.parse(last)).problems as string[];
  };

  it.each(REQUIRED)('stops the API and names %s', async (variable, vendor) => {
    const [problem, ...more] = await problemsWith(vendor, { [variable]: '' });
    expect(problem).toMatch(new RegExp(`^${variable}: is missing`));
    expect(more).toEqual([]);
  });

  it.each([
    ['ALIYUN_ENDPOINT', 'ftp://secret.example'],
    ['ALIYUN_ENDPOINT', 'https://relay.example/secret'],
    ['ALIYUN_ENDPOINT', 'https://secret@relay.example'],
    ['ALIYUN_ACCESS_KEY_SECRET', 'secret with a space'],
    ['ALIYUN_SIGN_NAME', ' secret'],
    ['ALIYUN_SIGN_NAME', '【secret】'],
    ['WEBHOOK_URL', 'sms.secret.example'],
    ['WEBHOOK_SECRET', 'whsec_***secret***'],
    ['WEBOTP_HOST', 'https://secret.example'],
    ['WEBOTP_HOST', 'secret.example:443'],
    ['WEBOTP_HOST', 'secret.example #1'],
    ['TWILIO_API_KEY_SECRET', 'secret'],
    ['TWILIO_FROM', '15005550006'],
    ['TWILIO_ACCOUNT_SID', 'secret/../..'],
  ])('stops the API over a malformed %s and does not quote it: %s', async (variable, value) => {
    const problems = await problemsWith('aliyun,webhook,twilio', { [variable]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^[A-Z_]+: /);
    expect(problems[0]?.startsWith(variable) || variable === 'TWILIO_API_KEY_SECRET').toBe(true);
    expect(problems[0]).not.toContain('secret.');
    expect(problems[0]).not.toContain(value);
  });

  it('asks nothing of vendors that are not in the order', async () => {
    const mobile = nextMobile();
    const world = createStubWorld('webhook', { ALIYUN_SIGN_NAME: '', TWILIO_FROM: '' });
    expect(await world.askCode(mobile)).toEqual(SENT);
  });

  it('stops the API when a vendor is named twice', async () => {
    expect(await problemsWith('aliyun,aliyun', {})).toEqual([
      'SMS_PROVIDERS: names a provider twice',
    ]);
  });

  it('stops production when codes would travel unencrypted', async () => {
    const vars = {
      ALIYUN_ENDPOINT: 'http://relay.example.com',
      WEBHOOK_URL: 'http://sms.example.com/in',
    };
    const problems = await problemsWith('aliyun,webhook', { ...vars, ENVIRONMENT: 'production' });
    expect(problems.toSorted()).toEqual([
      'ALIYUN_ENDPOINT: must be https in production',
      'WEBHOOK_URL: must be https in production',
    ]);
  });

  it.each(['https://203.0.113.7:8443', 'https://0xcb007107', 'https://[2001:db8::7]'])(
    'stops production when a vendor is to be called at %s, which the platform does not do',
    async (ALIYUN_ENDPOINT) => {
      const vars = { ALIYUN_ENDPOINT, ENVIRONMENT: 'production' };
      expect(await problemsWith('aliyun', vars)).toEqual([
        'ALIYUN_ENDPOINT: must name a host: the platform calls no IP address',
      ]);
    },
  );
});
