/** Uniform in [0, 1). */
export type Random = () => number;

const WORDS_PER_FILL = 1024;

/** Secure randomness, 32 bits a draw, asked of the platform four kilobytes at a time. */
export function cryptoRandom(): Random {
  const words = new Uint32Array(WORDS_PER_FILL);
  let next = WORDS_PER_FILL;
  return () => {
    if (next === WORDS_PER_FILL) {
      crypto.getRandomValues(words);
      next = 0;
    }
    return words[next++]! / 2 ** 32;
  };
}

/** Uniform in [low, high). */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}
