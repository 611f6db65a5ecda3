import { describe, expect, it } from 'vitest';
import { acs3Authorization } from '../../src/sms/providers/aliyun.ts';
import { refusedBy, resultOf, sendBy } from './capture.ts';
import alibabaBasic from './vectors/alibaba-01-basic.json';
import alibabaLimit from './vectors/alibaba-04-business-limit.json';
import alibabaSignature from './vectors/alibaba-05-http400.json';
import alibabaThrottled from './vectors/alibaba-06-http503-throttling.json';
import alibabaPort from './vectors/alibaba-port.json';
import alibabaMinimal from './vectors/alibaba-sign-01-minimal-headers.json';
import alibabaManual from './vectors/alibaba-sign-03-manual-example.json';
import alibabaSpecial from './vectors/alibaba-special-characters.json';
import alibabaTemporary from './vectors/alibaba-temporary.json';

describe('Alibaba', () => {
  const VECTORS = [alibabaMinimal, alibabaSpecial, alibabaTemporary, alibabaPort];

  it.each(VECTORS)('asks what the SDK asks: $name', async ({ inputs, authorization }) => {
    const { host, ...headers } = inputs.headers;
    const { request } = await sendBy(
      'aliyun',
      {
        ALIYUN_ACCESS_KEY_ID: inputs.accessKeyId,
        ALIYUN_ACCESS_KEY_SECRET: inputs.accessKeySecret,
        ALIYUN_SIGN_NAME: inputs.query.SignName,
        ALIYUN_TEMPLATE_CODE: inputs.query.TemplateCode,
        ALIYUN_SECURITY_TOKEN:
          'x-acs-security-token' in headers ? String(headers['x-acs-security-token']) : '',
        ALIYUN_ENDPOINT: `https://${host}`,
      },
      { nonce: headers['x-acs-signature-nonce'] },
    );
    expect(request.headers).toEqual({ ...headers, accept: 'application/json', authorization });
    expect(request.body).toBeUndefined();
    const url = new URL(request.url);
    expect(Object.fromEntries(url.searchParams)).toEqual(inputs.query);
    expect(url.host).toBe(host);
    expect(url.search).not.toMatch(/[!'()*+]/); // the canonical form is on the wire too
  });

  it('signs every x-acs header that it is given', async () => {
    const { host, ...all } = alibabaBasic.request.headers;
    const signed = Object.entries(all).filter(([name]) => name.startsWith('x-acs-'));
    const query = Object.fromEntries(new URL(alibabaBasic.request.url).searchParams);
    const { accessKeyId: id, accessKeySecret: secret } = alibabaBasic.inputs;
    const headers = { host, ...Object.fromEntries(signed) };
    expect(await acs3Authorization(headers, query, { id, secret })).toBe(all.authorization);
  });

  it("signs the manual's example", async () => {
    const { inputs, authorization } = alibabaManual;
    const keys = { id: inputs.accessKeyId, secret: inputs.accessKeySecret };
    expect(await acs3Authorization(inputs.headers, inputs.query, keys)).toBe(authorization);
  });

  it('takes any throttling of the gateway as a refusal, and no other 503', async () => {
    expect(await resultOf('aliyun', 503, { Code: 'Throttling' })).toEqual(
      refusedBy('Throttling', 'account'),
    );
    expect(await resultOf('aliyun', 503, { Code: 'Throttled' })).toMatchObject({
      outcome: 'unknown',
    });
  });

  it.each([
    [alibabaBasic, { outcome: 'sent', vendorId: '900619746936498440^0' }],
    [alibabaLimit, refusedBy('isv.BUSINESS_LIMIT_CONTROL', 'number')],
    [alibabaSignature, refusedBy('SignatureDoesNotMatch', 'account')],
    [alibabaThrottled, refusedBy('Throttling.User', 'account')],
  ])('understands the answer: $name', async ({ inputs, stub_reply, request: seen }, expected) => {
    const { request, result } = await sendBy(
      'aliyun',
      {
        ALIYUN_ACCESS_KEY_ID: inputs.accessKeyId,
        ALIYUN_ACCESS_KEY_SECRET: inputs.accessKeySecret,
        ALIYUN_SIGN_NAME: inputs.request.signName,
        ALIYUN_TEMPLATE_CODE: inputs.request.templateCode,
      },
      { nonce: inputs.nonce, reply: stub_reply },
    );
    expect(request.url).toBe(seen.url);
    expect(result).toEqual(expected);
  });
});
