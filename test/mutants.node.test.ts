/** Whether `npm run test:mutants` can still take every guard away. That each turns a test red takes it most of an hour to show. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MUTANTS } from '../scripts/mutants/all.ts';

it('finds the text of every mutant once, and its tests', () => {
  const lost = MUTANTS.filter(
    ({ file, text, tests }) =>
      readFileSync(file, 'utf8').split(text).length !== 2 ||
      !tests.every((test) => existsSync(test)),
  );
  expect(lost.map(({ file, why }) => `${file}: ${why}`)).toEqual([]);
});
