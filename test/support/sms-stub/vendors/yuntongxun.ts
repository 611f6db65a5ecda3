import { ACCOUNTS } from '../accounts.ts';
import { hash, header, inspector, json, objectIn, type StubVendor } from '../vendor.ts';

export const yuntongxun: StubVendor = {
  recognises: ({ path }) => path.startsWith('/2013-12-26/Accounts/'),
  badSignature: '111109',

  read(request) {
    const { problems, expect } = inspector();
    const url = new URL(request.path, 'http://stub');
    const [sid, stamp = ''] = Buffer.from(header(request, 'authorization'), 'base64')
      .toString()
      .split(':');
    const account = ACCOUNTS.YUNTONGXUN_ACCOUNT_SID;
    const signed = hash('md5', `${account}${ACCOUNTS.YUNTONGXUN_AUTH_TOKEN}${stamp}`);
    expect(url.pathname === `/2013-12-26/Accounts/${account}/SMS/TemplateSMS`, 'path');
    expect(sid === account, 'account in Authorization');
    expect(url.searchParams.get('sig') === signed.toUpperCase(), 'sig');
    expect(isChinaTime(stamp), 'timestamp');
    expect(header(request, 'accept') === 'application/json', 'accept');
    expect(header(request, 'content-type') === 'application/json;charset=utf-8', 'content-type');
    const { to, appId, templateId, datas, reqId } = objectIn(request.body.toString());
    const [code, minutes] = Array.isArray(datas) ? datas.map(String) : [];
    expect(appId === ACCOUNTS.YUNTONGXUN_APP_ID, 'appId');
    expect(templateId === ACCOUNTS.YUNTONGXUN_TEMPLATE_ID, 'templateId');
    expect(/^[0-9]{6}$/.test(code ?? '') && minutes === '5', 'datas');
    expect(typeof reqId === 'string' && /^[A-Za-z0-9]{1,32}$/.test(reqId), 'reqId');
    return { mobile: String(to), code: code ?? '', problems };
  },

  sent: () =>
    json(200, {
      statusCode: '000000',
      templateSMS: { dateCreated: '20240701163005', smsMessageSid: 'ff8080813c373cab013c94b0f0' },
    }),
  refused: (statusCode) => json(200, { statusCode, statusMsg: '拒绝' }),
};

/** Within a minute of now; the vendor allows a day, but then an hour too many would go unseen. */
function isChinaTime(stamp: string): boolean {
  const iso = stamp.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6+08:00');
  return Math.abs(Date.parse(iso) - Date.now()) < 60_000;
}
