/**
 * `... captcha-sample.ts 3500 | node render.ts OUT`: labelled captchas as pixels, for pixels.py.
 * `node render.ts OUT 3500` renders as many of svg-captcha instead, to show what a solver is worth.
 * Writes OUT.bin (a byte a pixel, 200 by 75, one picture after another) and OUT.txt (a text a line).
 */
import { writeFileSync } from 'node:fs';
import { text as textOf } from 'node:stream/consumers';
import svgCaptcha from 'svg-captcha';
import { rasterise } from './raster.ts';

const WIDTH = 200;
const HEIGHT = 75;

const [out = 'captchas', peers] = process.argv.slice(2);
const captchas = Number(peers) > 0 ? drawPeers(Number(peers)) : await readSamples();
const pixels = new Uint8Array(captchas.length * WIDTH * HEIGHT);
captchas.forEach(({ svg }, i) => {
  pixels.set(rasterise(svg, WIDTH, HEIGHT).ink, i * WIDTH * HEIGHT);
});
writeFileSync(`${out}.bin`, pixels);
writeFileSync(`${out}.txt`, captchas.map(({ text }) => text).join('\n'));

async function readSamples(): Promise<{ text: string; svg: string }[]> {
  const lines = (await textOf(process.stdin)).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as { text: string; svg: string });
}

function drawPeers(count: number): { text: string; svg: string }[] {
  return Array.from({ length: count }, () => {
    const { text, data } = svgCaptcha.create({ width: WIDTH, height: HEIGHT });
    return { text, svg: data };
  });
}
