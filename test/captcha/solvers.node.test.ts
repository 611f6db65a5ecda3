/** The picture must not be readable from its source. The solvers first prove that they work. */
import { describe, expect, it } from 'vitest';
import { drawCaptcha } from '../../src/captcha/draw.ts';
import type { Random } from '../../src/captcha/random.ts';
import { drawNaive, randomText } from './naive.ts';
import { readRuns, readShapes } from './path.ts';
import { seeded } from './seeded.ts';
import { type Attack, geometry, type Labelled, pathSignature, pathStatistics } from './solvers.ts';

const LABELLED = 3000;
const ASKED = 500;

type Draw = (text: string, random: Random) => string;

function pictures(draw: Draw, count: number, seed: number): Labelled[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => {
    const text = randomText(random);
    return { text, svg: draw(text, random) };
  });
}

/** The share of whole captchas solved. */
function solved(attack: Attack, draw: Draw): number {
  const solve = attack(pictures(draw, LABELLED, 1));
  const right = pictures(draw, ASKED, 2).filter(({ text, svg }) => solve(svg) === text);
  return right.length / ASKED;
}

it('the solvers are given the ink of ours', () => {
  for (const { svg } of pictures(drawCaptcha, 100, 3)) {
    const ink = readRuns(svg).reduce((sum, { x0, x1 }) => sum + x1 - x0, 0);
    expect(ink).toBeGreaterThan((200 * 75) / 5); // else none of it could be read, whatever is in it
    expect(readShapes(svg)).not.toEqual([]);
  }
});

describe.each([
  { name: 'path signatures', attack: pathSignature },
  { name: 'path statistics', attack: pathStatistics },
  { name: 'geometry', attack: geometry },
])('$name, with 3000 labels', { timeout: 120_000 }, ({ attack }) => {
  it('solve a naive drawing', () => {
    expect(solved(attack, drawNaive)).toBeGreaterThanOrEqual(0.9);
  });

  it('solve at most one in fifty of ours', () => {
    expect(solved(attack, drawCaptcha)).toBeLessThanOrEqual(0.02);
  });
});
