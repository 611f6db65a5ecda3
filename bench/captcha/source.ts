/** `node source.ts`: what the solvers of test/captcha reach on a naive drawing and on ours. */
import { drawCaptcha } from '../../src/captcha/draw.ts';
import { drawNaive, randomText } from '../../test/captcha/naive.ts';
import { seeded } from '../../test/captcha/seeded.ts';
import { geometry, pathSignature, pathStatistics } from '../../test/captcha/solvers.ts';

const LABELLED = Number(process.argv[2] ?? 3000);
const ASKED = 500;

for (const [drawing, draw] of Object.entries({ naive: drawNaive, ours: drawCaptcha })) {
  const pictures = (count: number, seed: number) => {
    const random = seeded(seed);
    return Array.from({ length: count }, () => {
      const text = randomText(random);
      return { text, svg: draw(text, random) };
    });
  };
  for (const [name, attack] of Object.entries({ pathSignature, pathStatistics, geometry })) {
    const solve = attack(pictures(LABELLED, 1));
    let [letters, whole] = [0, 0];
    for (const { text, svg } of pictures(ASKED, 2)) {
      const read = solve(svg);
      if (read === text) whole += 1;
      letters += Array.from(text).filter((letter, i) => read[i] === letter).length;
    }
    const [each, all] = [letters / ASKED / 4, whole / ASKED];
    console.log(`${drawing} ${name}: letters ${each.toFixed(3)}, whole ${all.toFixed(3)}`);
  }
}
