/** Numbers out of numbers. */
const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

/** The value below which `part` (0 to 1) of them lie. */
export function quantile(numbers: readonly number[], part: number): number {
  const ordered = sorted(numbers);
  const at = part * (ordered.length - 1);
  const [low = NaN, high = low] = [ordered[Math.floor(at)], ordered[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

export const median = (numbers: readonly number[]) => quantile(numbers, 0.5);

export interface Ratio {
  median: number;
  /** The 95 % confidence interval of the median. */
  low: number;
  high: number;
  rounds: number;
}

const LEFT_OUT = 0.025;

/** The ratio of two series that were measured turn by turn, round by round: what slows both does not move it. */
export function ratioOf(measured: readonly number[], against: readonly number[]): Ratio {
  const ratios = sorted(measured.map((value, round) => value / (against[round] ?? NaN)));
  const rounds = ratios.length;
  const outside = ranksOutside(rounds);
  const [low = NaN, high = NaN] = [ratios[outside], ratios[rounds - 1 - outside]];
  return { median: median(ratios), low, high, rounds };
}

/**
 * How many of the lowest, and of the highest, lie outside the confidence interval of the median. It asks for nothing about
 * the distribution: each round is above the true median or below it, as a coin falls (sign test).
 */
function ranksOutside(rounds: number): number {
  let below = 0;
  let chance = 0.5 ** rounds;
  let tail = chance;
  while (tail <= LEFT_OUT) {
    below++;
    chance *= (rounds - below + 1) / below;
    tail += chance;
  }
  return Math.max(0, below - 1);
}

export type Verdict = 'met' | 'missed' | 'too noisy to tell';

/** An interval with the goal in it tells nothing. */
export function verdictOn({ low, high }: Ratio, atMost: number): Verdict {
  if (high <= atMost) return 'met';
  return low > atMost ? 'missed' : 'too noisy to tell';
}
