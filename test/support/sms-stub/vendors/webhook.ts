import { ACCOUNTS } from '../accounts.ts';
import { header, inspector, json, mac, objectIn, type StubVendor } from '../vendor.ts';

export const webhook: StubVendor = {
  recognises: ({ path }) => path.startsWith('/webhook'),
  badSignature: '401',

  read(request) {
    const { problems, expect } = inspector();
    const key = Buffer.from(ACCOUNTS.WEBHOOK_SECRET.replace('whsec_', ''), 'base64');
    const id = header(request, 'webhook-id');
    const timestamp = header(request, 'webhook-timestamp');
    const signed = mac(key, `${id}.${timestamp}.${request.body.toString()}`).toString('base64');
    expect(request.method === 'POST' && request.path === '/webhook?to=sms', 'method or path');
    expect(header(request, 'webhook-signature') === `v1,${signed}`, 'webhook-signature');
    expect(Math.abs(Number(timestamp) * 1000 - Date.now()) < 60_000, 'webhook-timestamp');
    expect(header(request, 'content-type') === 'application/json', 'content-type');
    const { send_id, mobile, code, minutes, purpose } = objectIn(request.body.toString());
    expect(send_id === id && id !== '', 'send_id');
    expect(typeof code === 'string' && /^[0-9]{6}$/.test(code), 'code');
    expect(minutes === 5, 'minutes');
    expect(['signup', 'login', 'reset', 'delete'].includes(String(purpose)), 'purpose');
    return { mobile: String(mobile), code: String(code), problems };
  },

  sent: () => ({ status: 202, body: 'accepted' }),
  refused: (code) => json(Number(code), { refused: true }),
};
