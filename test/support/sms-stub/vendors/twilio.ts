import { ACCOUNTS } from '../accounts.ts';
import { header, inspector, json, type StubVendor } from '../vendor.ts';

const STATUS: Record<string, number> = { '20003': 401, '20429': 429, '20500': 500 };

export const twilio: StubVendor = {
  recognises: ({ path }) => path.startsWith('/2010-04-01/Accounts/'),
  badSignature: '20003',

  read(request) {
    const { problems, expect } = inspector();
    const { TWILIO_ACCOUNT_SID: account, TWILIO_AUTH_TOKEN: secret, TWILIO_FROM } = ACCOUNTS;
    const login = Buffer.from(`${account}:${secret}`).toString('base64');
    const form = new URLSearchParams(request.body.toString());
    const text = form.get('Body') ?? '';
    expect(request.path === `/2010-04-01/Accounts/${account}/Messages.json`, 'path');
    expect(header(request, 'authorization') === `Basic ${login}`, 'authorization');
    expect(header(request, 'content-type') === 'application/x-www-form-urlencoded', 'content-type');
    expect(/^\+86[0-9]{11}$/.test(form.get('To') ?? ''), 'To');
    expect(form.get('From') === TWILIO_FROM || form.has('MessagingServiceSid'), 'From');
    expect(text.length > 0 && text.length <= 1600, 'Body');
    return {
      mobile: (form.get('To') ?? '').slice(3),
      code: /[0-9]{6}/.exec(text)?.[0] ?? '',
      problems,
    };
  },

  sent: () =>
    json(201, { sid: 'SMstubmessage0000000000000000001', status: 'queued', error_code: null }),
  refused: (code) =>
    json(STATUS[code] ?? 400, {
      code: Number(code),
      message: 'refused',
      more_info: `https://www.twilio.com/docs/errors/${code}`,
      status: STATUS[code] ?? 400,
    }),
};
