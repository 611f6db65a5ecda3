import type { Piece } from './draw-stroke.ts';
import type { Random } from './random.ts';

/** White paper and near-black ink, 16:1, on pages of any colour. */
const HEAD =
  '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="75" viewBox="0 0 200 75">' +
  '<rect width="200" height="75" fill="#fff"/>' +
  '<path transform="scale(.5)" fill="#222" fill-rule="evenodd" d="';
const TAIL = '"/></svg>';

/** `-999` is the longest number and a corner has two; `m` and `z` frame a piece. */
const BYTES_PER_COORDINATE = 4;
const BYTES_PER_FRAME = 2;

const ascii = new TextDecoder();

/** What a picture is written to, and the next one over it. */
let page = new Uint8Array();

const [M, Z, SPACE, MINUS, ZERO] = [109, 122, 32, 45, 48];

/**
 * Writes the pieces as one path, in random order and each from a random corner, in relative
 * commands. Written as bytes: joining some thousand short strings takes longer than the drawing.
 */
export function writePicture(pieces: Piece[], random: Random): string {
  shuffle(pieces, random);
  const coordinates = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const longest = coordinates * BYTES_PER_COORDINATE + pieces.length * BYTES_PER_FRAME;
  if (page.length < longest) page = new Uint8Array(2 * longest);
  const bytes = page;
  let end = 0;
  let x = 0;
  let y = 0;
  for (const piece of pieces) {
    const size = piece.length;
    const first = 2 * ((random() * (size / 2)) | 0);
    bytes[end++] = M;
    for (let corner = first; corner < first + size; corner += 2) {
      const at = corner < size ? corner : corner - size;
      const toX = piece[at]!;
      const toY = piece[at + 1]!;
      if (corner > first && toX >= x) bytes[end++] = SPACE;
      end = writeNumber(bytes, end, toX - x);
      if (toY >= y) bytes[end++] = SPACE;
      end = writeNumber(bytes, end, toY - y);
      x = toX;
      y = toY;
    }
    bytes[end++] = Z;
    x = piece[first]!;
    y = piece[first + 1]!;
  }
  return HEAD + ascii.decode(bytes.subarray(0, end)) + TAIL;
}

/** Writes an integer under 1000 either way, and tells where it ends. */
function writeNumber(bytes: Uint8Array, at: number, n: number): number {
  if (n < 0) {
    bytes[at++] = MINUS;
    n = -n;
  }
  if (n > 99) bytes[at++] = ZERO + ((n / 100) | 0);
  if (n > 9) bytes[at++] = ZERO + (((n / 10) | 0) % 10);
  bytes[at++] = ZERO + (n % 10);
  return at;
}

function shuffle(pieces: Piece[], random: Random): void {
  for (let i = pieces.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const piece = pieces[i]!;
    pieces[i] = pieces[j]!;
    pieces[j] = piece;
  }
}
