import { HEIGHT, type Place, WIDTH } from './draw-place.ts';
import { inkLine, type Piece, randomPen } from './draw-stroke.ts';
import { trace } from './draw-trace.ts';
import { letterWarp, type Warp } from './draw-warp.ts';
import { SKELETONS } from './glyphs.ts';
import { between, type Random } from './random.ts';

/** How far a skeleton's points stray, in steps of its grid: no two letters are the same shape. */
const STRAY = 0.42;

/** Any of the letter's skeletons, with points that stray, in a pen of its own. */
export function drawLetter(
  letter: string,
  place: Place,
  wave: Warp,
  random: Random,
  pieces: Piece[],
): void {
  const skeletons = SKELETONS[letter]!;
  const skeleton = skeletons[Math.floor(random() * skeletons.length)]!;
  const warp = letterWarp(place, wave, random);
  const pen = randomPen(random);
  for (const stroke of skeleton.split(' ')) {
    const smooth = stroke.charCodeAt(0) === TILDE;
    const points: number[] = [];
    for (let i = smooth ? 1 : 0; i < stroke.length; i++) {
      points.push(stroke.charCodeAt(i) - ZERO + between(random, -STRAY, STRAY));
    }
    inkLine(trace(points, smooth, place.height / 9, warp, random), pen, random, pieces);
  }
}

const TILDE = 126;
const ZERO = 48;

/** A short bent stroke that is no letter, kept out of the middle of every letter. */
export function drawHook(
  places: readonly Place[],
  wave: Warp,
  random: Random,
  pieces: Piece[],
): void {
  const x = between(random, 8, WIDTH - 8);
  const y = between(random, 8, HEIGHT - 8);
  if (
    places.some(
      (place) =>
        Math.abs(x - place.x) < place.width * 0.62 && Math.abs(y - place.y) < place.height * 0.62,
    )
  )
    return;
  const angle = between(random, 0, 2 * Math.PI);
  const reach = between(random, 6, 13);
  const bend = between(random, -0.8, 0.8);
  const dx = Math.cos(angle) * reach;
  const dy = Math.sin(angle) * reach;
  const points = [x - dx, y - dy, x - dy * bend, y + dx * bend, x + dx, y + dy];
  inkLine(trace(points, true, 1, wave, random), randomPen(random), random, pieces);
}
