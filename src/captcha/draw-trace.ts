import type { Line, Warp } from './draw-warp.ts';

/** How far two points of a traced line are apart, in half-units: of a straight one, only the wave bends what is between. */
const STEP_STRAIGHT = 24;
const STEP_SMOOTH = 14;

/**
 * Walks through the points in steps, straight or as a smooth curve, and lays the warped line
 * down. Straight lines are walked too, because the warp bends them. `reach` is the length of the
 * points' unit in half-units.
 */
export function trace(points: readonly number[], smooth: boolean, reach: number, warp: Warp): Line {
  const line: Line = [];
  const last = points.length - 2;
  const step = smooth ? STEP_SMOOTH : STEP_STRAIGHT;
  warp(points[0]!, points[1]!, line);
  for (let i = 0; i < last; i += 2) {
    const x1 = points[i]!;
    const y1 = points[i + 1]!;
    const x2 = points[i + 2]!;
    const y2 = points[i + 3]!;
    const length = Math.sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2) * reach;
    const steps = Math.ceil(length / step);
    const x0 = i > 0 ? points[i - 2]! : x1;
    const y0 = i > 0 ? points[i - 1]! : y1;
    const x3 = i + 2 < last ? points[i + 4]! : x2;
    const y3 = i + 2 < last ? points[i + 5]! : y2;
    for (let walked = 1; walked < steps; walked++) {
      const t = walked / steps;
      if (smooth) warp(spline(x0, x1, x2, x3, t), spline(y0, y1, y2, y3, t), line);
      else warp(x1 + (x2 - x1) * t, y1 + (y2 - y1) * t, line);
    }
    warp(x2, y2, line);
  }
  return line;
}

/** Catmull-Rom: through b and c, leaning on their neighbours a and d. */
function spline(a: number, b: number, c: number, d: number, t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}
