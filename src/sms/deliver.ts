/**
 * Hands one message to the vendors in their order. The next is asked when the one before certainly did not send;
 * after an unknown outcome the setting says: `next` may send the same code twice, `stop` may not send it at all.
 */
import type { Config } from '../config.ts';
import { withDeadline } from '../lib/deadline.ts';
import { describeError, type Level, type Log } from '../lib/log.ts';
import { maskMobile } from '../lib/mobile.ts';
import { unknown } from './exchange.ts';
import { legibleId, withoutSecrets } from './legible.ts';
import type { SendResult, SmsMessage, SmsProvider } from './provider.ts';

export type DeliveryPolicy = Pick<
  Config,
  'SMS_TIMEOUT_MS' | 'SMS_TOTAL_TIMEOUT_MS' | 'SMS_AFTER_TIMEOUT'
>;

/** What came of a message, and how many SMS it may cost: one for every vendor that sent it, or may have. */
export interface Delivery {
  outcome: SendResult['outcome'];
  sms: number;
}

/** With less than this part of its time a vendor may send, and not be able to say so: it is not asked. */
const LEAST_PART = 0.1;

/** Never throws. `unknown` if any vendor may have sent the message and none said that it did. */
export async function deliver(
  providers: readonly SmsProvider[],
  message: SmsMessage,
  policy: DeliveryPolicy,
  log: Log,
): Promise<Delivery> {
  const deadline = Date.now() + policy.SMS_TOTAL_TIMEOUT_MS;
  const leastMs = LEAST_PART * Math.min(policy.SMS_TIMEOUT_MS, policy.SMS_TOTAL_TIMEOUT_MS);
  let sms = 0;
  for (const provider of providers) {
    const timeoutMs = Math.min(policy.SMS_TIMEOUT_MS, deadline - Date.now());
    if (timeoutMs < leastMs) {
      log('warn', 'sms_not_asked', { provider: provider.name, send_id: message.sendId });
      break;
    }
    const started = Date.now();
    const result = await attempt(provider, message, timeoutMs);
    log(levelOf(result), 'sms_send', {
      provider: provider.name,
      mobile: maskMobile(message.mobile),
      send_id: message.sendId,
      ...describe(result, [message.code, message.mobile, ...(provider.secrets ?? [])]),
      ms: Date.now() - started,
    });
    if (result.outcome !== 'refused') sms += 1;
    if (result.outcome === 'sent') return { outcome: 'sent', sms };
    if (result.outcome === 'unknown' && policy.SMS_AFTER_TIMEOUT === 'stop') break;
    if (result.outcome === 'refused' && result.because === 'number') break;
  }
  return { outcome: sms === 0 ? 'refused' : 'unknown', sms };
}

async function attempt(
  provider: SmsProvider,
  message: SmsMessage,
  timeoutMs: number,
): Promise<SendResult> {
  const controller = new AbortController();
  try {
    return await withDeadline(timeoutMs, provider.send(message, controller.signal));
  } catch (error) {
    return unknown(describeError(error));
  } finally {
    controller.abort();
  }
}

/** What is wrong with our account stays wrong until somebody sees to it. */
function levelOf(result: SendResult): Level {
  if (result.outcome === 'sent') return 'info';
  return result.outcome === 'refused' && result.because === 'account' ? 'error' : 'warn';
}

/** The result as the log may have it: a vendor may echo what it was sent in any of its words. */
const describe = (result: SendResult, secrets: readonly string[]) => ({
  outcome: result.outcome,
  ...withoutSecrets(detailsOf(result), secrets),
});

function detailsOf(result: SendResult): Record<string, string | undefined> {
  if (result.outcome === 'unknown') return { why: result.why };
  if (result.outcome === 'refused') {
    return { because: result.because, vendor_code: result.vendorCode };
  }
  const { vendorId } = result;
  return vendorId === undefined ? {} : { vendor_id: legibleId(vendorId) };
}
