/**
 * A captcha as usually drawn, for the solvers to prove themselves on: one shape per character, one
 * subpath per letter, turned, scaled and nudged a little, in reading order.
 */
import { CAPTCHA_ALPHABET } from '../../src/captcha/draw.ts';
import type { Random } from '../../src/captcha/random.ts';
import { SKELETONS } from '../../src/captcha/glyphs.ts';

const PEN = 0.6;

export function drawNaive(text: string, random: Random): string {
  let path = '';
  Array.from(text).forEach((letter, index) => {
    const size = 4 + random();
    const turn = (random() - 0.5) * 0.3;
    const left = 12 + index * 46 + random() * 6;
    const top = 12 + random() * 10;
    const [cos, sin] = [Math.cos(turn) * size, Math.sin(turn) * size];
    const corners = outline(letter).map(
      ([x, y]) =>
        `${(left + x * cos - y * sin).toFixed(2)} ${(top + x * sin + y * cos).toFixed(2)}`,
    );
    path += `M${corners.join('L')}Z`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 75"><path d="${path}"/></svg>`;
}

/** The strokes of a letter's first skeleton, down one side and back up the other, as one outline. */
function outline(letter: string): [number, number][] {
  const all: [number, number][] = [];
  for (const stroke of SKELETONS[letter]![0]!.replaceAll('~', '').split(' ')) {
    const back: [number, number][] = [];
    for (let i = 0; i < stroke.length; i += 2) {
      const [x, y] = [Number(stroke[i]), Number(stroke[i + 1])];
      all.push([x - PEN, y - PEN / 2]);
      back.unshift([x + PEN, y + PEN / 2]);
    }
    all.push(...back);
  }
  return all;
}

export function randomText(random: Random, length = 4): string {
  let text = '';
  while (text.length < length) {
    text += CAPTCHA_ALPHABET[Math.floor(random() * CAPTCHA_ALPHABET.length)]!;
  }
  return text;
}
