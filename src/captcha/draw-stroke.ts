import type { Random } from './random.ts';

/** A closed polygon, x and y alternating, whole half-units. */
export type Piece = number[];

/** The middle line of a pen stroke, already deformed. */
export interface Line {
  readonly x: number[];
  readonly y: number[];
}

export interface Pen {
  /** Half the stroke's width where the pen moves along, and across, its nib. */
  readonly thin: number;
  readonly thick: number;
  /** The nib's direction, as a unit vector. */
  readonly nibX: number;
  readonly nibY: number;
}

/** Longest piece, and how far a cut may lean, in half-units and in stroke widths. */
const SHORTEST_CUT = 9;
const CUT_SPREAD = 22;
const CUT_LEAN = 1.1;

/**
 * Inks a line as pieces that touch along leaning cuts at random places: no piece is a stroke, and
 * neighbours share their corners exactly, so no seam shows. All pieces turn the same way, which
 * keeps the non-zero winding of overlaps filled.
 */
export function inkLine(line: Line, pen: Pen, random: Random, pieces: Piece[]): void {
  const { x, y } = line;
  const last = x.length - 1;
  let left: number[] = [];
  let right: number[] = [];
  let untilCut = SHORTEST_CUT + random() * CUT_SPREAD;
  for (let i = 0; i <= last; i++) {
    const before = i === 0 ? 0 : i - 1;
    const after = i === last ? last : i + 1;
    let dx = x[after]! - x[before]!;
    let dy = y[after]! - y[before]!;
    const length = Math.sqrt(dx * dx + dy * dy) || 1;
    dx /= length;
    dy /= length;
    const across = Math.abs(dx * pen.nibY - dy * pen.nibX);
    const half = pen.thin + (pen.thick - pen.thin) * across;
    const step = i === 0 ? 0 : Math.hypot(x[i]! - x[i - 1]!, y[i]! - y[i - 1]!);
    untilCut -= step;
    const cut = untilCut < 0 && i < last;
    const lean = cut ? (random() - 0.5) * CUT_LEAN * half : 0;
    const ax = Math.round(x[i]! - dy * half + dx * lean);
    const ay = Math.round(y[i]! + dx * half + dy * lean);
    const bx = Math.round(x[i]! + dy * half - dx * lean);
    const by = Math.round(y[i]! - dx * half - dy * lean);
    left.push(ax, ay);
    right.push(bx, by);
    if (cut || i === last) {
      pieces.push(closed(left, right));
      left = [ax, ay];
      right = [bx, by];
      untilCut = SHORTEST_CUT + random() * CUT_SPREAD;
    }
  }
}

function closed(left: number[], right: number[]): Piece {
  for (let i = right.length - 2; i >= 0; i -= 2) left.push(right[i]!, right[i + 1]!);
  return left;
}
