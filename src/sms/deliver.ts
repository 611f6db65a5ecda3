/**
 * Hands one message to the vendors in their order. The next is asked when the one before certainly did not send;
 * after an unknown outcome the setting says: `next` may send the same code twice, `stop` may not send it at all.
 */
import type { Config } from '../config.ts';
import { withDeadline } from '../lib/deadline.ts';
import { describeError, type Level, type Log } from '../lib/log.ts';
import { maskMobile } from '../lib/mobile.ts';
import { unknown } from './exchange.ts';
import type { Outcome } from './issues.ts';
import { legibleId, withoutSecrets } from './legible.ts';
import type { SendResult, SmsMessage, SmsProvider } from './provider.ts';

export type DeliveryPolicy = Pick<
  Config,
  'SMS_TIMEOUT_MS' | 'SMS_TOTAL_TIMEOUT_MS' | 'SMS_AFTER_TIMEOUT'
>;

/** Never throws. `unknown` if any vendor may have sent the message and none said that it did. */
export async function deliver(
  providers: readonly SmsProvider[],
  message: SmsMessage,
  policy: DeliveryPolicy,
  log: Log,
): Promise<Outcome> {
  const deadline = Date.now() + policy.SMS_TOTAL_TIMEOUT_MS;
  let outcome: Outcome = 'refused';
  for (const provider of providers) {
    const timeoutMs = Math.min(policy.SMS_TIMEOUT_MS, deadline - Date.now());
    if (timeoutMs <= 0) break;
    const started = Date.now();
    const result = await attempt(provider, message, timeoutMs);
    log(levelOf(result), 'sms_send', {
      provider: provider.name,
      mobile: maskMobile(message.mobile),
      send_id: message.sendId,
      ...describe(result, message),
      ms: Date.now() - started,
    });
    if (result.outcome === 'sent') return 'sent';
    if (result.outcome === 'unknown') outcome = 'unknown';
    if (result.outcome === 'unknown' && policy.SMS_AFTER_TIMEOUT === 'stop') break;
    if (result.outcome === 'refused' && result.because === 'number') break;
  }
  return outcome;
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

/** The result as the log may have it: a vendor may echo the number or the code in any of its words. */
function describe(result: SendResult, { code, mobile }: SmsMessage) {
  const { outcome } = result;
  return { outcome, ...withoutSecrets(detailsOf(result), [code, mobile]) };
}

function detailsOf(result: SendResult): Record<string, string | undefined> {
  if (result.outcome === 'unknown') return { why: result.why };
  if (result.outcome === 'refused') {
    return { because: result.because, vendor_code: result.vendorCode };
  }
  const { vendorId } = result;
  return vendorId === undefined ? {} : { vendor_id: legibleId(vendorId) };
}
