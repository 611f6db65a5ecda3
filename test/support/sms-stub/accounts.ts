/** The accounts that the stub knows. All made up; the names hold what signatures get wrong. */
export const ACCOUNTS = {
  YUNTONGXUN_ACCOUNT_SID: '8aaf070800000000000000000000000a',
  YUNTONGXUN_AUTH_TOKEN: 'stub-yuntongxun-token',
  YUNTONGXUN_APP_ID: '8aaf070800000000000000000000000b',
  YUNTONGXUN_TEMPLATE_ID: '1',
  ALIYUN_ACCESS_KEY_ID: 'stubAliyunId',
  ALIYUN_ACCESS_KEY_SECRET: 'stub-aliyun-secret',
  ALIYUN_SIGN_NAME: "爱家 (租房)!*'~+&=%/",
  ALIYUN_TEMPLATE_CODE: 'SMS_154950909',
  TENCENT_SECRET_ID: 'stubTencentId',
  TENCENT_SECRET_KEY: 'stub-tencent-key',
  TENCENT_SDK_APP_ID: '1400006666',
  TENCENT_SIGN_NAME: '爱家 “租房” 🏠',
  TENCENT_TEMPLATE_ID: '449739',
  TENCENT_REGION: 'ap-guangzhou',
  TWILIO_ACCOUNT_SID: 'ACstubaccount0000000000000000001',
  TWILIO_AUTH_TOKEN: 'stub-twilio-token',
  TWILIO_FROM: '+15005550006',
  WEBHOOK_SECRET: 'whsec_c3R1Yi13ZWJob29rLXNlY3JldC0wMTIzNDU2Nzg5',
} as const;

/** Temporary credentials: the token that must then come along, signed where the vendor says so. */
export const TOKENS = {
  ALIYUN_SECURITY_TOKEN: 'stub-aliyun-sts+/=',
  TENCENT_TOKEN: 'stub-tencent-sts+/=',
} as const;

/** Everything that a worker needs in order to send through a stub at this address. */
export function settingsFor(origin: string) {
  return {
    ...ACCOUNTS,
    YUNTONGXUN_ENDPOINT: origin,
    ALIYUN_ENDPOINT: origin,
    TENCENT_ENDPOINT: origin,
    TWILIO_ENDPOINT: origin,
    WEBHOOK_URL: `${origin}/webhook?to=sms`,
  };
}
