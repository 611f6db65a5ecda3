/** `node speed.ts`: drawings a second and bytes, ours against svg-captcha, turn by turn, by CPU time. */
import { gzipSync } from 'node:zlib';
import svgCaptcha from 'svg-captcha';
import { CAPTCHA_ALPHABET, drawCaptcha } from '../../src/captcha/draw.ts';
import { cryptoRandom } from '../../src/captcha/random.ts';
import { median, ratioOf, type Ratio } from '../statistics.ts';

const ROUNDS = 7;
const DRAWINGS = 3000;

export interface Drawing {
  /** Drawings in a second of CPU. */
  rate: number;
  bytes: number;
  gzip: number;
}

const random = cryptoRandom();
const letter = () => CAPTCHA_ALPHABET[Math.floor(random() * CAPTCHA_ALPHABET.length)] ?? '';
const ours = () => drawCaptcha(letter() + letter() + letter() + letter(), random);
const theirs = () => svgCaptcha.create({ width: 200, height: 75 }).data;

export function compareDrawing(): { ours: Drawing; theirs: Drawing; ratio: Ratio } {
  const rates = { theirs: [] as number[], ours: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.theirs.push(rateOf(theirs));
    rates.ours.push(rateOf(ours));
  }
  return {
    ours: { rate: median(rates.ours), ...sizesOf(ours) },
    theirs: { rate: median(rates.theirs), ...sizesOf(theirs) },
    ratio: ratioOf(rates.ours, rates.theirs),
  };
}

function rateOf(draw: () => string): number {
  const start = process.cpuUsage();
  for (let i = 0; i < DRAWINGS; i++) draw();
  const { user, system } = process.cpuUsage(start);
  return (DRAWINGS / (user + system)) * 1_000_000;
}

function sizesOf(draw: () => string): { bytes: number; gzip: number } {
  const pictures = Array.from({ length: 1000 }, draw);
  const mean = (size: (svg: string) => number) =>
    Math.round(pictures.reduce((sum, svg) => sum + size(svg), 0) / pictures.length);
  return { bytes: mean((svg) => svg.length), gzip: mean((svg) => gzipSync(svg).length) };
}

if (import.meta.main) {
  const { ratio, ...drawings } = compareDrawing();
  for (const [name, { rate, bytes, gzip }] of Object.entries(drawings)) {
    console.log(`${name.padEnd(8)}${rate.toFixed(0)}/s  ${bytes} bytes, ${gzip} gzip`);
  }
  console.log(`ratio   ${ratio.median.toFixed(2)}`);
}
