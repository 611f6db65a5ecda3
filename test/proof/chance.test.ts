import { describe, expect, it, vi } from 'vitest';
import { randomCode } from '../../src/lib/crypto.ts';

describe('a code', () => {
  it('is tossed again where the toss would favour small codes', () => {
    const tosses = [2 ** 32 - 1, 4_294_000_000, 4_293_999_999, 42];
    vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
      if (array instanceof Uint32Array) array[0] = tosses.shift() ?? 0;
      return array;
    });
    expect(randomCode()).toBe('999999');
    expect(randomCode()).toBe('000042');
  });
});
