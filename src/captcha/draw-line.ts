import type { Line } from './draw-stroke.ts';
import type { Random } from './random.ts';

/** Maps a point of the glyph's grid, or of the picture, to the picture. */
export type Warp = (x: number, y: number, line: Line) => void;

const STEP = 9;

/**
 * Walks through the points, straight or as a smooth curve, in uneven steps and lays the warped line
 * down. Straight lines are walked too: the warp bends them.
 */
export function trace(
  points: readonly number[],
  smooth: boolean,
  reach: number,
  warp: Warp,
  random: Random,
): Line[] {
  const lines: Line[] = [];
  const count = points.length / 2;
  let line: Line = { x: [], y: [] };
  for (let i = 0; i + 1 < count; i++) {
    const x1 = points[2 * i]!;
    const y1 = points[2 * i + 1]!;
    const x2 = points[2 * i + 2]!;
    const y2 = points[2 * i + 3]!;
    const length = Math.hypot(x2 - x1, y2 - y1);
    const steps = Math.max(
      smooth ? 2 : 1,
      Math.round(((length * reach) / STEP) * (0.6 + 0.6 * random())),
    );
    const px = smooth && i > 0 ? points[2 * i - 2]! : x1;
    const py = smooth && i > 0 ? points[2 * i - 1]! : y1;
    const nx = smooth && i + 2 < count ? points[2 * i + 4]! : x2;
    const ny = smooth && i + 2 < count ? points[2 * i + 5]! : y2;
    for (let s = i === 0 ? 0 : 1; s <= steps; s++) {
      const t = s === 0 || s === steps ? s / steps : (s + (random() - 0.5) * 0.6) / steps;
      if (!smooth) {
        warp(x1 + (x2 - x1) * t, y1 + (y2 - y1) * t, line);
      } else {
        warp(spline(px, x1, x2, nx, t), spline(py, y1, y2, ny, t), line);
      }
    }
  }
  lines.push(line);
  return lines;
}

/** Catmull-Rom: through b and c, leaning on their neighbours a and d. */
function spline(a: number, b: number, c: number, d: number, t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}
