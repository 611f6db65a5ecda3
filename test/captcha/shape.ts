/** What the statistical and the geometric solver share: letters out of subpaths, and measures of them. */
import type { Corners } from './path.ts';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Sorts the subpaths into `count` letters: one each when there are as many, else by where their
 * middles gather along the picture (k-means in one dimension).
 */
export function gatherLetters(subpaths: readonly Corners[], count: number): Corners[][] {
  if (subpaths.length === count) return subpaths.map((corners) => [corners]);
  const middles = subpaths.map((corners) => {
    const { left, width } = boxOf([corners]);
    return left + width / 2;
  });
  const weights = subpaths.map((corners) => Math.abs(areaOf(corners)));
  let centres = Array.from({ length: count }, (_, i) => (200 * (i + 0.5)) / count);
  for (let round = 0; round < 12; round++) {
    const sums = centres.map(() => [0, 0] as [number, number]);
    middles.forEach((x, i) => {
      const sum = sums[nearest(centres, x)]!;
      sum[0] += x * weights[i]!;
      sum[1] += weights[i]!;
    });
    centres = centres.map((old, i) => (sums[i]![1] ? sums[i]![0] / sums[i]![1] : old));
  }
  const letters: Corners[][] = centres.map(() => []);
  subpaths.forEach((corners, i) => letters[nearest(centres, middles[i]!)]!.push(corners));
  return letters;
}

function nearest(centres: readonly number[], x: number): number {
  let best = 0;
  centres.forEach((centre, i) => {
    if (Math.abs(centre - x) < Math.abs(centres[best]! - x)) best = i;
  });
  return best;
}

export function boxOf(subpaths: readonly Corners[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const corners of subpaths) {
    for (let i = 0; i < corners.length; i += 2) {
      left = Math.min(left, corners[i]!);
      right = Math.max(right, corners[i]!);
      top = Math.min(top, corners[i + 1]!);
      bottom = Math.max(bottom, corners[i + 1]!);
    }
  }
  return left > right
    ? { left: 0, top: 0, width: 0, height: 0 }
    : { left, top, width: right - left, height: bottom - top };
}

/** Signed area. */
export function areaOf(corners: Corners): number {
  let twice = 0;
  eachEdge(corners, (x0, y0, x1, y1) => (twice += x0 * y1 - x1 * y0));
  return twice / 2;
}

export function eachEdge(
  corners: Corners,
  visit: (x0: number, y0: number, x1: number, y1: number) => void,
): void {
  for (let i = 0; i < corners.length; i += 2) {
    const next = (i + 2) % corners.length;
    visit(corners[i]!, corners[i + 1]!, corners[next]!, corners[next + 1]!);
  }
}
