/** The list of errnos in the README, against the table of answers. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const found = (file: string, pattern: RegExp) => {
  const matches = readFileSync(file, 'utf8').matchAll(pattern);
  return [...new Set(Array.from(matches, ([, errno = '']) => errno))].toSorted();
};

it('the README says what each errno of a refusal means, and of no other', () => {
  const answered = found('src/answers.ts', /: \[\s*'(4[0-9]{3})',/g);
  expect(answered).toContain('4103');
  expect(found('README.md', /(?:^|· )`(4[0-9]{3})` [^·]/gm)).toEqual(answered);
});
