/** What `npm run stats` shows, whatever it is shown on. */
import type { AnalyticsStats } from './analytics.ts';
import { FUNNEL, type LedgerStats } from './ledger.ts';
import { totalOf } from './table.ts';

export interface Stats {
  now: number;
  ledger: LedgerStats;
  /** Null while there are no data points to ask for. */
  analytics: AnalyticsStats | null;
  /** From the captcha to the account, the last 24 hours. */
  funnel: { name: string; n: number }[];
  /** Single numbers. */
  facts: { name: string; value: string }[];
  /** Where the numbers come from, and what they leave out. */
  notes: string[];
}

export function statsOf(
  now: number,
  ledger: LedgerStats,
  analytics: AnalyticsStats | null,
  whyNot: string,
): Stats {
  const drawn =
    analytics === null
      ? []
      : [{ name: 'captchas drawn', n: totalOf(analytics.hours, 'captchas drawn') }];
  const outcomes = ledger.outcomes.map(({ outcome, n }) => `${outcome} ${n}`).join(', ');
  return {
    now,
    ledger,
    analytics,
    funnel: [...drawn, ...FUNNEL.map((name) => ({ name, n: totalOf(ledger.hours, name) }))],
    facts: [
      { name: 'captchas spent in the last hour', value: String(ledger.captchasSpent) },
      { name: 'SMS counted for the budget', value: String(ledger.sms) },
      { name: 'sign-up codes used, as the brake counts', value: usedOf(ledger) },
      { name: 'codes by what became of them', value: outcomes === '' ? 'none' : outcomes },
    ],
    notes: [
      'Codes, accounts and log-ins: D1, whose rows of codes last 24 hours and of events 180 days. Who has left is not counted.',
      analytics === null
        ? `Captchas drawn and refusals by reason: not shown, ${whyNot}.`
        : 'Captchas drawn and refusals: Workers Analytics Engine, sampled when there are many.',
    ],
  };
}

/** How many of how many, and what part: the number that `SMS_BRAKE_RATIO` is to be well below. */
function usedOf({ codes, codesUsed }: LedgerStats): string {
  if (codes === 0) return '0';
  return `${codesUsed} of ${codes}, a ratio of ${(codesUsed / codes).toFixed(2)}`;
}
