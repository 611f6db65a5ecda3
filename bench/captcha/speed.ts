/** `node speed.ts`: drawings a second and bytes, ours against svg-captcha, turn by turn, by CPU time. */
import { gzipSync } from 'node:zlib';
import svgCaptcha from 'svg-captcha';
import { CAPTCHA_ALPHABET, drawCaptcha } from '../../src/captcha/draw.ts';
import { cryptoRandom } from '../../src/captcha/random.ts';

const ROUNDS = 7;
const DRAWINGS = 3000;

const random = cryptoRandom();
const letter = () => CAPTCHA_ALPHABET[Math.floor(random() * CAPTCHA_ALPHABET.length)] ?? '';
const ours = () => drawCaptcha(letter() + letter() + letter() + letter(), random);
const theirs = () => svgCaptcha.create().data;

const rates = { theirs: [] as number[], ours: [] as number[] };
for (let round = 0; round < ROUNDS; round++) {
  rates.theirs.push(rate(theirs));
  rates.ours.push(rate(ours));
}
const [slow, fast] = [median(rates.theirs), median(rates.ours)];
console.log(`svg-captcha  ${slow.toFixed(0)}/s  ${sizes(theirs)}`);
console.log(`ours         ${fast.toFixed(0)}/s  ${sizes(ours)}`);
console.log(`ratio        ${(fast / slow).toFixed(2)}`);

function rate(draw: () => string): number {
  const start = process.cpuUsage();
  for (let i = 0; i < DRAWINGS; i++) draw();
  const { user, system } = process.cpuUsage(start);
  return (DRAWINGS / (user + system)) * 1_000_000;
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

function sizes(draw: () => string): string {
  const pictures = Array.from({ length: 1000 }, draw);
  const mean = (size: (svg: string) => number) =>
    Math.round(pictures.reduce((sum, svg) => sum + size(svg), 0) / pictures.length);
  return `${mean((svg) => svg.length)} bytes, ${mean((svg) => gzipSync(svg).length)} gzip`;
}
