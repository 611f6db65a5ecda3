import { HEIGHT, WIDTH } from './draw-place.ts';
import type { Outline } from './draw-stroke.ts';

/** White paper and near-black ink, 16:1, on pages of any colour. */
const HEAD =
  '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="75" viewBox="0 0 200 75">' +
  '<rect width="200" height="75" fill="#fff"/>' +
  '<path transform="scale(.5)" fill="#222" d="';
const TAIL = '"/></svg>';

/** A row of the picture in half-units: one pixel of its 75. */
const ROW = 2;
const ROWS = HEIGHT / ROW;

/** Places across are kept in whole 256ths of a half-unit: the engine is fast with whole numbers. */
const UNIT = 256;
/** How far a slice's sides may be from the ink's. */
const TOLERANCE = 0.5 * UNIT;
/** A side that moves further from one row to the next is not followed: it would shoot over its end. */
const JUMP = 7 * UNIT;
/** Ink or paper that is narrower does not show. */
const HAIR = 0.5 * UNIT;

/** By row, where ink begins and ends, in order: so many of them, which is more than any picture has. */
const TURNS = 256;
const turns = new Int32Array(ROWS * TURNS);
const counts = new Int32Array(ROWS);

/** A run of ink and those under it, as long as both of its sides are straight. */
interface Slice {
  readonly row: number;
  rows: number;
  /** Its last run. */
  from: number;
  to: number;
  /** Where its sides cross the middle of the first row, and how far they move a row: told by the second. */
  readonly left: number;
  readonly right: number;
  leftPace: number;
  rightPace: number;
}

/**
 * Writes the picture as slices of ink, in relative commands. That is what can be seen and no more: a path of the strokes
 * themselves, in however many pieces, can be put together again by the edges that they share.
 */
export function writePicture(outlines: readonly Outline[]): string {
  counts.fill(0);
  for (const outline of outlines) noteTurns(outline);
  const page = { end: 0, x: 0, y: 0 };
  let above: Slice[] = [];
  for (let row = 0; row < ROWS; row++) above = sliceRow(row, above, page);
  for (const slice of above) write(slice, page);
  return HEAD + ascii.decode(bytes.subarray(0, page.end)) + TAIL;
}

/** Notes where an outline crosses the middle of each row. */
function noteTurns(outline: Outline): void {
  const size = outline.length;
  let x0 = outline[size - 2]!;
  let y0 = outline[size - 1]!;
  for (let i = 0; i < size; i += 2) {
    const x1 = outline[i]!;
    const y1 = outline[i + 1]!;
    // From the upper end, so that an edge is the same in both directions.
    if (y0 < y1) noteEdge(x0, y0, x1, y1);
    else noteEdge(x1, y1, x0, y0);
    x0 = x1;
    y0 = y1;
  }
}

function noteEdge(x0: number, y0: number, x1: number, y1: number): void {
  const last = y1 < HEIGHT ? y1 >> 1 : ROWS;
  let row = y0 > 0 ? y0 >> 1 : 0;
  if (row >= last) return;
  const pace = ((x1 - x0) / (y1 - y0)) * UNIT;
  let x = x0 * UNIT + (row * ROW + ROW / 2 - y0) * pace;
  for (; row < last; row++, x += ROW * pace) noteTurn(row, x | 0);
}

/** What turns twice at one place does not turn. */
function noteTurn(row: number, x: number): void {
  const first = row * TURNS;
  let end = first + counts[row]!;
  let at = end;
  while (at > first && turns[at - 1]! > x) at--;
  if (at > first && turns[at - 1] === x) {
    for (end -= 1; at <= end; at++) turns[at - 1] = turns[at]!;
  } else {
    for (let move = end++; move > at; move--) turns[move] = turns[move - 1]!;
    turns[at] = x;
  }
  counts[row] = end - first;
}

/** Lets each run of a row go on with the slice above it, or begin one. Two outlines over each other turn the ink back (even-odd). */
function sliceRow(row: number, above: readonly Slice[], page: Page): Slice[] {
  const open: Slice[] = [];
  const last = row * TURNS + counts[row]! - 1;
  let next = 0;
  for (let turn = row * TURNS; turn < last; turn += 2) {
    const from = Math.max(0, turns[turn]!);
    while (turn + 2 < last && turns[turn + 2]! - turns[turn + 1]! < HAIR) turn += 2;
    const to = Math.min(WIDTH * UNIT, turns[turn + 1]!);
    if (to - from < HAIR) continue;
    while (next < above.length && above[next]!.to <= from) write(above[next++]!, page);
    const slice = above[next];
    if (slice !== undefined && slice.from < to && goesOn(slice, from, to)) {
      open.push(slice);
      next += 1;
    } else {
      open.push(newSlice(row, from, to));
    }
  }
  while (next < above.length) write(above[next++]!, page);
  return open;
}

const newSlice = (row: number, from: number, to: number): Slice => ({
  row,
  rows: 1,
  from,
  to,
  left: from,
  right: to,
  leftPace: 0,
  rightPace: 0,
});

/** Whether the slice takes the run in, with both of its sides straight. */
function goesOn(slice: Slice, from: number, to: number): boolean {
  const { left, right, rows } = slice;
  const leftPace = rows === 1 ? from - left : slice.leftPace;
  const rightPace = rows === 1 ? to - right : slice.rightPace;
  const isStraight =
    Math.abs(left + rows * leftPace - from) <= TOLERANCE &&
    Math.abs(right + rows * rightPace - to) <= TOLERANCE &&
    Math.abs(leftPace) <= JUMP &&
    Math.abs(rightPace) <= JUMP;
  if (!isStraight) return false;
  slice.leftPace = leftPace;
  slice.rightPace = rightPace;
  slice.rows = rows + 1;
  slice.from = from;
  slice.to = to;
  return true;
}

/** Where on the page is written next, and where in the picture the last slice ended. */
interface Page {
  end: number;
  x: number;
  y: number;
}

/** `m-399-148h400l-399 150h-400` is the longest slice. As bytes: joining some thousand short strings takes longer than the drawing. */
const BYTES_PER_SLICE = 28;
const bytes = new Uint8Array((ROWS * TURNS * BYTES_PER_SLICE) / 2);
const ascii = new TextDecoder();
const [M, H, L, SPACE, MINUS, ZERO] = [109, 104, 108, 32, 45, 48];

function write({ left, leftPace, right, rightPace, row, rows }: Slice, page: Page): void {
  const toBottom = rows - 0.5;
  const topLeft = whole(left - leftPace / 2);
  const topRight = Math.max(topLeft, whole(right - rightPace / 2));
  const bottomRight = whole(right + rightPace * toBottom);
  const bottomLeft = Math.min(bottomRight, whole(left + leftPace * toBottom));
  const top = row * ROW;
  bytes[page.end++] = M;
  writePair(topLeft - page.x, top - page.y, page);
  bytes[page.end++] = H;
  writeNumber(topRight - topLeft, page);
  bytes[page.end++] = L;
  writePair(bottomRight - topRight, rows * ROW, page);
  bytes[page.end++] = H;
  writeNumber(bottomLeft - bottomRight, page);
  page.x = bottomLeft;
  page.y = top + rows * ROW;
}

/** Half-units. */
const whole = (place: number) => Math.floor(place / UNIT + 0.5) | 0;

function writePair(x: number, y: number, page: Page): void {
  writeNumber(x, page);
  if (y >= 0) bytes[page.end++] = SPACE;
  writeNumber(y, page);
}

/** Writes an integer under 1000 either way. */
function writeNumber(n: number, page: Page): void {
  if (n < 0) {
    bytes[page.end++] = MINUS;
    n = -n;
  }
  if (n > 99) bytes[page.end++] = ZERO + ((n / 100) | 0);
  if (n > 9) bytes[page.end++] = ZERO + (((n / 10) | 0) % 10);
  bytes[page.end++] = ZERO + (n % 10);
}
