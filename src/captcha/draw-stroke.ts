import type { Line } from './draw-warp.ts';
import { between, type Random } from './random.ts';

/** A closed polygon: its corners, x and y alternating, in whole half-units. */
export type Outline = number[];

/** Rounds, to the engine's small integers: Math.round would leave a -0 and turn an outline to doubles. */
export const whole = (n: number): number => Math.floor(n + 0.5) | 0;

/** Half a stroke's breadth along and across the nib, the nib's direction, and how the breadth is inked. */
export interface Pen {
  readonly thin: number;
  readonly thick: number;
  readonly nibX: number;
  readonly nibY: number;
  readonly style: Style;
}

/** The inked parts of a stroke's breadth, from -1 to 1, and the gap a cut leaves. */
interface Style {
  readonly strips: readonly (readonly [from: number, to: number])[];
  readonly gap: number;
}

const SOLID: readonly Style[] = [{ strips: [[-1, 1]], gap: 0 }];

const PLAIN: readonly Style[] = [...SOLID, { strips: [[-0.6, 0.6]], gap: 0 }];

/** People do not mind whether a letter is full, hollow or stencilled; what learns from pixels does. */
const STYLES: readonly Style[] = [
  ...PLAIN,
  { strips: [[-1.1, 1.1]], gap: 2 },
  { strips: [[-1.3, 1.3]], gap: 0 },
  {
    strips: [
      [-1.45, -0.7],
      [0.7, 1.45],
    ],
    gap: 0,
  },
  {
    strips: [
      [-1.3, -0.3],
      [0.6, 1.3],
    ],
    gap: 0,
  },
];

/** Under these sizes a stroke is too thin to be finer still, and too close to the next one to be stencilled, broad or hollow. */
const SOLID_UNDER = 62;
const PLAIN_UNDER = 92;
const USUAL_SIZE = 82;

/** For a letter of so many half-units: broader for a larger one. */
export function randomPen(size: number, random: Random): Pen {
  const styles = size < SOLID_UNDER ? SOLID : size < PLAIN_UNDER ? PLAIN : STYLES;
  const thick = between(random, 3.6, 7.6) * Math.min(1.25, (size / USUAL_SIZE) ** 0.8);
  const angle = between(random, 0, Math.PI);
  return {
    thick,
    thin: thick * between(random, 0.6, 0.95),
    nibX: Math.cos(angle),
    nibY: Math.sin(angle),
    style: styles[Math.floor(random() * styles.length)]!,
  };
}

/** Half-units from one gap of a stencil to the next, and how far a gap leans, in half breadths. */
const CUT_MIN = 12;
const CUT_MAX = 36;
const CUT_LEAN = 0.55;

/** Inks a line: an outline for each strip of the pen, and of a stencil one for each part between its gaps. */
export function inkLine(line: Line, pen: Pen, random: Random, outlines: Outline[]): void {
  for (const [from, to] of pen.style.strips) inkStrip(line, pen, from, to, random, outlines);
}

function inkStrip(
  line: Line,
  pen: Pen,
  from: number,
  to: number,
  random: Random,
  outlines: Outline[],
): void {
  const { gap } = pen.style;
  const last = line.length - 2;
  let near: Line = [];
  let far: Line = [];
  let untilCut = gap > 0 ? between(random, CUT_MIN, CUT_MAX) : Infinity;
  for (let i = 0; i <= last; i += 2) {
    const x = line[i]!;
    const y = line[i + 1]!;
    const backX = i > 0 ? x - line[i - 2]! : 0;
    const backY = i > 0 ? y - line[i - 1]! : 0;
    let dx = i < last ? line[i + 2]! - x + backX : backX;
    let dy = i < last ? line[i + 3]! - y + backY : backY;
    const length = Math.sqrt(dx * dx + dy * dy) || 1;
    dx /= length;
    dy /= length;
    untilCut -= Math.sqrt(backX * backX + backY * backY);
    const half = pen.thin + (pen.thick - pen.thin) * Math.abs(dx * pen.nibY - dy * pen.nibX);
    const cut = untilCut < 0 && i < last;
    const lean = cut ? half * between(random, -CUT_LEAN, CUT_LEAN) : 0;
    const nearX = x - dy * half * to + dx * lean;
    const nearY = y + dx * half * to + dy * lean;
    const farX = x - dy * half * from - dx * lean;
    const farY = y + dx * half * from - dy * lean;
    near.push(whole(nearX), whole(nearY));
    far.push(whole(farX), whole(farY));
    if (cut || i === last) outlines.push(closed(near, far));
    if (cut) {
      near = [whole(nearX + dx * gap), whole(nearY + dy * gap)];
      far = [whole(farX + dx * gap), whole(farY + dy * gap)];
      untilCut = between(random, CUT_MIN, CUT_MAX);
    }
  }
}

/** The outline between two sides: `near` on its way, then back along `far`. It is `near` that grows. */
export function closed(near: Outline, far: Line): Outline {
  for (let i = far.length - 2; i >= 0; i -= 2) near.push(far[i]!, far[i + 1]!);
  return near;
}
