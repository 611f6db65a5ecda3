/** What to do about the common refusals, for `sms:try`. The long form is docs/sms.md. */
import type { SendResult } from '../src/sms/provider.ts';

type Advice = readonly [code: RegExp, advice: string];

const SIGNATURE =
  'The id or the secret is wrong, or this machine’s clock is more than 5 minutes off.';
const SIGN_NAME =
  'The sign name is not approved for this account. Compare it, without brackets, with the vendor’s console.';
const TEMPLATE =
  'The template does not exist, is not approved, or has other variables than docs/sms.md says.';
const ADDRESS =
  'The vendor does not accept calls from this address. Add it to the allow-list, or go through a relay (docs/sms.md, “Calling from the mainland”).';
const MONEY = 'The balance or the package is used up, or the service is not activated.';
const PERMISSION = 'The key is right but may not send SMS: give it the permission.';
const OFTEN = 'This number was sent to too often. Wait, or try another number.';
const LIMITS =
  'The account’s own limit is reached. Have it raised in the vendor’s console, or wait.';
const NUMBER = 'The vendor does not send to this number: malformed, not a mobile, or unsubscribed.';
const STATUS =
  'The answer is not in the vendor’s own words: usually a relay, a proxy or the endpoint is wrong.';

const ADVICE: Record<string, readonly Advice[]> = {
  yuntongxun: [
    [/^1111(06|09|13|41|81)$/, `${SIGNATURE} 111141: no such account; 111181: no such app.`],
    [/^160053$/, ADDRESS],
    [/^(160032|160043|160052|160069|112310)$/, TEMPLATE],
    [/^113302$/, 'A test template reaches registered test numbers only: register this one.'],
    [/^(111142|160014)$/, MONEY],
    [/^111111$/, LIMITS],
    [/^(160015|160021|160022|160038|160039|160040|160041)$/, OFTEN],
    [/^(112317|160013|160034|160042|160051|160068)$/, NUMBER],
  ],
  aliyun: [
    [/^isv\.DENY_IP_RANGE$/, ADDRESS],
    [/^(SignatureDoesNotMatch|IncompleteSignature|Invalid(AccessKeyId|TimeStamp))/, SIGNATURE],
    [/SIGN(ATURE|_)/, SIGN_NAME],
    [/TEMPLATE|INVALID_JSON_PARAM|INVALID_PARAMETERS|PARAM_/, TEMPLATE],
    [/AMOUNT_NOT_ENOUGH|OUT_OF_SERVICE|PRODUCT_UN_SUBSCRIPT|ACCOUNT_/, MONEY],
    [/RAM_PERMISSION_DENY|NoPermission|Forbidden/, PERMISSION],
    [/BUSINESS_LIMIT_CONTROL/, OFTEN],
    [/(DAY|MONTH)_LIMIT_CONTROL|^Throttling/, LIMITS],
    [/MOBILE_NUMBER_ILLEGAL/, NUMBER],
  ],
  tencent: [
    [/RequestIpNotInWhitelist/, ADDRESS],
    [/^AuthFailure\.UnauthorizedOperation/, PERMISSION],
    [/^AuthFailure/, SIGNATURE],
    [/SignatureIncorrectOrUnapproved/, SIGN_NAME],
    [/Template/, TEMPLATE],
    [/SdkAppId/, 'TENCENT_SDK_APP_ID is not an application of this account, or it is disabled.'],
    [/InsufficientBalance|Arrears/, MONEY],
    [/UnsuportedRegion/, 'TENCENT_REGION must be one that has SMS, such as ap-guangzhou.'],
    [/^LimitExceeded\.(PhoneNumber(?!Count)|DeliveryFrequencyLimit)/, OFTEN],
    [/^LimitExceeded|^RequestLimitExceeded/, LIMITS],
    [/PhoneNumber/, NUMBER],
  ],
  twilio: [
    [/^20003$|^HTTP-40[13]$/, SIGNATURE],
    [/^21606$/, 'TWILIO_FROM cannot send SMS to mainland China.'],
    [/^21608$/, 'A trial account reaches verified numbers only: verify this one.'],
    [/^21408$/, 'Enable China under Messaging, Settings, Geo permissions.'],
    [/^21612$/, 'There is no route from TWILIO_FROM to this number: use a messaging service.'],
    [/^20429$/, LIMITS],
    [/^(21211|21217|21610|21614|21635)$/, NUMBER],
  ],
  webhook: [[/^HTTP-4/, 'Your service refused. It must answer 2xx once the message is accepted.']],
};

/** Lines of advice on a result: none for a success. */
export function adviceOn(vendor: string, result: SendResult): string[] {
  if (result.outcome === 'sent') return [];
  if (result.outcome === 'unknown') {
    return [
      'The vendor gave no clear answer, so the message may have been sent.',
      'Check the endpoint, a proxy in between, and the vendor’s status page.',
    ];
  }
  const { vendorCode } = result;
  const known = ADVICE[vendor]?.find(([pattern]) => pattern.test(vendorCode));
  if (known === undefined && vendorCode.startsWith('HTTP-')) return [STATUS];
  return [known?.[1] ?? `Look ${vendorCode} up in the vendor’s list of codes.`];
}
