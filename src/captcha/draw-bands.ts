import { HEIGHT, WIDTH } from './draw-place.ts';
import { closed, type Outline, whole } from './draw-stroke.ts';
import type { Line } from './draw-warp.ts';
import { between, type Random } from './random.ts';

/** Broad enough that a letter crosses one edge or two, not five. */
const BAND_MIN = 40;
const BAND_MAX = 110;
/** Steep: an edge that lies across the word cuts every letter at its waist, and people misread them. */
const SLANT = 90;
/** Bands reach a little over the picture's border, so that stray corners leave no slit there. */
const OVER = 5;
const CORNERS = 9;
const STRAY = 3;

/** A band by its edges halfway down, and how far they move to the right from top to bottom. */
interface Band {
  readonly left: number;
  readonly right: number;
  readonly slant: number;
}

/** Slanting bands with gaps between, behind everything. */
export function layBands(random: Random, outlines: Outline[]): void {
  const slant = between(random, -SLANT, SLANT);
  let left = between(random, -SLANT, BAND_MAX / 2);
  while (left < WIDTH + SLANT / 2) {
    const right = left + between(random, BAND_MIN, BAND_MAX);
    outlines.push(bandOf({ left, right, slant }, random));
    left = right + between(random, BAND_MIN, BAND_MAX);
  }
}

/** A band's two edges, whose corners stray. */
function bandOf({ left, right, slant }: Band, random: Random): Outline {
  const near: Line = [];
  const far: Line = [];
  for (let corner = 0; corner < CORNERS; corner++) {
    const down = corner / (CORNERS - 1);
    const y = down * (HEIGHT + 2 * OVER) - OVER;
    const shift = slant * (down - 0.5);
    stray(left + shift, y, near, random);
    stray(right + shift, y, far, random);
  }
  return closed(near, far);
}

function stray(x: number, y: number, line: Line, random: Random): void {
  line.push(whole(x + between(random, -STRAY, STRAY)), whole(y + between(random, -STRAY, STRAY)));
}
