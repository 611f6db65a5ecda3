import type { Pen } from './draw-stroke.ts';
import type { Line } from './draw-warp.ts';
import { between, type Random } from './random.ts';

/** The picture in half-units: the 200 by 75 of its viewBox. */
export const WIDTH = 400;
export const HEIGHT = 150;

/** A letter's strokes with the pen for them; `reach` is how far its ink may go beyond their points. */
export interface Letter {
  readonly lines: readonly Line[];
  readonly pen: Pen;
  readonly width: number;
  readonly reach: number;
}

const MARGIN = 6;

/** Between the ink of one letter and the next. Letters that touch are misread. */
const GAP_MIN = 8;
const GAP_MAX = 14;
/** How far a letter's middle is from the last one's at least, of the mean of their widths. */
const ADVANCE = 0.85;

/** Puts every letter at a height of its own, and side by side in the order they are read in. */
export function placeLetters(letters: readonly Letter[], random: Random): void {
  for (const letter of letters) raiseLetter(letter, random);
  joinLetters(letters, random);
}

/** Moves a letter to any height at which all of its ink is in the picture. */
function raiseLetter(letter: Letter, random: Random): void {
  const { start, squeeze } = fit(extentOf(letter, Y), HEIGHT, random);
  move(letter.lines, Y, start, squeeze);
}

/**
 * Moves the letters together until their ink all but meets, a low one under a high one if need be,
 * and the word to anywhere it fits: a column of the picture says nothing about which letter it
 * holds, nor that it holds one alone. A word too broad for the picture is squeezed.
 */
function joinLetters(letters: readonly Letter[], random: Random): void {
  const shifts: number[] = [];
  const ink: Extent = [Infinity, -Infinity];
  letters.forEach((letter, i) => {
    const [from, to] = extentOf(letter, X);
    let shift = i === 0 ? 0 : shifts[i - 1]! + ADVANCE * mean(letters[i - 1]!.width, letter.width);
    const free = between(random, GAP_MIN, GAP_MAX);
    letters.slice(0, i).forEach((before, j) => {
      const gap = before.reach + letter.reach + free;
      shift = keepApart(before.lines, shifts[j]!, letter.lines, from, shift, gap);
    });
    shifts.push(shift);
    ink[0] = Math.min(ink[0], from + shift);
    ink[1] = Math.max(ink[1], to + shift);
  });
  const { start, squeeze } = fit(ink, WIDTH, random);
  letters.forEach(({ lines }, i) => move(lines, X, start + shifts[i]! * squeeze, squeeze));
}

/** In a line, a point's x is at even places, its y after it. */
const X = 0;
const Y = 1;

type Extent = [from: number, to: number];

function extentOf({ lines, reach }: Letter, axis: number): Extent {
  let from = Infinity;
  let to = -Infinity;
  for (const line of lines) {
    for (let p = axis; p < line.length; p += 2) {
      from = Math.min(from, line[p]!);
      to = Math.max(to, line[p]!);
    }
  }
  return [from - reach, to + reach];
}

/** Anywhere in the picture; what is too large is made to fit. */
function fit([from, to]: Extent, size: number, random: Random) {
  const room = size - 2 * MARGIN;
  const squeeze = Math.min(1, room / (to - from));
  return { squeeze, start: MARGIN + (room - squeeze * (to - from)) * random() - squeeze * from };
}

function move(lines: readonly Line[], axis: number, start: number, squeeze: number): void {
  for (const line of lines) {
    for (let p = axis; p < line.length; p += 2) line[p] = start + line[p]! * squeeze;
  }
}

/**
 * The least shift of the right letter, `shift` or more, with all its points `gap` from the left
 * one's. Points that are as far away sideways need no closer look.
 */
function keepApart(
  left: readonly Line[],
  leftShift: number,
  right: readonly Line[],
  rightFrom: number,
  shift: number,
  gap: number,
): number {
  for (const a of left) {
    for (let p = 0; p < a.length; p += 2) {
      const x = a[p]! + leftShift;
      const y = a[p + 1]!;
      if (x - rightFrom + gap <= shift) continue;
      for (const b of right) {
        for (let q = 0; q < b.length; q += 2) {
          if (x - b[q]! + gap <= shift) continue;
          const dy = y - b[q + 1]!;
          const free = gap * gap - dy * dy;
          if (free > 0) shift = Math.max(shift, x - b[q]! + Math.sqrt(free));
        }
      }
    }
  }
  return shift;
}

const mean = (a: number, b: number) => (a + b) / 2;
