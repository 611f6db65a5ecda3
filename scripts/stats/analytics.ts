/**
 * What only the data points know: captchas that were drawn, and refusals by reason. Asked of the SQL API of Workers
 * Analytics Engine, which samples when there is much: each row says for how many it stands.
 */
import * as z from 'zod';
import { type Count, bucketOf, type Step, type Table, tableOf } from './table.ts';
import { DAYS, HOURS, HOURS_TOUCHED } from './ledger.ts';

const TIMEOUT_MS = 30_000;
const DRAWN = /^GET .*\/(image|audio)code\//;
/** Reasons that are no refusals: what was asked for was done, or said. */
const DONE = ['ok', 'sms_sent', 'session_true', 'session_false'];
const SPAN = { hour: `'${HOURS}' HOUR`, day: `'${DAYS}' DAY` } as const;

const answer = z.object({
  data: z.array(
    z.object({ at: z.string(), route: z.string(), reason: z.string(), n: z.coerce.number() }),
  ),
});

export interface AnalyticsStats {
  hours: Table;
  days: Table;
  /** Refusals of the last 24 hours, the most frequent first. */
  refusals: { reason: string; route: string; n: number }[];
}

export interface Dataset {
  name: string;
  account: string;
  token: string;
  /** Cloudflare's API, or a stand-in. */
  api: string;
}

/** Throws an error with the API's words. */
export async function readAnalytics(dataset: Dataset, now: number): Promise<AnalyticsStats> {
  const names = ['captchas drawn', 'refused'];
  const hours = await ask(dataset, 'hour');
  const days = await ask(dataset, 'day');
  return {
    hours: tableOf('hour', now, HOURS_TOUCHED, names, hours.flatMap(countsOf('hour'))),
    days: tableOf('day', now, DAYS, names, days.flatMap(countsOf('day'))),
    refusals: refusalsIn(hours),
  };
}

type Told = z.output<typeof answer>['data'][number];

async function ask({ name, account, token, api }: Dataset, step: Step): Promise<Told[]> {
  // By hour for days too: its own days are those of UTC, and China's begin at a whole hour of them.
  const query = `SELECT toStartOfHour(timestamp) AS at, blob1 AS route, blob2 AS reason, SUM(_sample_interval) AS n
    FROM ${name} WHERE timestamp > NOW() - INTERVAL ${SPAN[step]} GROUP BY at, route, reason FORMAT JSON`;
  const response = await fetch(`${api}/accounts/${account}/analytics_engine/sql`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}` },
    body: query,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`HTTP ${response.status} ${text.slice(0, 200)}`);
  const read = answer.safeParse(JSON.parse(text));
  if (!read.success) throw new Error(z.prettifyError(read.error));
  return read.data.data;
}

const countsOf =
  (step: Step) =>
  ({ at, route, reason, n }: Told): Count[] => {
    const bucket = bucketOf(Date.parse(`${at.replace(' ', 'T')}Z`), step);
    if (!DONE.includes(reason)) return [{ name: 'refused', bucket, n }];
    return DRAWN.test(route) ? [{ name: 'captchas drawn', bucket, n }] : [];
  };

function refusalsIn(told: readonly Told[]): AnalyticsStats['refusals'] {
  const totals = new Map<string, { reason: string; route: string; n: number }>();
  for (const { reason, route, n } of told) {
    if (DONE.includes(reason)) continue;
    const key = `${reason} ${route}`;
    totals.set(key, { reason, route, n: (totals.get(key)?.n ?? 0) + n });
  }
  return [...totals.values()].toSorted((a, b) => b.n - a.n);
}
