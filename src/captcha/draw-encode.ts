import type { Piece } from './draw-stroke.ts';
import type { Random } from './random.ts';

const HEAD =
  '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="75" viewBox="0 0 200 75">' +
  '<rect width="200" height="75" fill="#fff"/><path transform="scale(.5)" fill="#222" d="';
const TAIL = '"/></svg>';

/** Writes the pieces as one path, in random order, each from a random corner, relative throughout. */
export function encode(pieces: Piece[], random: Random): string {
  shuffle(pieces, random);
  let path = '';
  let x = 0;
  let y = 0;
  for (const piece of pieces) {
    const size = piece.length;
    const start = 2 * Math.floor((random() * size) / 2);
    const startX = piece[start]!;
    const startY = piece[start + 1]!;
    path += 'm' + (startX - x) + follow(startY - y);
    x = startX;
    y = startY;
    for (let k = 2; k < size; k += 2) {
      const at = start + k < size ? start + k : start + k - size;
      path += follow(piece[at]! - x) + follow(piece[at + 1]! - y);
      x = piece[at]!;
      y = piece[at + 1]!;
    }
    path += 'z';
    x = startX;
    y = startY;
  }
  return HEAD + path + TAIL;
}

/** A number after another: its sign, when it has one, is separator enough. */
function follow(n: number): string {
  return n < 0 ? '' + n : ' ' + n;
}

function shuffle(pieces: Piece[], random: Random): void {
  for (let i = pieces.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const piece = pieces[i]!;
    pieces[i] = pieces[j]!;
    pieces[j] = piece;
  }
}
