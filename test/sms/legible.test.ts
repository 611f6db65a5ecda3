import { expect, it } from 'vitest';
import { withoutSecrets } from '../../src/sms/legible.ts';

it.each(['012345', 'SM-012345', '012-345', '0_1_2_3_4_5', 'a:key-of-ours', 'a-keyofours'])(
  'says nothing of a word that holds a secret, whatever stands between: %s',
  (word) => {
    const secrets = ['012345', 'key-of-ours'];
    expect(withoutSecrets({ word, other: 'SM-01234' }, secrets)).toEqual({
      word: 'illegible',
      other: 'SM-01234',
    });
  },
);

it('takes a secret without letters and digits as it is', () => {
  expect(withoutSecrets({ why: 'HTTP 500', word: 'a***' }, ['***'])).toEqual({
    why: 'HTTP 500',
    word: 'illegible',
  });
});
