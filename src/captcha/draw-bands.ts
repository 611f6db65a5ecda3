import { HEIGHT, WIDTH } from './draw-place.ts';
import { closed, type Piece, whole } from './draw-stroke.ts';
import type { Line } from './draw-warp.ts';
import { between, type Random } from './random.ts';

/** Broad enough that a letter crosses one edge or two, not five. */
const BAND_MIN = 40;
const BAND_MAX = 110;
/** Steep: an edge that lies across the word cuts every letter at its waist, and people misread them. */
const SLANT = 90;
/** Bands reach a little over the picture's border, so that stray corners leave no slit there. */
const OVER = 5;

/** A band by its edges halfway down, and how far they move to the right from top to bottom. */
interface Band {
  readonly left: number;
  readonly right: number;
  readonly slant: number;
}

/** Slanting bands with gaps between, behind everything. */
export function layBands(random: Random, pieces: Piece[]): void {
  const slant = between(random, -SLANT, SLANT);
  let left = between(random, -SLANT, BAND_MAX / 2);
  while (left < WIDTH + SLANT / 2) {
    const right = left + between(random, BAND_MIN, BAND_MAX);
    layBand({ left, right, slant }, random, pieces);
    left = right + between(random, BAND_MIN, BAND_MAX);
  }
}

/** Cells little broader than a bold stroke: the bands are not simply the large pieces. */
const CELL_WIDTH = 34;
const ROWS = 8;
const STRAY = 3;

/** Cuts a band into cells whose corners stray; neighbours share them, so the cuts do not show. */
function layBand(band: Band, random: Random, pieces: Piece[]): void {
  const columns = Math.max(1, Math.round((band.right - band.left) / CELL_WIDTH));
  let above = sidesAt(band, 0, columns, random);
  for (let row = 1; row <= ROWS; row++) {
    const below = sidesAt(band, row / ROWS, columns, random);
    above.forEach((upper, column) => {
      const lower = below[column]!;
      if (!outside(upper[0]!, lower.at(-2)!)) pieces.push(closed(upper, lower));
    });
    above = below;
  }
}

/**
 * Between two rows of cells, the side of each column. Some have two points more between their corners: a
 * cell has as many corners as a piece of a stroke, and is not to be told from one by counting them.
 */
function sidesAt(
  { left, right, slant }: Band,
  down: number,
  columns: number,
  random: Random,
): Line[] {
  const y = down * (HEIGHT + 2 * OVER) - OVER;
  const x = left + slant * (down - 0.5);
  const pace = (right - left) / columns;
  const sides: Line[] = [];
  let side: Line = [];
  stray(x, y, side, random);
  for (let column = 0; column < columns; column++) {
    if (random() < 0.5) {
      stray(x + pace * (column + 1 / 3), y, side, random);
      stray(x + pace * (column + 2 / 3), y, side, random);
    }
    stray(x + pace * (column + 1), y, side, random);
    sides.push(side);
    side = side.slice(-2);
  }
  return sides;
}

function stray(x: number, y: number, line: Line, random: Random): void {
  line.push(whole(x + between(random, -STRAY, STRAY)), whole(y + between(random, -STRAY, STRAY)));
}

/** Cells lean less than they are wide, so two opposite corners tell. */
const outside = (left: number, right: number) =>
  Math.max(left, right) < -CELL_WIDTH || Math.min(left, right) > WIDTH + CELL_WIDTH;
