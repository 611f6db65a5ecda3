import { HEIGHT, WIDTH } from './draw-place.ts';
import { closed, type Outline, whole } from './draw-stroke.ts';
import { type Line, swell } from './draw-warp.ts';
import { between, type Random } from './random.ts';

/** Broad enough that a letter crosses two edges or three, not five. */
const BAND_MIN = 26;
const BAND_MAX = 75;
/** Steep: an edge that lies across the word cuts every letter at its waist, and people misread them. */
const SLANT = 90;
const CORNERS = 9;
/** How an edge differs from the others: in its lean, and in how far and how often it swells. One Hough transform finds those that are straight and lean alike. */
const LEAN = 30;
const BEND_MIN = 7;
const BEND_MAX = 16;

/** Slanting bands with gaps between, behind everything. */
export function layBands(random: Random, outlines: Outline[]): void {
  const slant = between(random, -SLANT, SLANT);
  let x = between(random, -SLANT, BAND_MAX / 2);
  while (x < WIDTH + SLANT / 2) {
    const near = edge(x, slant, random);
    x += between(random, BAND_MIN, BAND_MAX);
    outlines.push(closed(near, edge(x, slant, random)));
    x += between(random, BAND_MIN, BAND_MAX);
  }
}

/** From top to bottom, through `x` halfway down. */
function edge(x: number, slant: number, random: Random): Line {
  const lean = slant + between(random, -LEAN, LEAN);
  const bend = between(random, BEND_MIN, BEND_MAX);
  const turns = between(random, 0.6, 1.3);
  const start = random();
  const line: Line = [];
  for (let corner = 0; corner < CORNERS; corner++) {
    const down = corner / (CORNERS - 1);
    line.push(
      whole(x + lean * (down - 0.5) + bend * swell(start + turns * down)),
      whole(down * HEIGHT),
    );
  }
  return line;
}
