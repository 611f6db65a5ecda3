/** The statistics for a terminal. */
import { localTime } from '../../src/lib/time.ts';
import type { Stats } from './stats.ts';
import { beginning, type Table } from './table.ts';

const BAR_CHARACTERS = 40;
const LEVELS = ' ▁▂▃▄▅▆▇█';

export function textOf(stats: Stats): string {
  const { ledger, analytics } = stats;
  const refusals = analytics?.refusals ?? [];
  return [
    `${localTime(stats.now)} (UTC+8)`,
    '',
    'The last 24 hours',
    ...bars(stats.funnel),
    '',
    ...stats.facts.map(({ name, value }) => `  ${name}: ${value}`),
    ...(refusals.length === 0 ? [] : ['', 'Refused, by reason']),
    ...bars(refusals.map(({ reason, route, n }) => ({ name: `${reason}  ${route}`, n }))),
    '',
    'By hour',
    ...rows(ledger.hours),
    ...(analytics === null ? [] : ['', ...rows(analytics.hours)]),
    '',
    'By day',
    ...rows(ledger.days),
    ...(analytics === null ? [] : ['', ...rows(analytics.days)]),
    '',
    ...stats.notes,
  ].join('\n');
}

function bars(steps: readonly { name: string; n: number }[]): string[] {
  const most = Math.max(1, ...steps.map(({ n }) => n));
  const width = Math.max(0, ...steps.map(({ name }) => name.length));
  const digits = String(most).length;
  return steps.map(({ name, n }) => {
    const bar = '█'.repeat(Math.round((n / most) * BAR_CHARACTERS));
    return `  ${name.padEnd(width)}  ${String(n).padStart(digits)}  ${bar}`.trimEnd();
  });
}

/** A line for each bucket that has anything, and above them the course of each series. */
function rows({ step, times, series }: Table): string[] {
  const widths = series.map(({ name, values }) =>
    Math.max(name.length, ...values.map((value) => String(value).length)),
  );
  const line = (first: string, cells: readonly string[]) =>
    `  ${[first.padEnd(16), ...cells.map((cell, at) => cell.padStart(widths[at] ?? 0))].join('  ')}`;
  const busy = times.flatMap((at, index) => {
    const values = series.map((one) => one.values[index] ?? 0);
    return values.some((value) => value > 0) ? [line(beginning(at, step), values.map(String))] : [];
  });
  const courses = series
    .filter(({ values }) => values.some((value) => value > 0))
    .map(({ name, values }) => `  ${name.padEnd(18)} ${spark(values)}`);
  return [
    ...courses,
    line(
      step,
      series.map(({ name }) => name),
    ),
    ...(busy.length > 0 ? busy : ['  nothing']),
  ];
}

function spark(values: readonly number[]): string {
  const most = Math.max(1, ...values);
  return values.map((value) => LEVELS[Math.ceil((value / most) * 8)]).join('');
}
