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

const [M, Z, SPACE, MINUS, ZERO] = [109, 122, 32, 45, 48];

/**
 * Writes the pieces as one path, in random order and each from a random corner, in relative
 * commands. Written as bytes: joining some thousand short strings takes longer than the drawing.
 */
export function writePicture(pieces: Piece[], random: Random): string {
  shuffle(pieces, random);
  const coordinates = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const bytes = new Uint8Array(
    coordinates * BYTES_PER_COORDINATE + pieces.length * BYTES_PER_FRAME,
  );
  let end = 0;
  let x = 0;
  let y = 0;
  for (const piece of pieces) {
    const size = piece.length;
    let at = 2 * ((random() * (size / 2)) | 0);
    const startX = piece[at]!;
    const startY = piece[at + 1]!;
    bytes[end++] = M;
    for (let corner = 0; corner < size; corner += 2) {
      const dx = piece[at]! - x;
      const dy = piece[at + 1]! - y;
      if (corner > 0 && dx >= 0) bytes[end++] = SPACE;
      end = writeNumber(bytes, end, dx);
      if (dy >= 0) bytes[end++] = SPACE;
      end = writeNumber(bytes, end, dy);
      x += dx;
      y += dy;
      at = at + 2 < size ? at + 2 : 0;
    }
    bytes[end++] = Z;
    x = startX;
    y = startY;
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
