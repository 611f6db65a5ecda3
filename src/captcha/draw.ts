/**
 * Draws a captcha: the text's letters, hooks that are no letters, and bands behind both. Where two things overlap the picture
 * turns to its opposite (even-odd), so a letter is dark on light and light on dark. What is written is the picture, row by row,
 * and nothing of what it was drawn from.
 *
 * Pure: the same text and randomness give the same picture. Takes letters of CAPTCHA_ALPHABET.
 */
import { layBands } from './draw-bands.ts';
import { writePicture } from './draw-encode.ts';
import { drawHooks, drawLetter, traceLetter } from './draw-letter.ts';
import { placeLetters } from './draw-place.ts';
import type { Outline } from './draw-stroke.ts';
import { SKELETONS } from './glyphs.ts';
import type { Random } from './random.ts';

/** Upper case; a person may type either. */
export const CAPTCHA_ALPHABET = Object.keys(SKELETONS).join('');

export function drawCaptcha(text: string, random: Random): string {
  const letters = Array.from(text, (letter) => traceLetter(letter, random));
  placeLetters(letters, random);
  const outlines: Outline[] = [];
  layBands(random, outlines);
  for (const letter of letters) drawLetter(letter, random, outlines);
  drawHooks(letters, random, outlines);
  return writePicture(outlines);
}
