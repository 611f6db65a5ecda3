/** What the picture promises, whoever looks at it. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { layBands } from '../../src/captcha/draw-bands.ts';
import { drawLetter, traceLetter } from '../../src/captcha/draw-letter.ts';
import { HEIGHT, type Letter, placeLetters, WIDTH } from '../../src/captcha/draw-place.ts';
import { writePicture } from '../../src/captcha/draw-encode.ts';
import type { Outline } from '../../src/captcha/draw-stroke.ts';
import { CAPTCHA_ALPHABET, drawCaptcha } from '../../src/captcha/draw.ts';
import { CAPTCHA_LENGTH } from '../../src/config.ts';
import { cryptoRandom } from '../../src/captcha/random.ts';
import { randomText } from './naive.ts';
import { seeded } from './seeded.ts';

const random = seeded(7);
const pictures = Array.from({ length: 500 }, () => drawCaptcha(randomText(random), random));

const mean = (size: (svg: string) => number) =>
  pictures.reduce((sum, svg) => sum + size(svg), 0) / pictures.length;

describe('the picture', () => {
  it('is one path of integers in relative commands on paper, and nothing else', () => {
    const whole =
      /^<svg xmlns="[^"]+" width="200" height="75" viewBox="0 0 200 75"><rect [^>]+\/><path [^>]* d="m0 1[-hm 0-9]+"\/><\/svg>$/;
    for (const svg of pictures) expect(svg).toMatch(whole);
  });

  it('differs in nothing but the path, whatever the text', () => {
    const frames = pictures.map((svg) => svg.replace(/ d="[^"]*"/, ''));
    expect(new Set(frames).size).toBe(1);
  });

  it('weighs 6 KB at most, 3 KB sent compressed, on average', () => {
    expect(mean((svg) => svg.length)).toBeLessThanOrEqual(6 * 1024);
    expect(mean((svg) => gzipSync(svg).length)).toBeLessThanOrEqual(3 * 1024);
  });

  it('is the same for the same randomness, and another for other', () => {
    expect(drawCaptcha('AXE3', seeded(1))).toBe(drawCaptcha('AXE3', seeded(1)));
    expect(drawCaptcha('AXE3', seeded(1))).not.toBe(drawCaptcha('AXE3', seeded(2)));
  });

  it('is written the same, whatever it was put together from', () => {
    for (let i = 0; i < 200; i++) {
      const outlines: Outline[] = [];
      layBands(random, outlines);
      drawLetter(traceLetter(randomText(random).slice(0, 1), random), random, outlines);
      const cut = outlines.flatMap(cutInTwo).toReversed();
      expect(writePicture(cut)).toBe(writePicture(outlines));
    }
  });
});

/** Two outlines that share an edge, and together are the one. */
function cutInTwo(outline: Outline): Outline[] {
  const half = 2 * Math.floor(outline.length / 4);
  return [outline.slice(0, half + 2), [...outline.slice(half), ...outline.slice(0, 2)]];
}

describe('the letters', () => {
  const words = ['MMMM', 'AAAA', ...Array.from({ length: 1500 }, () => randomText(random))];
  const placed = words.map((text) => {
    const letters = Array.from(text, (letter) => traceLetter(letter, random));
    placeLetters(letters, random);
    return letters;
  });

  it('are in the picture with all of their strokes', () => {
    for (const { x, y } of placed.flat().flatMap(pointsOf)) {
      expect(Math.min(x, WIDTH - x)).toBeGreaterThan(0);
      expect(Math.min(y, HEIGHT - y)).toBeGreaterThan(0);
    }
  });

  it('never touch, unless they are too broad for the picture together', () => {
    const free = placed.filter((letters) => spanOf(letters) < WIDTH - 30);
    expect(free.length).toBeGreaterThan(1000);
    for (const letters of free) {
      for (const [i, letter] of letters.entries()) {
        for (const before of letters.slice(0, i)) {
          const gap = nearest(before, letter) - before.reach - letter.reach;
          expect(gap).toBeGreaterThan(7);
        }
      }
    }
  });

  it('stand in the order they are read in', () => {
    for (const letters of placed) {
      const middles = letters.map((letter) => middleOf(letter));
      expect(middles).toEqual(middles.toSorted((a, b) => a - b));
    }
  });
});

/** All points of a letter's strokes, in half-units. */
function pointsOf({ lines }: Letter): { x: number; y: number }[] {
  return lines.flatMap((line) =>
    Array.from({ length: line.length / 2 }, (_, i) => ({ x: line[2 * i]!, y: line[2 * i + 1]! })),
  );
}

function middleOf(letter: Letter): number {
  const xs = pointsOf(letter).map(({ x }) => x);
  return (Math.min(...xs) + Math.max(...xs)) / 2;
}

/** How broad the word is, its ink with it. */
function spanOf(letters: readonly Letter[]): number {
  const ends = letters.flatMap((letter) =>
    pointsOf(letter).flatMap(({ x }) => [x - letter.reach, x + letter.reach]),
  );
  return Math.max(...ends) - Math.min(...ends);
}

const nearest = (one: Letter, other: Letter) =>
  Math.min(
    ...pointsOf(one).flatMap((a) => pointsOf(other).map((b) => Math.hypot(a.x - b.x, a.y - b.y))),
  );

describe('the alphabet', () => {
  it('has every letter once, in one case', () => {
    expect(new Set(CAPTCHA_ALPHABET).size).toBe(CAPTCHA_ALPHABET.length);
    expect(CAPTCHA_ALPHABET).toMatch(/^[0-9A-Z]+$/);
  });

  it('leaves a blind guess one chance in ten thousand', () => {
    expect(CAPTCHA_ALPHABET.length ** CAPTCHA_LENGTH).toBeGreaterThanOrEqual(10_000);
  });
});

describe('the randomness', () => {
  it('is uniform over [0, 1)', () => {
    const secure = cryptoRandom();
    const counts = Array.from({ length: 16 }, () => 0);
    for (let i = 0; i < 160_000; i++) counts[Math.floor(secure() * 16)]! += 1;
    expect(counts).toHaveLength(16);
    // Six standard deviations: one run in some ten million fails by chance.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(6 * 97);
  });
});
