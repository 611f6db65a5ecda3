/**
 * For every kind of request, every call it makes fails in every way, alone and together with the next one, and the
 * client hangs up before each. The model must explain what is answered and kept, the promises must hold, and then,
 * in fine weather, whoever wants an account gets one: nothing is lost.
 */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { createWorld, type World } from '../support/world.ts';
import type { Request, Seen } from './explain.ts';
import { createProof, type Proof } from './proof.ts';
import { CALM, type Fate, FATES, type Forecast } from './trip.ts';

const CLIMATE = { seed: 1, policy: { budget: 1000, brake: null }, lagMs: 0 };
const MOBILE = '13800138000';
const PASSWORD = 'correct horse battery';
/** From so many generated lives on, every scene is played, and every pair of faults. */
const isLong = Number(env.PROOF_RUNS) >= 200;
const LONGEST_MS = 1_800_000;
const HALF_A_DAY = 43_200_001;

const go = async (proof: Proof, request: Request, forecast: Forecast = CALM) =>
  (await proof.perform([{ request, location: 0, forecast }]))[0];

const draw = (page = 'page'): Request => ({ kind: 'draw', page });
const ask = (proof: Proof, text = proof.pages.get('page')?.at(-1) ?? '?'): Request => ({
  kind: 'ask',
  mobile: MOBILE,
  page: 'page',
  text,
});
const register = (proof: Proof, code = proof.messages.at(-1)?.code ?? '0'): Request => ({
  kind: 'register',
  mobile: MOBILE,
  code,
  password: PASSWORD,
  session: null,
});
const logIn = (password = PASSWORD, session: number | null = null): Request => ({
  kind: 'login',
  mobile: MOBILE,
  password,
  address: '127.0.0.1',
  session,
});
const newest = (proof: Proof) => [...proof.tokens.keys()].at(-1) ?? null;
const wrongCode = (proof: Proof) =>
  String((Number(proof.messages.at(-1)?.code) + 1) % 1e6).padStart(6, '0');

const asked = async (proof: Proof) => {
  await go(proof, draw());
  await go(proof, ask(proof));
};
const signedUp = async (proof: Proof) => {
  await asked(proof);
  await go(proof, register(proof));
};

interface Scene {
  before: (proof: Proof) => Promise<unknown>;
  request: (proof: Proof) => Request;
  vendor?: Forecast['vendor'];
  /** It meets the faults of another scene once more. */
  onlyInLongRuns?: boolean;
}

const nothing = async () => {};
const scenes: Record<string, Scene> = {
  'GET /imagecode': { before: nothing, request: () => draw() },
  'GET /smscode': { before: (proof) => go(proof, draw()), request: (proof) => ask(proof) },
  'GET /smscode, refused by the vendor': {
    onlyInLongRuns: true,
    before: (proof) => go(proof, draw()),
    request: (proof) => ask(proof),
    vendor: 'refused',
  },
  'GET /smscode, unknown to the vendor': {
    onlyInLongRuns: true,
    before: (proof) => go(proof, draw()),
    request: (proof) => ask(proof),
    vendor: 'unknown',
  },
  'GET /smscode with a wrong text': {
    before: (proof) => go(proof, draw()),
    request: (proof) => ask(proof, '????'),
  },
  'GET /smscode in the cooldown': {
    onlyInLongRuns: true,
    before: async (proof) => {
      await asked(proof);
      proof.wait(2000);
      await go(proof, draw());
    },
    request: (proof) => ask(proof),
  },
  'GET /smscode of a registered mobile': {
    onlyInLongRuns: true,
    before: async (proof) => {
      await signedUp(proof);
      proof.wait(61_000);
      await go(proof, draw());
    },
    request: (proof) => ask(proof),
  },
  'POST /users': { before: asked, request: (proof) => register(proof) },
  'POST /users with a wrong code': {
    before: asked,
    request: (proof) => register(proof, wrongCode(proof)),
  },
  'POST /users with text that is no code': {
    before: asked,
    request: (proof) => register(proof, 'x'),
  },
  'POST /users in a session': {
    onlyInLongRuns: true,
    before: asked,
    request: (proof) => ({ ...register(proof), session: newest(proof) }) as Request,
  },
  'POST /sessions': { before: signedUp, request: (proof) => logIn(PASSWORD, newest(proof)) },
  'POST /sessions with a wrong password': { before: signedUp, request: () => logIn('x') },
  'GET /session': {
    before: signedUp,
    request: (proof) => ({ kind: 'look', path: '/session', session: newest(proof) }),
  },
  'GET /user, prolonging the session': {
    before: async (proof) => {
      await signedUp(proof);
      proof.wait(HALF_A_DAY);
    },
    request: (proof) => ({ kind: 'look', path: '/user', session: newest(proof) }),
  },
  'DELETE /session': {
    before: signedUp,
    request: (proof) => ({ kind: 'logout', session: newest(proof) }),
  },
};

/** The weather is over: a person who tries again gets there, and no other account is in the way. */
async function converge(proof: Proof): Promise<void> {
  proof.wait(61_000);
  await go(proof, draw());
  const sent = await go(proof, ask(proof));
  if (errnoOf(sent) !== '4003') {
    expect(errnoOf(sent)).toBe('0');
    expect(errnoOf(await go(proof, register(proof)))).toBe('0');
  }
  expect(errnoOf(await go(proof, logIn()))).toBe('0');
  expect(errnoOf(await go(proof, { kind: 'logout', session: newest(proof) }))).toBe('0');
  expect(proof.state.users).toHaveLength(1);
}

const errnoOf = (seen: Seen | undefined) => seen?.answered?.errno;

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

/** What a store that is down for a while does next. In a long run, everything that it could. */
function nextFates(fate: Fate): readonly Fate[] {
  if (isLong) return FATES;
  return fate === 'after' || fate === 'before' ? ['before'] : [];
}

describe('every fault of every call', () => {
  it.each(Object.entries(scenes).filter(([, scene]) => isLong || !scene.onlyInLongRuns))(
    'of %s is survived, and a retry converges',
    async (_, scene) => {
      const world = createWorld();
      const calls = await play(world, scene, {});
      expect(calls).toBeGreaterThan(0);
      for (let at = 1; at <= calls + 1; at++) {
        await play(world, scene, { hangUpAt: at });
        for (const fate of FATES) {
          await play(world, scene, { faults: [{ at, fate }] });
          for (const next of nextFates(fate)) {
            const faults = [{ at, fate }, { at: at + 1, fate: next }]; // prettier-ignore
            await play(world, scene, { faults });
          }
        }
      }
    },
    LONGEST_MS,
  );
});
