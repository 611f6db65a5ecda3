/** The statistics as one page that needs nothing else: no script, no font, no request. */
import { localTime } from '../../src/lib/time.ts';
import type { Stats } from './stats.ts';
import { ACCOUNTS, CODES } from './ledger.ts';
import { barChart, colourOf, escaped, lineChart } from './svg.ts';
import { beginning, only, type Table } from './table.ts';

const COLOURS = [
  '#2563eb',
  '#059669',
  '#d97706',
  '#7c3aed',
  '#db2777',
  '#0891b2',
  '#4d7c0f',
  '#dc2626',
];
const ON_DARK = [
  '#60a5fa',
  '#34d399',
  '#fbbf24',
  '#a78bfa',
  '#f472b6',
  '#22d3ee',
  '#a3e635',
  '#f87171',
];

export function htmlOf(stats: Stats): string {
  const { ledger, analytics } = stats;
  const time = `${localTime(stats.now)} (UTC+8)`;
  const refusals = analytics?.refusals.map(({ reason, route, n }) => ({
    name: `${reason} ${route}`,
    n,
  }));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Sign-up, ${time}</title>
<style>${style()}</style>
<h1>Sign-up</h1>
<p>${time}</p>
${section('The last 24 hours', barChart('From captcha to account', stats.funnel) + facts(stats))}
${refusals === undefined ? '' : section('Refused, by reason', barChart('Refusals of 24 hours', refusals))}
${section('By hour', over(only(ledger.hours, CODES)) + over(only(ledger.hours, ACCOUNTS)) + (analytics ? over(analytics.hours) : ''))}
${section('By day', over(ledger.days) + (analytics ? over(analytics.days) : ''))}
<footer>${stats.notes.map((note) => `<p>${escaped(note)}</p>`).join('\n')}</footer>
</html>
`;
}

const section = (title: string, content: string) =>
  `<section><h2>${escaped(title)}</h2>${content}</section>`;

const facts = ({ facts: all }: Stats) =>
  `<dl>${all.map(({ name, value }) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`).join('')}</dl>`;

/** A chart, what its colours mean, and the numbers themselves for who cannot see it. */
function over(table: Table): string {
  const legend = table.series.map(
    ({ name }) => `<li><i class="s${colourOf(name)}"></i>${escaped(name)}</li>`,
  );
  return `${lineChart(`By ${table.step}`, table)}<ul>${legend.join('')}</ul>
<details><summary>Numbers</summary>${numbers(table)}</details>`;
}

function numbers({ step, times, series }: Table): string {
  const head = [step, ...series.map(({ name }) => name)].map(
    (name) => `<th scope="col">${escaped(name)}</th>`,
  );
  const rows = times.map((at, index) => {
    const cells = series.map(({ values }) => `<td>${values[index] ?? 0}</td>`).join('');
    return `<tr><th scope="row">${beginning(at, step)}</th>${cells}</tr>`;
  });
  return `<div class="wide"><table><tr>${head.join('')}</tr>${rows.join('\n')}</table></div>`;
}

function style(): string {
  return `
:root{color-scheme:light dark;--ink:#1f2937;--soft:#6b7280;--line:#e5e7eb;--page:#fff}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);max-width:960px;margin:2rem auto;padding:0 1rem}
h1{margin:0}h2{margin:2.5rem 0 .75rem;font-size:1.15rem}
svg{width:100%;height:auto;font-size:14px}svg text{fill:var(--ink)}.wide svg{min-width:34rem}section>svg{overflow:visible}
polyline{fill:none;stroke-width:2.5;stroke-linejoin:round}.grid{stroke:var(--line)}
ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:.25rem 0}
li i{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin-right:.45em}
dl{display:flex;flex-wrap:wrap;gap:.5rem 2.5rem;margin:1rem 0}dt,footer,p{color:var(--soft)}dd{margin:0;font-size:1.15rem}
details{margin-bottom:1.25rem}summary{cursor:pointer;color:var(--soft)}.wide{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:.15rem .75rem;text-align:right;border-bottom:1px solid var(--line)}
/* On a phone a whole course fits, with the newest hours: what shrinks with it is drawn larger. */
@media(max-width:36rem){section>svg{font-size:22px}polyline{stroke-width:5}}
footer{margin-top:3rem;font-size:.9rem}
${seriesIn(COLOURS)}
@media(prefers-color-scheme:dark){:root{--ink:#e5e7eb;--soft:#9ca3af;--line:#374151;--page:#111827}${seriesIn(ON_DARK)}}`;
}

const seriesIn = (colours: readonly string[]) =>
  colours
    .map((colour, at) => `.s${at}{fill:${colour};background:${colour}}.l${at}{stroke:${colour}}`)
    .join('');
