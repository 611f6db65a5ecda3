/**
 * The promises under generated weather. `PROOF_RUNS=n` runs n generated lives of the service (50 by default);
 * a failure prints the smallest life that shows it, and the command that plays it again.
 */
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createWorld } from '../support/world.ts';
import { take } from './people.ts';
import { createProof, type Proof } from './proof.ts';
import { throwIfFailed } from './replay.ts';
import { step } from './steps.ts';

const { PROOF_RUNS, PROOF_SEED, PROOF_PATH } = env;
const RUNS = Number(PROOF_RUNS || 50);
const STEPS_PER_LIFE = 40;
const LONGEST_MS = 4 * 3_600_000;

const climate = fc.record({
  seed: fc.nat(),
  policy: fc.record({
    budget: fc.constantFrom(3, 8, 1000, 1000),
    brake: fc.option(
      fc.record({ floor: fc.constantFrom(2, 4), ratio: fc.constantFrom(0.2, 0.9) }),
      {
        freq: 4,
      },
    ),
  }),
  lagMs: fc.constantFrom(0, 0, 0, 30_000),
});

let taken = 0;
const tally: Record<string, number> = {};
const note = ({ answers }: Proof) => {
  for (const { request, errno } of answers) {
    const key = `${request.kind} ${errno ?? 'unheard'}`;
    tally[key] = (tally[key] ?? 0) + 1;
  }
};
afterAll(() => console.log(`proof: ${RUNS} lives, ${taken} steps`, tally));

describe('a service in the worst weather', () => {
  it(
    'answers and keeps what the model says, whatever comes (I1–I10)',
    async () => {
      const world = createWorld();
      const life = fc.asyncProperty(
        climate,
        fc.array(step, { maxLength: STEPS_PER_LIFE, size: 'max' }),
        async (weather, steps) => {
          const proof = await createProof(world, weather);
          for (const one of steps) taken += await take(proof, one);
          note(proof);
        },
      );
      const result = await fc.check(life, {
        numRuns: RUNS,
        ...(PROOF_SEED ? { seed: Number(PROOF_SEED) } : {}),
        ...(PROOF_PATH ? { path: PROOF_PATH } : {}),
      });
      throwIfFailed('properties', result);
      expect(result.failed).toBe(false);
    },
    LONGEST_MS,
  );
});
