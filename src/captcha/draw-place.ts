import { between, type Random } from './random.ts';

/** The picture in half-units: the 200 by 75 of its viewBox. */
export const WIDTH = 400;
export const HEIGHT = 150;

const MARGIN = 12;

/** Where a letter goes: its middle and its size. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Sizes, gaps and heights all vary, and the word starts anywhere it fits: a column of the picture
 * says nothing about which letter it holds.
 */
export function placeLetters(count: number, random: Random): Place[] {
  const fit = (WIDTH - 2 * MARGIN) / count;
  const size = fit * between(random, 0.6, 0.76);
  const widths = Array.from({ length: count }, () => size * between(random, 0.84, 1.16));
  const gaps = widths.map((_, i) => (i === 0 ? 0 : between(random, 11, 20)));
  const free = WIDTH - 2 * MARGIN - sum(widths) - sum(gaps);
  let left = MARGIN + free * random();
  return widths.map((width, i) => {
    left += gaps[i]!;
    const x = left + width / 2;
    left += width;
    const height = Math.min(108, width * between(random, 1.15, 1.6));
    const slack = (HEIGHT - height) / 2 - MARGIN;
    return { x, y: HEIGHT / 2 + between(random, -1, 1) * Math.min(slack, 22), width, height };
  });
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
