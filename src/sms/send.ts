/**
 * The one way a code is sent: open an issue, hold the code, ask the vendors, settle. The code lives only when all
 * four have worked. From the verdict on everything must finish, also when the client has hung up.
 */
import type { Language, Reason } from '../answers.ts';
import type { Drawing } from '../captcha/claims.ts';
import { type Config, SMS_CODE_LIFETIME_S } from '../config.ts';
import type { Ledger } from '../db/ledger.ts';
import { plainId, randomCode } from '../lib/crypto.ts';
import { describeError } from '../lib/log.ts';
import { timed } from '../lib/timings.ts';
import { type CodeStore, holdCode } from './codes.ts';
import { deliver, type Delivery, type DeliveryPolicy } from './deliver.ts';
import { type Issue, openIssue } from './issues.ts';
import type { Errand } from './errands.ts';
import type { SmsProvider } from './provider.ts';
import { settleIssue, UNSENT } from './settle.ts';
import { smsText } from './text.ts';
import type { VolumePolicy } from './volume.ts';

export interface SmsService extends CodeStore {
  providers: readonly SmsProvider[];
  policy: DeliveryPolicy & VolumePolicy & Pick<Config, 'WEBOTP_HOST'>;
}

export type SendVerdict = { verdict: Reason; retryAfterMs?: number; code?: string };

const ANSWER = { sent: 'sms_sent', refused: 'sms_refused', unknown: 'sms_unknown' } as const;

interface CodeRequest extends Errand {
  drawing: Drawing;
  language: Language;
}

/** Sends a code to the mobile for the price of one drawing. `code` comes back only when it was sent. */
export async function sendCode(
  ledger: Ledger,
  sms: SmsService,
  { drawing, language, ...errand }: CodeRequest,
): Promise<SendVerdict> {
  const { mobile, purpose } = errand;
  const issue: Issue = { ...errand, issueId: plainId(), issuedAt: ledger.now };
  const code = randomCode();
  try {
    const opened = await openIssue(ledger, issue, drawing, sms.policy);
    if (opened.verdict !== 'opened') return opened;
    await holdCode(ledger, sms, issue, code);
  } catch (fault) {
    await settleQuietly(ledger, issue, UNSENT, sms.policy); // it may be open without our knowing
    throw fault;
  }
  const minutes = Math.floor(SMS_CODE_LIFETIME_S / 60);
  const text = smsText(code, minutes, language, purpose, sms.policy.WEBOTP_HOST);
  const message = { mobile, code, minutes, purpose, text, sendId: issue.issueId };
  const delivery = await timed(ledger.timings, 'sms_ms', () =>
    deliver(sms.providers, message, sms.policy, ledger.log),
  );
  const live = await settleQuietly(ledger, issue, delivery, sms.policy);
  if (delivery.outcome !== 'sent') return { verdict: ANSWER[delivery.outcome] };
  // Sent, but the code is dead, and the user is told so.
  return live ? { verdict: ANSWER.sent, code } : { verdict: 'sms_unsaved' };
}

/** Whether the code surely lives. If nothing could be recorded the issue stays pending: its code is dead, its slot taken. */
async function settleQuietly(
  ledger: Ledger,
  issue: Issue,
  delivery: Delivery | typeof UNSENT,
  { SMS_DAILY_BUDGET }: VolumePolicy,
): Promise<boolean> {
  try {
    return await settleIssue(ledger, issue, delivery, SMS_DAILY_BUDGET);
  } catch (error) {
    const { outcome } = delivery;
    const fields = { send_id: issue.issueId, outcome, error: describeError(error) };
    ledger.log('error', 'sms_unsettled', fields);
    return false;
  }
}
