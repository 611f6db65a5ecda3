/** What the steps stand for: people who know what they were shown and sent, and do the right thing or the wrong one. */
import type { Outing, Proof } from './proof.ts';
import { mobileOf, requestOf } from './intents.ts';
import { SECOND, type Step, type Wish } from './steps.ts';
import { CALM } from './trip.ts';

/** Does a step, and says how many there were in it. */
export async function take(proof: Proof, one: Step): Promise<number> {
  if (one.kind === 'crowd') return crowd(proof, one);
  if (one.kind === 'way') return walk(proof, one);
  if (one.kind === 'home') return stayAtHome(proof, one);
  if (one.kind === 'together') {
    await proof.perform(apart(one.wishes.map((each) => outingOf(proof, each))));
    return one.wishes.length;
  }
  if (one.kind === 'one') await proof.perform([outingOf(proof, one.wish)]);
  if (one.kind === 'wait') proof.wait(one.milliseconds);
  if (one.kind === 'sweep') await proof.sweep();
  if (one.kind === 'block') await proof.block(mobileOf(one.who), one.lifted);
  return 1;
}

/** Everybody wants something for one mobile at one time, each with a captcha of its own. */
async function crowd(proof: Proof, { who, wishes }: Extract<Step, { kind: 'crowd' }>) {
  const all = wishes.map((each, page) => ({ ...each, who, page }));
  proof.wait(SECOND);
  for (const each of all) {
    await proof.perform([outingOf(proof, { ...each, what: 'draw', forecast: CALM })]);
  }
  await proof.perform(apart(all.map((each) => outingOf(proof, each))));
  return 2 * all.length;
}

/** A person who does everything right, in one place, up to the last request, which may go wrong in every way. */
async function walk(proof: Proof, way: Extract<Step, { kind: 'way' }>): Promise<number> {
  const base: Wish = { ...way.wish, who: way.who, location: way.location };
  let steps = 0;
  const needsAccount = base.errand !== 'register';
  if (needsAccount) {
    steps = await settle(proof, base);
    proof.wait(61 * SECOND);
  }
  const what = way.until === 'asked' ? ([] as const) : ([base.errand] as const);
  return steps + (await go(proof, base, ['draw', 'ask', ...what]));
}

/** A person who has an account, and a session of it, and does something with it. */
async function stayAtHome(proof: Proof, { who, wish }: Extract<Step, { kind: 'home' }>) {
  const base = { ...wish, who };
  return (await settle(proof, base)) + (await go(proof, base, [base.what]));
}

/** Signs up or logs in unless that was done, in fine weather. */
async function settle(proof: Proof, base: Wish): Promise<number> {
  const mobile = mobileOf(base.who);
  const user = proof.state.users.find((one) => one.mobile === mobile);
  const isIn = proof.state.sessions.some(({ userId }) => userId === user?.id);
  if (isIn) return 0;
  const calm = { ...base, forecast: CALM, secret: 'right', cookie: 0 } as const;
  if (user !== undefined) return go(proof, calm, ['login']);
  return go(proof, { ...calm, errand: 'register' }, ['draw', 'ask', 'register']);
}

/** One after the other, all but the last as they should be. */
async function go(proof: Proof, base: Wish, whats: readonly Wish['what'][]): Promise<number> {
  for (const what of whats) {
    const easy =
      what === whats.at(-1) ? {} : ({ forecast: CALM, secret: 'right', cookie: 1 } as const);
    if (what === 'draw') proof.wait(SECOND); // KV takes one drawing a second
    await proof.perform([outingOf(proof, { ...base, ...easy, what })]);
  }
  return whats.length;
}

/** Two drawings of one page at once: KV refuses one, and nobody can say whose text was shown. */
function apart(outings: Outing[]): Outing[] {
  const drawn = new Set<string>();
  return outings.filter(({ request }) => {
    if (request.kind !== 'draw') return true;
    const again = drawn.has(request.page);
    drawn.add(request.page);
    return !again;
  });
}

function outingOf(proof: Proof, each: Wish): Outing {
  const { location, forecast, gapMs } = each;
  return { request: requestOf(proof, each), location, forecast, gapMs };
}
