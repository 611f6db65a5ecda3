/** On a local database as `npm run stats` reads it, and on an Analytics Engine that answers what the real one would. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, database } from '../../scripts/d1.ts';
import { applyMigrations } from '../../scripts/operate/cloud.ts';
import { wranglerIn } from '../../scripts/operate/wrangler.ts';
import { type AnalyticsStats, readAnalytics } from '../../scripts/stats/analytics.ts';
import { htmlOf } from '../../scripts/stats/html.ts';
import { type LedgerStats, readLedger } from '../../scripts/stats/ledger.ts';
import { statsOf } from '../../scripts/stats/stats.ts';
import { lineChart } from '../../scripts/stats/svg.ts';
import { totalOf } from '../../scripts/stats/table.ts';
import { textOf } from '../../scripts/stats/text.ts';

const NOW = Date.UTC(2026, 10, 22, 8, 30); // 16:30 in China
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MOBILE = '13800138000';

const issue = (id: string, at: number, purpose: string, outcome: string, usedAt: number | null) =>
  `insert into sms_issues values ('${id}', 'r', '${MOBILE}', '${purpose}', ${at}, ${at}, 0, null, ${usedAt}, '${outcome}')`;
const event = (id: string, kind: string, at: number) =>
  `insert into security_events values ('${id}', 1, '${kind}', ${at}, '')`;
const ROWS = [
  issue('a', NOW - HOUR, 'signup', 'sent', NOW - HOUR),
  issue('b', NOW - HOUR, 'signup', 'unknown', null),
  issue('c', NOW - 3 * HOUR, 'login', 'sent', null),
  issue('y', NOW - 24 * HOUR + 1, 'login', 'sent', null),
  issue('d', NOW - 25 * HOUR, 'signup', 'sent', null),
  event('r', 'signed_up', NOW - HOUR),
  event('s', 'signed_up', NOW - 3 * DAY),
  event('t', 'signed_up', NOW - 31 * DAY),
  event('e', 'logged_in', NOW),
  event('f', 'login_failed', NOW - 2 * DAY),
  `insert into captcha_claims values ('g', 'r', ${NOW + 1}), ('h', 'r', ${NOW - 2 * HOUR})`,
  `insert into sms_volume values (${NOW / 300_000}, 7, 3, 0, null, 1), (${(NOW - 2 * DAY) / 300_000}, 9, 9, 0, null, 0)`,
];

describe('npm run stats', { timeout: 120_000 }, () => {
  let folder: string;
  let ledger: LedgerStats;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'edge-signup-'));
    const where = ['--persist-to', folder];
    await applyMigrations(wranglerIn(process.cwd()), ['--local', ...where]);
    const db: Database = database({ 'persist-to': folder });
    await db.query(ROWS.join(';\n'));
    ledger = await readLedger(db, NOW);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('counts what D1 holds of the last day, by hour', () => {
    const total = (name: string) => totalOf(ledger.hours, name);
    expect(total('codes for sign-up')).toBe(2);
    expect(total('sent')).toBe(1);
    expect(total('used')).toBe(1);
    expect(total('other codes')).toBe(2);
    expect(total('registered')).toBe(1);
    expect(total('log-ins')).toBe(1);
    expect(total('failed log-ins')).toBe(0);
    expect(ledger.hours.series[0]?.values.slice(-4)).toEqual([0, 0, 2, 0]);
    expect(ledger.hours.times.at(-1)).toBe(Date.UTC(2026, 10, 22, 8));
  });

  it('counts accounts by the day in China', () => {
    expect(totalOf(ledger.days, 'registered')).toBe(2);
    expect(ledger.days.series[0]?.values.slice(-4)).toEqual([1, 0, 0, 1]);
    expect(totalOf(ledger.days, 'failed log-ins')).toBe(1);
    expect(ledger.days.times.at(-1)).toBe(Date.UTC(2026, 10, 21, 16));
  });

  it('knows captchas, the budget, and what vendors said', () => {
    expect(ledger).toMatchObject({ captchasSpent: 1, sms: 7, codes: 6, codesUsed: 3 });
    expect(ledger.outcomes).toEqual([
      { outcome: 'sent', n: 3 },
      { outcome: 'unknown', n: 1 },
    ]);
  });

  it('says which part of the codes was used, as the brake counts them', () => {
    const shown = (counted: Partial<LedgerStats>) =>
      textOf(statsOf(NOW, { ...ledger, ...counted }, null, ''));
    expect(shown({})).toContain(
      'sign-up codes used, as the brake counts: 3 of 6, a ratio of 0.50\n',
    );
    expect(shown({ codes: 0, codesUsed: 0 })).toContain(
      'sign-up codes used, as the brake counts: 0\n',
    );
  });

  it('says what is missing without data points', () => {
    const shown = textOf(statsOf(NOW, ledger, null, 'because of this'));
    expect(shown).toContain('codes for sign-up  2  █');
    expect(shown).toContain('refusals by reason: not shown, because of this');
    expect(shown).not.toContain('Refused');
  });

  it('shows refusals where there are data points, in a page that asks for nothing', async () => {
    const { analytics } = await asked();
    const stats = statsOf(NOW, ledger, analytics, '');
    expect(textOf(stats)).toContain('sms_cooldown  GET /api/v1.0/smscode/:mobile  40  █');
    expect(textOf(stats)).toContain('captchas drawn     107');
    const page = htmlOf(stats);
    expect(page).toContain('<svg');
    expect(page).toContain('sms_cooldown');
    expect(page).not.toMatch(/<script|<link|\bsrc=|url\(|https?:/);
  });

  it('draws no two lines of a chart in one colour', async () => {
    const { analytics } = await asked();
    const page = htmlOf(statsOf(NOW, ledger, analytics, ''));
    const charts = page.match(/<svg[^]*?<\/svg>/g) ?? [];
    const lines = charts.map((chart) => chart.match(/<polyline class="l[0-9]"/g) ?? []);
    expect(lines.filter(({ length }) => length > 1).length).toBeGreaterThan(2);
    for (const colours of lines) expect(new Set(colours).size).toBe(colours.length);
  });

  it('has the newest hours in sight on a phone: charts over time do not scroll sideways', () => {
    const page = htmlOf(statsOf(NOW, ledger, null, ''));
    const scrolled = page.match(/<div class="wide"><svg[^>]*>/g);
    expect(scrolled).toEqual([expect.stringContaining('From captcha to account')]);
  });

  it('labels an axis in a few characters, however many there are', () => {
    const busy = { name: 'sent', values: [0, 1_150_000] };
    const chart = lineChart('', { step: 'hour', times: [0, 3_600_000], series: [busy] });
    const labels = chart.match(/(?<=text-anchor="end">)[^<]*/g);
    expect(labels).toEqual(['0', '600K', '1.2M']);
  });
});

/** What Analytics Engine says: 107 captchas, one sent code that stands for ten, 40 refusals. */
const TOLD = {
  meta: [],
  rows: 5,
  data: [
    // 00:30 of the 22nd in China
    { at: '2026-11-21 16:00:00', route: 'GET /api/v1.0/imagecode/:id', reason: 'ok', n: '7' },
    { at: '2026-11-22 08:00:00', route: 'GET /api/v1.0/imagecode/:id', reason: 'ok', n: '100' },
    {
      at: '2026-11-22 08:00:00',
      route: 'GET /api/v1.0/smscode/:mobile',
      reason: 'sms_sent',
      n: 10,
    },
    {
      at: '2026-11-22 07:00:00',
      route: 'GET /api/v1.0/smscode/:mobile',
      reason: 'sms_cooldown',
      n: 15,
    },
    {
      at: '2026-11-22 08:00:00',
      route: 'GET /api/v1.0/smscode/:mobile',
      reason: 'sms_cooldown',
      n: 25,
    },
  ],
};

async function asked(
  status = 200,
  told: object = TOLD,
): Promise<{ analytics: AnalyticsStats; queries: string[] }> {
  const queries: string[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    queries.push(`${request.url} ${request.headers.authorization} ${await text(request)}`);
    response.writeHead(status).end(status === 200 ? JSON.stringify(told) : 'no such table');
  };
  const server = createServer((request, response) => void serve(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    const api = `http://127.0.0.1:${port}`;
    const dataset = { name: 'edge_signup', account: 'account', token: 'token', api };
    return { analytics: await readAnalytics(dataset, NOW), queries };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('Analytics Engine', () => {
  it('is asked with the token for the account, by hour and by day', async () => {
    const { queries } = await asked();
    expect(queries).toEqual([
      expect.stringMatching(
        /^\/accounts\/account\/analytics_engine\/sql Bearer token SELECT toStartOfHour/,
      ),
      expect.stringMatching(/SELECT toStartOfHour.*INTERVAL '30' DAY/s),
    ]);
  });

  it('counts each data point for as many as it stands for', async () => {
    const { analytics } = await asked();
    expect(totalOf(analytics.hours, 'captchas drawn')).toBe(107);
    expect(totalOf(analytics.hours, 'refused')).toBe(40);
    expect(analytics.hours.series[1]?.values.slice(-2)).toEqual([15, 25]);
    expect(analytics.days.series[0]?.values.slice(-2)).toEqual([0, 107]); // days begin in China
    expect(analytics.refusals).toEqual([
      { reason: 'sms_cooldown', route: 'GET /api/v1.0/smscode/:mobile', n: 40 },
    ]);
  });

  it('that says something else is no page of JSON', async () => {
    await expect(asked(200, { rows: [] })).rejects.toThrow(/^✖ .*\n  → at data$/);
  });

  it('that refuses is quoted', async () => {
    await expect(asked(422)).rejects.toThrow('HTTP 422 no such table');
  });
});
