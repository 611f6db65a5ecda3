/**
 * For every kind of request, every call it makes fails in every way, alone and together with the next one, and the
 * client hangs up before each. The model must explain what is answered and kept, the promises must hold, and then,
 * in fine weather, whoever wants an account gets one: nothing is lost.
 */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { createWorld, type World } from '../support/world.ts';
import type { Seen } from './explain.ts';
import { createProof, type Proof } from './proof.ts';
import { ask, draw, go, logIn, newest, PASSWORD, register, type Scene, SCENES } from './scenes.ts';
import { CALM, type Fate, FATES, type Forecast } from './trip.ts';

const CLIMATE = { seed: 1, policy: { budget: 1000, brake: null }, lagMs: 0 };
/** From so many generated lives on, every scene is played, and every pair of faults. */
const isLong = Number(env.PROOF_RUNS) >= 200;
const LONGEST_MS = 1_800_000;

const errnoOf = (seen: Seen | undefined) => seen?.answered?.errno;

/** The weather is over: a person who tries again gets there, and no other account is in the way. */
async function converge(proof: Proof): Promise<void> {
  proof.wait(61_000);
  await go(proof, draw());
  const errno = proof.state.users.length === 0 ? '0' : '4003';
  expect(errnoOf(await go(proof, ask(proof)))).toBe(errno);
  expect(errnoOf(await go(proof, register(proof)))).toBe(errno);
  const password = proof.state.users[0]?.password ?? PASSWORD;
  expect(errnoOf(await go(proof, logIn(password)))).toBe('0');
  expect(errnoOf(await go(proof, { kind: 'logout', session: newest(proof) }))).toBe('0');
  expect(proof.state.users).toHaveLength(1);
}

/** Plays the scene in that weather; how many calls the request made. */
async function play(world: World, scene: Scene, weather: Partial<Forecast>): Promise<number> {
  const proof = await createProof(world, CLIMATE);
  await scene.before(proof);
  const forecast = { ...CALM, vendor: scene.vendor ?? 'sent', ...weather };
  const seen = await go(proof, scene.request(proof), forecast);
  const first = seen?.met.length ?? 0;
  if (errnoOf(seen) === '4001') await go(proof, scene.request(proof)); // the same again, at once
  await converge(proof);
  return first;
}

/** What may become of a call and of the one after it. In short runs, what differs most. */
const SHORT: readonly (readonly [Fate, Fate?])[] = [
  ['before'],
  ['before', 'before'],
  ['after'],
  ['after', 'before'],
  ['late'],
  ['nonsense'],
];
const LONG: typeof SHORT = FATES.flatMap((fate) => [
  [fate] as const,
  ...FATES.map((next) => [fate, next] as const),
]);

/** Every fault of every call, as forecasts. */
function* forecasts(calls: number): Generator<Partial<Forecast>, void, void> {
  for (let at = 1; at <= calls; at++) {
    yield { hangUpAt: at };
    for (const [fate, next] of isLong ? LONG : SHORT) {
      const second = next === undefined ? [] : [{ at: at + 1, fate: next }];
      yield { faults: [{ at, fate }, ...second] };
    }
  }
}

describe('every fault of every call', () => {
  it.each(SCENES.filter(([, scene]) => isLong || !scene.onlyInLongRuns))(
    'of %s is survived, and a retry converges',
    async (_, scene) => {
      const world = createWorld();
      const calls = await play(world, scene, {});
      expect(calls).toBeGreaterThan(0);
      for (const weather of forecasts(calls)) await play(world, scene, weather);
    },
    LONGEST_MS,
  );
});
