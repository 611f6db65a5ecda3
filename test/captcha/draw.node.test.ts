/** What the picture promises, whoever looks at it. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CAPTCHA_ALPHABET, drawCaptcha } from '../../src/captcha/draw.ts';
import { cryptoRandom } from '../../src/captcha/random.ts';
import { randomText } from './naive.ts';
import { readPaths } from './path.ts';
import { seeded } from './seeded.ts';

const random = seeded(7);
const pictures = Array.from({ length: 500 }, () => drawCaptcha(randomText(random), random));

const mean = (size: (svg: string) => number) =>
  pictures.reduce((sum, svg) => sum + size(svg), 0) / pictures.length;

describe('the picture', () => {
  it('is one path of integers in relative commands on paper, and nothing else', () => {
    const whole =
      /^<svg xmlns="[^"]+" width="200" height="75" viewBox="0 0 200 75"><rect [^>]+\/><path [^>]* d="[-mz 0-9]+"\/><\/svg>$/;
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
    expect(drawCaptcha('ACE3', seeded(1))).toBe(drawCaptcha('ACE3', seeded(1)));
    expect(drawCaptcha('ACE3', seeded(1))).not.toBe(drawCaptcha('ACE3', seeded(2)));
  });

  it('has many times more subpaths than letters', () => {
    for (const svg of pictures) expect(readPaths(svg).length).toBeGreaterThan(60);
  });
});

describe('the alphabet', () => {
  it('has every letter once, in one case', () => {
    expect(new Set(CAPTCHA_ALPHABET).size).toBe(CAPTCHA_ALPHABET.length);
    expect(CAPTCHA_ALPHABET).toMatch(/^[0-9A-Z]{12,}$/);
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
