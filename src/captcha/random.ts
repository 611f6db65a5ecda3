/** Uniform in [0, 1). */
export type Random = () => number;

/** A picture takes some two hundred. */
const WORDS_PER_FILL = 384;

/** Secure randomness, 16 bits a draw: finer than a picture's grid, and no letter is a thousandth likelier than another. */
export function cryptoRandom(): Random {
  const words = new Uint16Array(WORDS_PER_FILL);
  let next = WORDS_PER_FILL;
  return () => {
    if (next === WORDS_PER_FILL) {
      crypto.getRandomValues(words);
      next = 0;
    }
    return words[next++]! / 2 ** 16;
  };
}

/** Uniform in [low, high). */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

/** Each character as likely as any other of the alphabet. */
export function randomText(random: Random, alphabet: string, length: number): string {
  const pick = () => alphabet[Math.floor(random() * alphabet.length)];
  return Array.from({ length }, pick).join('');
}
