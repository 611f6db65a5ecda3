/** Numbers over time: a row of buckets, and how many of each kind fell into each. */
import { DAY_MS, HOUR_MS } from '../../src/config.ts';
import { CHINA_OFFSET_MS, localTime } from '../../src/lib/time.ts';

export type Step = 'hour' | 'day';
export const STEP_MS = { hour: HOUR_MS, day: DAY_MS } as const;

/** So many of a kind fell into a bucket. */
export interface Count {
  name: string;
  bucket: number;
  n: number;
}

export interface Table {
  step: Step;
  /** When each bucket begins, Unix milliseconds, the oldest first. */
  times: number[];
  series: { name: string; values: number[] }[];
}

export const bucketOf = (time: number, step: Step) =>
  Math.floor((time + CHINA_OFFSET_MS) / STEP_MS[step]);

/** When a bucket begins, in words. */
export const beginning = (time: number, step: Step) =>
  localTime(time).slice(0, step === 'hour' ? 16 : 10);

/** The latest `length` buckets up to `now`, with a series for each name, zeros where nothing was counted. */
export function tableOf(
  step: Step,
  now: number,
  length: number,
  names: readonly string[],
  counts: readonly Count[],
): Table {
  const first = bucketOf(now, step) - length + 1;
  const buckets = Array.from({ length }, (_, at) => first + at);
  const countIn = (name: string, bucket: number) =>
    counts
      .filter((count) => count.name === name && count.bucket === bucket)
      .reduce((sum, { n }) => sum + n, 0);
  return {
    step,
    times: buckets.map((bucket) => bucket * STEP_MS[step] - CHINA_OFFSET_MS),
    series: names.map((name) => ({
      name,
      values: buckets.map((bucket) => countIn(name, bucket)),
    })),
  };
}

/** The whole of a series, 0 if there is no such. */
export function totalOf({ series }: Table, name: string): number {
  const values = series.find((candidate) => candidate.name === name)?.values ?? [];
  return values.reduce((sum, value) => sum + value, 0);
}

/** The table with some of its series. */
export const only = (table: Table, names: readonly string[]): Table => ({
  ...table,
  series: table.series.filter(({ name }) => names.includes(name)),
});
