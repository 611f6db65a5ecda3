import { HEIGHT, type Letter, WIDTH } from './draw-place.ts';
import { inkLine, type Outline, randomPen } from './draw-stroke.ts';
import { trace } from './draw-trace.ts';
import { letterWarp, type Line, randomWave } from './draw-warp.ts';
import { BROAD, BROAD_BY, SKELETONS } from './glyphs.ts';
import { between, type Random } from './random.ts';

/** A network has to learn a letter at every size and shape; a reader knows it, down to 19 pixels. */
const SMALLEST = 38;
const LARGEST = 130;
/** Breadth, of the height. Narrower, strokes overlap at their ends, and an A becomes an X. */
const NARROW = 0.6;
const WIDE = 0.92;

/** A narrow letter has a pen as if it were lower. */
const PEN_FOR_WIDTH = 1.2;

/** How far a skeleton's points stray, in steps of its grid: no two letters are the same shape. */
const STRAY = 0.3;

/** Any of the letter's skeletons at any size, with points that stray, its middle at 0, 0. */
export function traceLetter(letter: string, random: Random): Letter {
  const skeletons = SKELETONS[letter]!;
  const skeleton = skeletons[Math.floor(random() * skeletons.length)]!;
  const height = SMALLEST * (LARGEST / SMALLEST) ** random();
  const width = height * between(random, NARROW, WIDE) * (BROAD.includes(letter) ? BROAD_BY : 1);
  const warp = letterWarp(width, height, random);
  const lines = skeleton.split(' ').map((stroke) => {
    const smooth = stroke.charCodeAt(0) === TILDE;
    const points: number[] = [];
    for (let i = smooth ? 1 : 0; i < stroke.length; i++) {
      points.push(stroke.charCodeAt(i) - ZERO + between(random, -STRAY, STRAY));
    }
    return trace(points, smooth, height / 9, warp);
  });
  const pen = randomPen(Math.min(height, PEN_FOR_WIDTH * width), random);
  return { lines, pen, width, reach: REACH * pen.thick };
}

/** The broadest pens' inks end at one and a half, but a letter's outermost points are few. */
const REACH = 1.2;
const TILDE = 126;
const ZERO = 48;

export function drawLetter(letter: Letter, random: Random, outlines: Outline[]): void {
  for (const line of letter.lines) inkLine(line, letter.pen, random, outlines);
}

const HOOKS = 8;
const HOOK_SIZE = 80;
/** How far a hook stays from letters, which it may turn into others, and from hooks: two may look like a letter. */
const HOOK_CLEAR = 30;

/** Short bent strokes that are no letters, wherever there is room. */
export function drawHooks(letters: readonly Letter[], random: Random, outlines: Outline[]): void {
  const taken = letters.flatMap(({ lines }) => lines);
  for (let i = 0; i < HOOKS; i++) drawHook(taken, random, outlines);
}

function drawHook(taken: Line[], random: Random, outlines: Outline[]): void {
  const x = between(random, 8, WIDTH - 8);
  const y = between(random, 8, HEIGHT - 8);
  if (taken.some((line) => passes(line, x, y))) return;
  const angle = between(random, 0, 2 * Math.PI);
  const reach = between(random, 6, 13);
  const bend = between(random, -0.8, 0.8);
  const dx = Math.cos(angle) * reach;
  const dy = Math.sin(angle) * reach;
  const points = [x - dx, y - dy, x - dy * bend, y + dx * bend, x + dx, y + dy];
  const line = trace(points, true, 1, randomWave(HOOK_SIZE, random));
  inkLine(line, randomPen(HOOK_SIZE, random), random, outlines);
  taken.push(line);
}

/** Whether any point of the line is near. */
function passes(line: Line, x: number, y: number): boolean {
  for (let p = 0; p < line.length; p += 2) {
    if (Math.abs(line[p]! - x) < HOOK_CLEAR && Math.abs(line[p + 1]! - y) < HOOK_CLEAR) return true;
  }
  return false;
}
