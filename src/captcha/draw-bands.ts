import { HEIGHT, WIDTH } from './draw-place.ts';
import { type Piece, whole } from './draw-stroke.ts';
import { between, type Random } from './random.ts';

/** Broad enough that a letter crosses one edge or two, not five. */
const BAND_MIN = 50;
const BAND_MAX = 140;
const SLANT = 90;
const TILT = 30;
/** Bands reach a little over the picture's border, so that stray corners leave no slit there. */
const OVER = 5;

/**
 * Slanting bands with gaps between, and one that fills the picture from above or below: where they
 * cross, the picture turns twice.
 */
export function layBands(random: Random, pieces: Piece[]): void {
  const slant = between(random, -SLANT, SLANT);
  let left = between(random, -SLANT, BAND_MAX / 2);
  while (left < WIDTH + SLANT / 2) {
    const right = left + between(random, BAND_MIN, BAND_MAX);
    const top = { y: -OVER, left: left - slant / 2, right: right - slant / 2 };
    const bottom = { y: HEIGHT + OVER, left: left + slant / 2, right: right + slant / 2 };
    layBand(
      [top.left, top.y, top.right, top.y, bottom.left, bottom.y, bottom.right, bottom.y],
      random,
      pieces,
    );
    left = right + between(random, BAND_MIN, BAND_MAX);
  }
  const border = random() < 0.5 ? -OVER : HEIGHT + OVER;
  const middle = between(random, 0.35, 0.65) * HEIGHT;
  const tilt = between(random, -TILT, TILT);
  layBand(
    [-OVER, border, WIDTH + OVER, border, -OVER, middle - tilt, WIDTH + OVER, middle + tilt],
    random,
    pieces,
  );
}

/** Cells little broader than a bold stroke: the bands are not simply the large pieces. */
const CELL_WIDTH = 44;
const CELL_HEIGHT = 25;
const STRAY = 3;

/** Four corners: upper left, upper right, lower left, lower right. */
type Band = readonly [number, number, number, number, number, number, number, number];

/** Cuts a band into cells whose corners stray; neighbours share them, so the cuts do not show. */
function layBand(band: Band, random: Random, pieces: Piece[]): void {
  const columns = Math.max(1, Math.round((band[2] - band[0]) / CELL_WIDTH));
  const rows = Math.max(1, Math.round(Math.abs(band[5] - band[1]) / CELL_HEIGHT));
  let above = cornersAt(band, 0, columns, random);
  for (let row = 1; row <= rows; row++) {
    const below = cornersAt(band, row / rows, columns, random);
    for (let i = 0; i < 2 * columns; i += 2) {
      if (outside(above[i]!, below[i + 2]!)) continue;
      pieces.push([
        above[i]!,
        above[i + 1]!,
        above[i + 2]!,
        above[i + 3]!,
        below[i + 2]!,
        below[i + 3]!,
        below[i]!,
        below[i + 1]!,
      ]);
    }
    above = below;
  }
}

function cornersAt(band: Band, down: number, columns: number, random: Random): number[] {
  const corners: number[] = [];
  for (let column = 0; column <= columns; column++) {
    const along = column / columns;
    const x = mix(mix(band[0], band[2], along), mix(band[4], band[6], along), down);
    const y = mix(mix(band[1], band[3], along), mix(band[5], band[7], along), down);
    corners.push(
      whole(x + between(random, -STRAY, STRAY)),
      whole(y + between(random, -STRAY, STRAY)),
    );
  }
  return corners;
}

const mix = (a: number, b: number, share: number) => a + (b - a) * share;

/** Cells lean less than they are wide, so two opposite corners tell. */
const outside = (left: number, right: number) =>
  Math.max(left, right) < -CELL_WIDTH || Math.min(left, right) > WIDTH + CELL_WIDTH;
