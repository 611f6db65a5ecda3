/** `node scripts/captcha-sheet.ts [file]`: sixty captchas on a page, each answer hidden until clicked. */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CAPTCHA_LENGTH } from '../src/config.ts';
import { CAPTCHA_ALPHABET, drawCaptcha } from '../src/captcha/draw.ts';
import { cryptoRandom, randomText } from '../src/captcha/random.ts';

const PICTURES = 60;

const random = cryptoRandom();
const file = resolve(process.argv[2] ?? join(tmpdir(), 'captcha-sheet.html'));
writeFileSync(file, page(Array.from({ length: PICTURES }, figure)));
console.log(file);

function figure(_: unknown, index: number): string {
  const text = randomText(random, CAPTCHA_ALPHABET, CAPTCHA_LENGTH);
  const source = Buffer.from(drawCaptcha(text, random)).toString('base64');
  return (
    `<figure><img width="300" height="112" alt="captcha ${index + 1}" src="data:image/svg+xml;base64,${source}">` +
    `<figcaption><details><summary>${index + 1}</summary>${text}</details></figcaption></figure>`
  );
}

function page(figures: readonly string[]): string {
  return `<!doctype html><meta charset="utf-8"><title>Captchas</title>
<style>
  :root { color-scheme: light dark; font: 16px system-ui }
  body { display: grid; grid-template-columns: repeat(auto-fill, 316px); gap: 12px }
  figure { margin: 0 }
  summary { cursor: pointer }
</style>
${figures.join('\n')}
`;
}
