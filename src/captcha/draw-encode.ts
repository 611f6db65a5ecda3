import { HEIGHT, WIDTH } from './draw-place.ts';
import type { Outline } from './draw-stroke.ts';

/** A row of the picture in half-units: one pixel of its 75. */
const ROW = 2;
const ROWS = HEIGHT / ROW;

/** White paper and near-black ink, 16:1, on pages of any colour. A row reaches a little into the next, so that no seam shows. */
const HEAD =
  '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="75" viewBox="0 0 200 75">' +
  '<rect width="200" height="75" fill="#fff"/>' +
  '<path transform="scale(.5)" fill="none" stroke="#222" stroke-width="2.2" d="m0 1';
const TAIL = '"/></svg>';

/** By row, a bit for each place at which ink begins or ends: so they are in order, and what turns twice does not turn. */
const WORDS = Math.ceil((WIDTH + 1) / 32);
const turns = new Int32Array(ROWS * WORDS);

/**
 * Writes the picture as runs of ink, row by row, in relative commands. That is what can be seen and no more: a path of the strokes
 * themselves, in however many pieces, can be put together again by the edges that they share.
 */
export function writePicture(outlines: readonly Outline[]): string {
  turns.fill(0);
  for (const outline of outlines) noteTurns(outline);
  return HEAD + ascii.decode(bytes.subarray(0, writeRuns())) + TAIL;
}

/** Notes where an outline crosses the middle of each row. Two outlines over each other turn the ink back (even-odd). */
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
  const last = y1 < HEIGHT ? (y1 / ROW) | 0 : ROWS;
  let row = y0 > 0 ? (y0 / ROW) | 0 : 0;
  if (row >= last) return;
  const pace = (x1 - x0) / (y1 - y0);
  let x = x0 + (row * ROW + ROW / 2 - y0) * pace + 0.5;
  for (; row < last; row++, x += ROW * pace) {
    const turn = x < 0 ? 0 : x > WIDTH ? WIDTH : x | 0;
    turns[row * WORDS + (turn >> 5)]! ^= 1 << (turn & 31);
  }
}

/** `m-399 148h400` is the longest run. As bytes: joining some thousand short strings takes longer than the drawing. */
const BYTES_PER_RUN = 13;
const bytes = new Uint8Array(ROWS * (WIDTH / 2) * BYTES_PER_RUN);
const ascii = new TextDecoder();
const [M, H, SPACE, MINUS, ZERO] = [109, 104, 32, 45, 48];

/** Tells where the runs end. */
function writeRuns(): number {
  let end = 0;
  let x = 0;
  let y = 0;
  let from = -1;
  for (let word = 0; word < turns.length; word++) {
    let bits = turns[word]!;
    while (bits !== 0) {
      const lowest = bits & -bits;
      bits ^= lowest;
      const turn = (word % WORDS) * 32 + 31 - Math.clz32(lowest);
      if (from < 0) {
        from = turn;
        continue;
      }
      const top = Math.floor(word / WORDS) * ROW;
      bytes[end++] = M;
      end = writeNumber(end, from - x);
      bytes[end++] = SPACE;
      end = writeNumber(end, top - y);
      bytes[end++] = H;
      end = writeNumber(end, turn - from);
      x = turn;
      y = top;
      from = -1;
    }
  }
  return end;
}

/** Writes an integer under 1000 either way, and tells where it ends. */
function writeNumber(at: number, n: number): number {
  if (n < 0) {
    bytes[at++] = MINUS;
    n = -n;
  }
  if (n > 99) bytes[at++] = ZERO + ((n / 100) | 0);
  if (n > 9) bytes[at++] = ZERO + (((n / 10) | 0) % 10);
  bytes[at++] = ZERO + (n % 10);
  return at;
}
