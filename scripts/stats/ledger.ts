/** What the database knows by itself. It costs nothing to keep, and so it has no more than the service needs. */
import {
  CAPTCHA_LIFETIME_S,
  DAY_MS,
  HOUR_MS,
  SECOND_MS,
  SMS_BUDGET_WINDOW_MS,
  SMS_VOLUME_SLOT_MS,
} from '../../src/config.ts';
import { CHINA_OFFSET_MS } from '../../src/lib/time.ts';
import type { Database, Row } from '../d1.ts';
import { type Count, type Step, STEP_MS, type Table, tableOf } from './table.ts';

export const HOURS = 24;
/** Of the clock's: of the oldest, only what is left of it. */
export const HOURS_TOUCHED = HOURS + 1;
export const DAYS = 30;
/** Kept for a day: by hour alone. */
export const CODES = ['codes for sign-up', 'sent', 'used', 'other codes'];
/** By hour and by day. */
export const ACCOUNTS = ['registered', 'log-ins', 'failed log-ins'];
export const FUNNEL = ['codes for sign-up', 'sent', 'used', 'registered'];

export interface LedgerStats {
  hours: Table;
  days: Table;
  /** Captchas that were spent, rightly or wrongly, in the last hour. Their rows are swept soon after. */
  captchasSpent: number;
  /** SMS that count for the budget of the last 24 hours, failover included. */
  sms: number;
  /** Sign-up codes in them that people could use, and those used: what the brake compares, an hour at a time. */
  codes: number;
  codesUsed: number;
  /** Codes of the last 24 hours by what the vendors said. */
  outcomes: { outcome: string; n: number }[];
}

export async function readLedger(db: Database, now: number): Promise<LedgerStats> {
  const day = now - DAY_MS;
  const slot = Math.floor((now - SMS_BUDGET_WINDOW_MS) / SMS_VOLUME_SLOT_MS);
  const drawn = now - HOUR_MS + CAPTCHA_LIFETIME_S * SECOND_MS; // a claim has its captcha's end
  const [spent = [], sms = [], outcomes = []] = await db.query(
    [
      `select count(*) as n from captcha_claims where expires_at > ${drawn}`,
      `select coalesce(sum(issued), 0) as n, coalesce(sum(issued - dead), 0) as codes, coalesce(sum(verified), 0) as used from sms_volume where slot >= ${slot}`,
      `select outcome, count(*) as n from sms_issues where issued_at > ${day} group by outcome order by n desc`,
    ].join(';\n'),
  );
  const hours = [...codeCounts(day), ...accountCounts('hour', day)];
  const days = accountCounts('day', now - DAYS * DAY_MS);
  const counts = await db.query([...hours, ...days].join(';\n'));
  const countsOf = (from: number, to?: number) => counts.slice(from, to).flat().map(countOf);
  return {
    hours: tableOf('hour', now, HOURS_TOUCHED, [...CODES, ...ACCOUNTS], countsOf(0, hours.length)),
    days: tableOf('day', now, DAYS, ACCOUNTS, countsOf(hours.length)),
    captchasSpent: Number(spent[0]?.['n']),
    sms: Number(sms[0]?.['n']),
    codes: Number(sms[0]?.['codes']),
    codesUsed: Number(sms[0]?.['used']),
    outcomes: outcomes.map((row) => ({ outcome: String(row['outcome']), n: Number(row['n']) })),
  };
}

/** Queries, one for each name. */
function codeCounts(since: number): string[] {
  const count = (name: string, where: string) =>
    countSql('sms_issues', 'issued_at', 'hour', since, name, where);
  return [
    count('codes for sign-up', `purpose = 'signup'`),
    count('sent', `purpose = 'signup' and outcome = 'sent'`),
    count('used', `purpose = 'signup' and used_at is not null`),
    count('other codes', `purpose <> 'signup'`),
  ];
}

/** Queries, one for each name. */
function accountCounts(step: Step, since: number): string[] {
  const events = (name: string, kinds: string) =>
    countSql('security_events', 'at', step, since, name, `kind in (${kinds})`);
  return [
    events('registered', `'signed_up'`),
    events('log-ins', `'logged_in'`),
    events('failed log-ins', `'login_failed'`),
  ];
}

function countSql(
  table: string,
  column: string,
  step: Step,
  since: number,
  name: string,
  where: string,
): string {
  return `select '${name}' as name, (${column} + ${CHINA_OFFSET_MS}) / ${STEP_MS[step]} as bucket, count(*) as n
    from ${table} where ${column} > ${since} and ${where} group by bucket`;
}

const countOf = (row: Row): Count => ({
  name: String(row['name']),
  bucket: Number(row['bucket']),
  n: Number(row['n']),
});
