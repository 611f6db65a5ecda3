import fc from 'fast-check';

/** Throws when a generated test has failed: how to play it again, the smallest example, what is wrong with it. */
export function throwIfFailed<T>(file: string, result: fc.RunDetails<T>): void {
  if (!result.failed) return;
  const { seed, counterexamplePath, counterexample, errorInstance } = result;
  const settings = `PROOF_SEED=${seed} PROOF_PATH='${counterexamplePath}'`;
  const why = errorInstance instanceof Error ? errorInstance.message : '';
  throw new Error(
    `${settings} npx vitest run test/proof/${file}.test.ts\n${fc.stringify(counterexample)}\n${why}`,
  );
}
