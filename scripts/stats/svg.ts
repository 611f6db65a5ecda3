/** Charts as SVG. Colours are classes, so that the page decides between light and dark. */
import { localTime } from '../../src/lib/time.ts';
import type { Table } from './table.ts';

const WIDTH = 880;
const HEIGHT = 220;
const LEFT = 48;
const BOTTOM = 28;
const TOP = 10;
const BAR_HEIGHT = 26;
const CHARACTER_WIDTH = 7.5;
const DIGIT_WIDTH = 9;

/** What has the same name has the same colour, in every chart. */
const IN_COLOUR = [
  'codes for sign-up',
  'sent',
  'used',
  'other codes',
  'registered',
  'log-ins',
  'captchas drawn',
];
/** What has none of its own, such as what is refused or failed, has the one behind theirs. */
export function colourOf(name: string): number {
  const at = IN_COLOUR.indexOf(name);
  return at < 0 ? IN_COLOUR.length : at;
}

export const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** Horizontal bars, one a row, each behind its number, which is in sight where the bars are not. */
export function barChart(title: string, rows: readonly { name: string; n: number }[]): string {
  const most = Math.max(1, ...rows.map(({ n }) => n));
  const labels = Math.max(0, ...rows.map(({ name }) => name.length)) * CHARACTER_WIDTH + 16;
  const start = labels + String(most).length * DIGIT_WIDTH + 10;
  const room = WIDTH - start - 10;
  const bars = rows.map(({ name, n }, at) => {
    const y = at * BAR_HEIGHT;
    const width = Math.max(n > 0 ? 1 : 0, (n / most) * room).toFixed(1);
    return `<text x="${labels - 10}" y="${y + 17}" text-anchor="end">${escaped(name)}</text>
<text x="${start - 10}" y="${y + 17}" text-anchor="end">${n}</text>
<rect class="s0" x="${start}" y="${y + 4}" width="${width}" height="${BAR_HEIGHT - 8}" rx="3"/>`;
  });
  return `<div class="wide">${svg(title, rows.length * BAR_HEIGHT, bars.join('\n'))}</div>`;
}

/** A line for each series over time. */
export function lineChart(title: string, { step, times, series }: Table): string {
  const top = niceMaximum(Math.max(0, ...series.flatMap(({ values }) => values)));
  const x = (at: number) => LEFT + (at / Math.max(1, times.length - 1)) * (WIDTH - LEFT - 12);
  const y = (value: number) => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
  const grid = [0, 0.5, 1].map((part) => {
    const value = top * part;
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH - 12}" y1="${y(value)}" y2="${y(value)}"/>
<text x="${LEFT - 8}" y="${y(value) + 4}" text-anchor="end">${SHORT.format(value)}</text>`;
  });
  const every = Math.ceil(times.length / 8);
  const label = (at: number) => localTime(at).slice(...(step === 'hour' ? [11, 16] : [5, 10]));
  const labels = times.flatMap((at, index) =>
    index % every === 0
      ? [
          `<text x="${x(index).toFixed(1)}" y="${HEIGHT - 8}" text-anchor="${anchorOf(index)}">${label(at)}</text>`,
        ]
      : [],
  );
  const lines = series.map(({ name, values }) => {
    const points = values
      .map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`)
      .join(' ');
    return `<polyline class="l${colourOf(name)}" points="${points}"><title>${escaped(name)}</title></polyline>`;
  });
  return svg(title, HEIGHT, [...grid, ...labels, ...lines].join('\n'));
}

/** 120K for 120000, which would not fit beside the chart. */
const SHORT = new Intl.NumberFormat('en', { notation: 'compact' });

/** In the middle, the first label would run into the 0 of the other axis. */
const anchorOf = (index: number) => (index === 0 ? 'start' : 'middle');

/** A round number that is no smaller, and whose half is whole. */
function niceMaximum(most: number): number {
  const small = [2, 4, 6, 8].find((value) => value >= most);
  if (small !== undefined) return small;
  for (let power = 1; ; power *= 10) {
    const parts = [10, 12, 16, 20, 30, 40, 60, 80].map((part) => part * power);
    const nice = parts.find((value) => value >= most);
    if (nice !== undefined) return nice;
  }
}

const svg = (title: string, height: number, content: string) =>
  `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">
${content}
</svg>`;
