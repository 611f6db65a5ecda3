import { describe, expect, it } from 'vitest';
import { only, refusedBy, sendBy } from './capture.ts';
import twilioBasic from './vectors/twilio-01-basic.json';
import twilioInvalid from './vectors/twilio-03-error-21211.json';
import twilioTooMany from './vectors/twilio-04-error-20429.json';
import yuntongxunBasic from './vectors/yuntongxun-01-basic.json';
import yuntongxunError from './vectors/yuntongxun-03-error.json';

describe('Twilio', () => {
  it.each([
    [twilioBasic, { outcome: 'sent', vendorId: 'SMtestmessage0000000000000000001' }],
    [twilioInvalid, refusedBy('21211', 'number')],
    [twilioTooMany, refusedBy('20429', 'account')],
  ])('asks and understands as the SDK does: $name', async (vector, expected) => {
    const { inputs, stub_reply, request: seen } = vector;
    const { request, result } = await sendBy(
      'twilio',
      {
        TWILIO_ACCOUNT_SID: inputs.username,
        TWILIO_AUTH_TOKEN: inputs.password,
        TWILIO_FROM: inputs.request.from,
      },
      { reply: stub_reply, message: { text: inputs.request.body } },
    );
    expect(request.url).toBe(seen.url);
    expect(request.headers).toEqual(
      only(seen.headers, ['accept', 'authorization', 'content-type']),
    );
    const sameTo = seen.body.replace(/^To=[^&]*/, 'To=%2B8613800138000');
    expect(request.body).toBe(`${sameTo}&ValidityPeriod=300`);
    expect(result).toEqual(expected);
  });
});

describe('Twilio, with both of either choice,', () => {
  it('uses the API key and the messaging service', async () => {
    const { request } = await sendBy('twilio', {
      TWILIO_ACCOUNT_SID: 'AC1',
      TWILIO_AUTH_TOKEN: 'token',
      TWILIO_API_KEY_SID: 'SK1',
      TWILIO_API_KEY_SECRET: 'secret',
      TWILIO_FROM: '+15005550006',
      TWILIO_MESSAGING_SERVICE_SID: 'MG1',
    });
    expect(request.url).toBe('https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json');
    expect(request.headers.authorization).toBe(`Basic ${btoa('SK1:secret')}`);
    const form = Object.fromEntries(new URLSearchParams(request.body));
    expect(form).toMatchObject({ MessagingServiceSid: 'MG1' });
    expect(form).not.toHaveProperty('From');
  });
});

describe('Yuntongxun', () => {
  it.each([
    [yuntongxunBasic, { outcome: 'sent', vendorId: 'ff8080813c373cab013c94b0f0512345' }],
    [yuntongxunError, refusedBy('160038', 'number')],
  ])('asks and understands as the SDK does: $name', async (vector, expected) => {
    const { clock, inputs, stub_reply, request: seen } = vector;
    const { request, result } = await sendBy(
      'yuntongxun',
      {
        YUNTONGXUN_ACCOUNT_SID: inputs.accountSid,
        YUNTONGXUN_AUTH_TOKEN: inputs.authToken,
        YUNTONGXUN_APP_ID: inputs.appId,
        YUNTONGXUN_TEMPLATE_ID: inputs.templateId,
      },
      { seconds: clock.epoch_seconds, reply: stub_reply },
    );
    expect(request.url).toBe(seen.url);
    expect(request.headers).toEqual(
      only(seen.headers, ['accept', 'authorization', 'content-type']),
    );
    const body: unknown = JSON.parse(request.body ?? '');
    expect(body).toEqual({ ...Object(JSON.parse(seen.body)), reqId: 'send-id-1' });
    expect(result).toEqual(expected);
  });

  it('stamps the day of UTC+8', async () => {
    const settings = {
      YUNTONGXUN_ACCOUNT_SID: 'a',
      YUNTONGXUN_AUTH_TOKEN: 'b',
      YUNTONGXUN_APP_ID: 'c',
      YUNTONGXUN_TEMPLATE_ID: '1',
    };
    const stampAt = async (iso: string) => {
      const { request } = await sendBy('yuntongxun', settings, { seconds: Date.parse(iso) / 1000 });
      return atob(request.headers.authorization ?? '');
    };
    expect(await stampAt('2024-12-31T15:59:59Z')).toBe('a:20241231235959');
    expect(await stampAt('2024-12-31T16:00:00Z')).toBe('a:20250101000000');
  });
});

describe('the webhook', () => {
  it('signs as Standard Webhooks describes', async () => {
    // The example of the specification's reference libraries: this key, this id, this time.
    const key = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const { request } = await sendBy(
      'webhook',
      { WEBHOOK_URL: 'https://sms.example.com/in?a=1', WEBHOOK_SECRET: `whsec_${key}` },
      { message: { sendId: 'msg_p5jXN8AQM9LWM0D4loKWxJek' } },
    );
    expect(request.url).toBe('https://sms.example.com/in?a=1');
    const id = request.headers['webhook-id'];
    const timestamp = request.headers['webhook-timestamp'];
    expect({ id, timestamp }).toEqual({
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: '1719822605',
    });
    const raw = Uint8Array.from(atob(key), (c) => c.charCodeAt(0));
    const hmac = await crypto.subtle.importKey(
      'raw',
      raw,
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['verify'],
    );
    const [version, signature = ''] = (request.headers['webhook-signature'] ?? '').split(',');
    const signed = new TextEncoder().encode(`${id}.${timestamp}.${request.body}`);
    const given = Uint8Array.from(atob(signature), (c) => c.charCodeAt(0));
    expect(version).toBe('v1');
    expect(await crypto.subtle.verify('HMAC', hmac, given, signed)).toBe(true);
  });

  it('calls its endpoint at the path of its URL', async () => {
    const { request } = await sendBy('webhook', {
      WEBHOOK_URL: 'https://sms.example.com/in?a=1',
      WEBHOOK_SECRET: 'whsec_AAAA',
      WEBHOOK_ENDPOINT: 'http://127.0.0.1:8799',
    });
    expect(request.url).toBe('http://127.0.0.1:8799/in?a=1');
  });
});
