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
  /** The middle half of the rounds. */
  low: number;
  high: number;
  rounds: number;
}

/** The ratio of two series that were measured turn by turn, round by round: what slows both does not move it. */
export function ratioOf(measured: readonly number[], against: readonly number[]): Ratio {
  const ratios = measured.map((value, round) => value / (against[round] ?? NaN));
  return {
    median: median(ratios),
    low: quantile(ratios, 0.25),
    high: quantile(ratios, 0.75),
    rounds: ratios.length,
  };
}

export type Verdict = 'met' | 'missed' | 'too noisy to tell';

/** Rounds of which the middle half lies on both sides of the goal tell nothing. */
export function verdictOn({ low, high, median: middle }: Ratio, atMost: number): Verdict {
  if (low <= atMost && high > atMost) return 'too noisy to tell';
  return middle <= atMost ? 'met' : 'missed';
}
