import { describe, expect, it } from 'vitest';
import { only, refusedBy, sendBy } from './capture.ts';
import tencentBasic from './vectors/tencent-01-basic.json';
import tencentLimit from './vectors/tencent-04-status-limit.json';
import tencentError from './vectors/tencent-05-api-error.json';
import tencentFirst from './vectors/tencent-first-second-of-day.json';
import tencentLast from './vectors/tencent-last-second-of-day.json';
import tencentSpecial from './vectors/tencent-special-characters.json';
import tencentTemporary from './vectors/tencent-temporary.json';

describe('Tencent', () => {
  const VECTORS = [tencentBasic, tencentSpecial, tencentTemporary, tencentLast, tencentFirst];
  const settingsOf = (inputs: (typeof VECTORS)[number]['inputs']) => ({
    TENCENT_SECRET_ID: inputs.secretId,
    TENCENT_SECRET_KEY: inputs.secretKey,
    TENCENT_TOKEN: 'token' in inputs ? String(inputs.token) : '',
    TENCENT_SDK_APP_ID: inputs.request.SmsSdkAppId,
    TENCENT_SIGN_NAME: inputs.request.SignName,
    TENCENT_TEMPLATE_ID: inputs.request.TemplateId,
    TENCENT_REGION: inputs.region,
  });

  it.each(VECTORS)('asks what the SDK asks: $name', async ({ inputs, clock, request: seen }) => {
    const seconds = clock.epoch_seconds;
    const { request } = await sendBy('tencent', settingsOf(inputs), { seconds });
    const names = ['authorization', 'content-type', 'x-tc-action', 'x-tc-region'].concat(
      ['x-tc-timestamp', 'x-tc-version'],
      'token' in inputs ? ['x-tc-token'] : [],
    );
    expect(request.headers).toEqual(only(seen.headers, names));
    expect(request.body).toBe(seen.body);
    expect(new URL(request.url).host).toBe(seen.headers.host);
  });

  it.each([
    [tencentBasic, { outcome: 'sent', vendorId: '5000:1045710669157053657849499619' }],
    [tencentLimit, refusedBy('LimitExceeded.PhoneNumberThirtySecondLimit', 'number')],
    [tencentError, refusedBy('AuthFailure.SignatureFailure', 'account')],
  ])('understands the answer: $name', async ({ inputs, stub_reply }, expected) => {
    const { result } = await sendBy('tencent', settingsOf(inputs), { reply: stub_reply });
    expect(result).toEqual(expected);
  });
});
