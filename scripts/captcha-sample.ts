/** `node scripts/captcha-sample.ts 3000`: labelled captchas from the worker's own drawing, as JSON lines. */
import { CAPTCHA_LENGTH } from '../src/config.ts';
import { CAPTCHA_ALPHABET, drawCaptcha } from '../src/captcha/draw.ts';
import { cryptoRandom, randomText } from '../src/captcha/random.ts';

const count = Number(process.argv[2] ?? 10);
if (!Number.isSafeInteger(count) || count < 1) {
  console.error('usage: captcha-sample.ts [count]');
  process.exit(2);
}

const random = cryptoRandom();
for (let left = count; left > 0; left--) {
  const text = randomText(random, CAPTCHA_ALPHABET, CAPTCHA_LENGTH);
  process.stdout.write(`${JSON.stringify({ text, svg: drawCaptcha(text, random) })}\n`);
}
