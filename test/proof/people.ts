/** What the steps stand for: people who know what they were shown and sent, and do the right thing or the wrong one. */
import type { Request } from './explain.ts';
import type { Outing, Proof } from './proof.ts';
import { SECOND, type Step, type Wish } from './steps.ts';
import { CALM } from './trip.ts';

const MOBILES = [0, 1, 2, 3, 4, 5].map((n) => `1380013800${n}`);
const PAGES = ['page-a', 'page-b', 'page-c'];
const PASSWORDS = ['correct horse battery', '密码密码密码密码一二'];
const ADDRESSES = ['127.0.0.1', '127.0.0.2', '::1'];

/** Does a step, and says how many there were in it. */
export async function take(proof: Proof, one: Step): Promise<number> {
  if (one.kind === 'crowd') return crowd(proof, one);
  if (one.kind === 'way') return walk(proof, one);
  if (one.kind === 'together') {
    await proof.perform(apart(one.wishes.map((each) => outingOf(proof, each))));
    return one.wishes.length;
  }
  if (one.kind === 'one') await proof.perform([outingOf(proof, one.wish)]);
  if (one.kind === 'wait') proof.wait(one.milliseconds);
  if (one.kind === 'sweep') await proof.sweep();
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
  proof.wait(SECOND); // KV takes one drawing a second
  const whats = (['draw', 'ask', 'register'] as const).slice(0, way.until === 'asked' ? 2 : 3);
  for (const what of whats) {
    const last = what === whats.at(-1);
    const easy = last ? {} : ({ forecast: CALM, secret: 'right' } as const);
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

function requestOf(proof: Proof, each: Wish): Request {
  const { what, who, page, cookie, password } = each;
  const sessions = [...proof.tokens.keys()];
  const session = sessions.length === 0 || cookie === 0 ? null : (sessions.at(-cookie) ?? null);
  const own = { mobile: at(MOBILES, who), password: at(PASSWORDS, password) };
  if (what === 'draw') return { kind: 'draw', page: at(PAGES, page) };
  if (what === 'ask') {
    const texts = proof.pages.get(at(PAGES, page)) ?? [];
    const text = pick(each, texts, ['????', '', '　'], [...proof.pages.values()].flat());
    return { kind: 'ask', page: at(PAGES, page), mobile: own.mobile, text: text || '?' };
  }
  if (what === 'register') return { kind: what, ...own, code: codeOf(proof, each), session };
  if (what === 'login') {
    const tried = each.secret === 'wrong' ? 'x' : own.password;
    return { kind: what, ...own, password: tried, address: at(ADDRESSES, page), session };
  }
  if (what === 'logout') return { kind: what, session };
  return { kind: 'look', path: page === 0 ? '/user' : '/session', session };
}

function codeOf(proof: Proof, each: Wish): string {
  const mine = proof.messages.filter(({ mobile }) => mobile === at(MOBILES, each.who));
  const others = proof.messages.filter(({ mobile }) => mobile !== at(MOBILES, each.who));
  const code = pick(
    each,
    mine.map((message) => message.code),
    ['12345', '１２３４５６', '123456\n'],
    others.map((message) => message.code),
  );
  return code || '000000';
}

/** The secret that the wish is for, out of those that its owner was given, oldest first. */
function pick(
  { secret, page }: Wish,
  own: string[],
  nonsense: string[],
  foreign: string[],
): string {
  const latest = own.at(-1) ?? '';
  if (secret === 'right') return latest;
  if (secret === 'older') return own.at(-2) ?? latest;
  if (secret === 'foreign') return foreign.at(-1) ?? '';
  if (secret === 'nonsense') return at(nonsense, page);
  return /^[0-9]{6}$/.test(latest) ? String((Number(latest) + 1) % 1e6).padStart(6, '0') : 'zzzz';
}

const at = <T>(list: readonly T[], index: number): T => {
  const found = list[index % list.length];
  if (found === undefined) throw new Error('an empty list');
  return found;
};
