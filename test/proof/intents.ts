/** The request that a wish becomes, with what its owner knows by then. */
import type { Proof } from './proof.ts';
import type { Request, RequestOf } from './requests.ts';
import { ERRANDS, type Wish } from './steps.ts';

const MOBILES = [0, 1, 2, 3, 4, 5].map((n) => `1380013800${n}`);
const PAGES = ['page-a', 'page-b', 'page-c'];
const PASSWORDS = ['correct horse battery', '密码密码密码密码一二'];
const ADDRESSES = ['127.0.0.1', '127.0.0.2', '::1'];
const PATHS = ['/sessions', '/user/events', '/user/export'] as const;

export const mobileOf = (who: number) => at(MOBILES, who);

/** What a person has at hand: their mobile, a cookie or none, the secrets that they know or guess. */
interface Means {
  wish: Wish;
  mobile: string;
  session: number | null;
  address: string;
  text: () => string;
  code: () => string;
  /** The password that they take for theirs. */
  password: () => string;
  /** The one that they want to have. */
  next: string;
  target: () => number | null;
}

type Intents = { [Kind in Request['kind']]: (means: Means) => RequestOf<Kind> };
const INTENTS: Intents = {
  draw: ({ wish: { gapMs, page } }) => ({
    kind: 'draw',
    page: at(PAGES, page),
    spoken: page === 0 && gapMs === 1,
  }),
  ask: ({ mobile, session, text, wish: { errand, page } }) => {
    const purpose = ERRANDS[errand];
    return { kind: 'ask', page: at(PAGES, page), mobile, purpose, text: text() || '?', session };
  },
  register: ({ code, mobile, next, session }) => ({
    kind: 'register',
    mobile,
    code: code(),
    password: next,
    session,
  }),
  reset: ({ address, code, mobile, next, session }) => ({
    kind: 'reset',
    mobile,
    code: code(),
    password: next,
    address,
    session,
  }),
  'login-by-code': ({ code, mobile, session }) => ({
    kind: 'login-by-code',
    mobile,
    code: code(),
    session,
  }),
  'leave-by-code': ({ code, session }) => ({ kind: 'leave-by-code', code: code(), session }),
  login: ({ address, mobile, password, session }) => ({
    kind: 'login',
    mobile,
    password: password(),
    address,
    session,
  }),
  'change-password': ({ address, next, password, session }) => ({
    kind: 'change-password',
    password: password(),
    next,
    address,
    session,
  }),
  leave: ({ address, password, session }) => ({
    kind: 'leave',
    password: password(),
    address,
    session,
  }),
  look: ({ session, wish: { page } }) => ({
    kind: 'look',
    path: page === 0 ? '/user' : '/session',
    session,
  }),
  read: ({ address, session, wish: { page } }) => ({
    kind: 'read',
    path: at(PATHS, page),
    address,
    session,
  }),
  rename: ({ mobile, session, wish: { page, who } }) => ({
    kind: 'rename',
    name: at(['小明', mobile, mobileOf(who + 1)], page),
    session,
  }),
  'end-one': ({ session, target }) => ({ kind: 'end-one', target: target(), session }),
  'end-others': ({ session }) => ({ kind: 'end-others', session }),
  logout: ({ session }) => ({ kind: 'logout', session }),
};

export function requestOf(proof: Proof, wish: Wish): Request {
  const { page, password, what, who } = wish;
  const texts = proof.pages.get(at(PAGES, page)) ?? [];
  return INTENTS[what]({
    wish,
    mobile: mobileOf(who),
    session: sessionOf(proof, wish),
    address: at(ADDRESSES, page),
    text: () => pick(wish, texts, ['????', '', '　'], [...proof.pages.values()].flat()),
    code: () => codeOf(proof, wish),
    password: () => passwordOf(proof, wish),
    next: at(PASSWORDS, password),
    target: () => targetOf(proof, wish),
  });
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
