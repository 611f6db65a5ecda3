/** The request that a wish becomes, with what its owner knows by then. */
import type { Proof } from './proof.ts';
import type { Request } from './requests.ts';
import { ERRANDS, type Wish } from './steps.ts';

const MOBILES = [0, 1, 2, 3, 4, 5].map((n) => `1380013800${n}`);
const PAGES = ['page-a', 'page-b', 'page-c'];
const PASSWORDS = ['correct horse battery', '密码密码密码密码一二'];
const ADDRESSES = ['127.0.0.1', '127.0.0.2', '::1'];
const PATHS = ['/sessions', '/user/events', '/user/export'] as const;

export const mobileOf = (who: number) => at(MOBILES, who);

export function requestOf(proof: Proof, each: Wish): Request {
  const { page, who } = each;
  const mobile = mobileOf(who);
  const session = sessionOf(proof, each);
  const address = at(ADDRESSES, page);
  const next = at(PASSWORDS, each.password);
  switch (each.what) {
    case 'draw':
      return { kind: 'draw', page: at(PAGES, page), spoken: page === 0 && each.gapMs === 1 };
    case 'ask': {
      const texts = proof.pages.get(at(PAGES, page)) ?? [];
      const text = pick(each, texts, ['????', '', '　'], [...proof.pages.values()].flat());
      const purpose = ERRANDS[each.errand];
      return { kind: 'ask', page: at(PAGES, page), mobile, purpose, text: text || '?', session };
    }
    case 'register':
    case 'reset':
      return { kind: each.what, mobile, code: codeOf(proof, each), password: next, session };
    case 'login-by-code':
      return { kind: each.what, mobile, code: codeOf(proof, each), session };
    case 'leave-by-code':
      return { kind: each.what, code: codeOf(proof, each), session };
    case 'login':
      return { kind: each.what, mobile, password: passwordOf(proof, each), address, session };
    case 'change-password':
      return { kind: each.what, password: passwordOf(proof, each), next, address, session };
    case 'leave':
      return { kind: each.what, password: passwordOf(proof, each), address, session };
    case 'look':
      return { kind: each.what, path: page === 0 ? '/user' : '/session', session };
    case 'read':
      return { kind: each.what, path: at(PATHS, page), address, session };
    case 'rename':
      return { kind: each.what, name: at(['小明', mobile, mobileOf(who + 1)], page), session };
    case 'end-one':
      return { kind: each.what, target: targetOf(proof, each), session };
    case 'end-others':
    case 'logout':
      return { kind: each.what, session };
  }
}

const sessionsOf = ({ state, tokens }: Proof, mobile: string) => {
  const user = state.users.find((one) => one.mobile === mobile);
  const theirs = state.sessions.filter(({ userId }) => userId === user?.id);
  return theirs.map(({ by }) => by).filter((by) => tokens.has(by));
};

/** No cookie, mostly a session of one's own, or any that there ever was. */
function sessionOf(proof: Proof, { cookie, who, page }: Wish): number | null {
  if (cookie === 0) return null;
  const own = sessionsOf(proof, mobileOf(who));
  if (cookie <= 3) return own.at(-1) ?? null;
  return (cookie === 4 ? own[0] : [...proof.tokens.keys()].at(-1 - page)) ?? null;
}

/** Another session of one's own, the same one, or anybody's. */
function targetOf(proof: Proof, { who, page }: Wish): number | null {
  const own = sessionsOf(proof, mobileOf(who));
  if (page === 0) return own[0] ?? null;
  return (page === 1 ? own.at(-1) : [...proof.ids.keys()].at(0)) ?? null;
}

function passwordOf({ state }: Proof, each: Wish): string {
  const user = state.users.find(({ mobile }) => mobile === mobileOf(each.who));
  if (each.secret === 'right' && user !== undefined) return user.password;
  return each.secret === 'wrong' ? 'x' : at(PASSWORDS, each.password);
}

function codeOf(proof: Proof, each: Wish): string {
  const isMine = ({ mobile }: { mobile: string }) => mobile === mobileOf(each.who);
  const mine = proof.messages.filter(isMine);
  const others = proof.messages.filter((message) => !isMine(message));
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
