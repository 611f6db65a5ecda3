/** Every kind of request, each with what must have happened before it. */
import type { Seen } from './explain.ts';
import type { Proof } from './proof.ts';
import type { Request } from './requests.ts';
import { CALM, type Forecast } from './trip.ts';

export const MOBILE = '13800138000';
export const PASSWORD = 'correct horse battery';
const NEXT = 'another horse battery';
const HOME = '127.0.0.1';
const HALF_A_DAY = 43_200_001;
const SECOND = 1000;

export interface Scene {
  before: (proof: Proof) => Promise<unknown>;
  request: (proof: Proof) => Request;
  vendor?: Forecast['vendor'];
  /** It meets the faults of another scene once more. */
  onlyInLongRuns?: boolean;
}

export const go = async (
  proof: Proof,
  request: Request,
  forecast: Forecast = CALM,
): Promise<Seen | undefined> => (await proof.perform([{ request, location: 0, forecast }]))[0];

export const draw = (spoken = false): Request => ({ kind: 'draw', page: 'page', spoken });
type Purpose = Extract<Request, { kind: 'ask' }>['purpose'];
export const ask = (
  proof: Proof,
  purpose: Purpose = 'signup',
  text = proof.pages.get('page')?.at(-1) ?? '?',
): Request => ({
  kind: 'ask',
  mobile: MOBILE,
  purpose,
  page: 'page',
  text,
  session: newest(proof),
});
const latestCode = (proof: Proof) => proof.messages.at(-1)?.code ?? '0';
export const register = (proof: Proof, code = latestCode(proof)): Request => ({
  kind: 'register',
  mobile: MOBILE,
  code,
  password: PASSWORD,
  session: null,
});
export const logIn = (password: string, session: number | null = null): Request => ({
  kind: 'login',
  mobile: MOBILE,
  password,
  address: HOME,
  session,
});
export const newest = (proof: Proof) => [...proof.tokens.keys()].at(-1) ?? null;
const oldest = (proof: Proof) => [...proof.tokens.keys()][0] ?? null;
const wrongCode = (proof: Proof) => String((Number(latestCode(proof)) + 1) % 1e6).padStart(6, '0');

const nothing = async () => {};
const drawn = (proof: Proof) => go(proof, draw());
const asked = async (proof: Proof) => {
  await drawn(proof);
  await go(proof, ask(proof));
};
const signedUp = async (proof: Proof) => {
  await asked(proof);
  await go(proof, register(proof));
};
const twice = async (proof: Proof) => {
  await signedUp(proof);
  await go(proof, logIn(PASSWORD));
};
const later = async (proof: Proof) => {
  await signedUp(proof);
  proof.wait(61 * SECOND);
  await drawn(proof);
};
const askedFor = (purpose: Purpose) => async (proof: Proof) => {
  await later(proof);
  await go(proof, ask(proof, purpose));
};

const SIGN_UP: Record<string, Scene> = {
  'GET /imagecode': { before: nothing, request: () => draw() },
  'GET /audiocode': { onlyInLongRuns: true, before: nothing, request: () => draw(true) },
  'GET /smscode': { before: drawn, request: (proof) => ask(proof) },
  'GET /smscode, refused by the vendor': {
    onlyInLongRuns: true,
    before: drawn,
    request: (proof) => ask(proof),
    vendor: 'refused',
  },
  'GET /smscode, unknown to the vendor': {
    onlyInLongRuns: true,
    before: drawn,
    request: (proof) => ask(proof),
    vendor: 'unknown',
  },
  'GET /smscode with a wrong text': {
    before: drawn,
    request: (proof) => ask(proof, 'signup', '????'),
  },
  'GET /smscode in the cooldown': {
    onlyInLongRuns: true,
    before: async (proof) => {
      await asked(proof);
      proof.wait(2 * SECOND);
      await drawn(proof);
    },
    request: (proof) => ask(proof),
  },
  'GET /smscode of a registered mobile': {
    onlyInLongRuns: true,
    before: later,
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
};

const CODES: Record<string, Scene> = {
  'GET /smscode to log in': {
    onlyInLongRuns: true,
    before: later,
    request: (proof) => ask(proof, 'login'),
  },
  'GET /smscode to leave': { before: later, request: (proof) => ask(proof, 'delete') },
  'POST /sessions with a code': {
    before: askedFor('login'),
    request: (proof) => ({
      kind: 'login-by-code',
      mobile: MOBILE,
      code: latestCode(proof),
      session: newest(proof),
    }),
  },
  'POST /sessions with a wrong code': {
    onlyInLongRuns: true,
    before: askedFor('login'),
    request: (proof) => ({
      kind: 'login-by-code',
      mobile: MOBILE,
      code: wrongCode(proof),
      session: null,
    }),
  },
  'POST /password-resets': {
    before: askedFor('reset'),
    request: (proof) => ({
      kind: 'reset',
      mobile: MOBILE,
      code: latestCode(proof),
      password: NEXT,
      address: HOME,
      session: null,
    }),
  },
  'DELETE /user with a code': {
    before: askedFor('delete'),
    request: (proof) => ({
      kind: 'leave-by-code',
      code: latestCode(proof),
      session: newest(proof),
    }),
  },
};

const change = (proof: Proof, password: string): Request => ({
  kind: 'change-password',
  password,
  next: NEXT,
  address: HOME,
  session: newest(proof),
});
const leave = (proof: Proof, password: string): Request => ({
  kind: 'leave',
  password,
  address: HOME,
  session: newest(proof),
});
const PASSWORDS: Record<string, Scene> = {
  'POST /sessions': { before: signedUp, request: (proof) => logIn(PASSWORD, newest(proof)) },
  'POST /sessions with a wrong password': { before: signedUp, request: () => logIn('x') },
  'PUT /user/password': { before: twice, request: (proof) => change(proof, PASSWORD) },
  'PUT /user/password with a wrong one': {
    before: signedUp,
    request: (proof) => change(proof, 'x'),
  },
  'DELETE /user': { before: twice, request: (proof) => leave(proof, PASSWORD) },
  'DELETE /user with a wrong password': {
    onlyInLongRuns: true,
    before: signedUp,
    request: (proof) => leave(proof, 'x'),
  },
};

const read = (path: '/sessions' | '/user/events' | '/user/export'): Scene => ({
  before: signedUp,
  request: (proof) => ({ kind: 'read', path, address: HOME, session: newest(proof) }),
});
const SESSIONS: Record<string, Scene> = {
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
  'GET /sessions': read('/sessions'),
  'GET /user/events': read('/user/events'),
  'GET /user/export': read('/user/export'),
  'PUT /user/name': {
    before: signedUp,
    request: (proof) => ({ kind: 'rename', name: '小明', session: newest(proof) }),
  },
  'PUT /user/name, prolonging the session': {
    onlyInLongRuns: true,
    before: async (proof) => {
      await signedUp(proof);
      proof.wait(HALF_A_DAY);
    },
    request: (proof) => ({ kind: 'rename', name: '小明', session: newest(proof) }),
  },
  'DELETE /sessions/:id': {
    before: twice,
    request: (proof) => ({ kind: 'end-one', target: oldest(proof), session: newest(proof) }),
  },
  'DELETE /sessions/:id of its own': {
    onlyInLongRuns: true,
    before: twice,
    request: (proof) => ({ kind: 'end-one', target: newest(proof), session: newest(proof) }),
  },
  'DELETE /sessions': {
    before: twice,
    request: (proof) => ({ kind: 'end-others', session: newest(proof) }),
  },
  'DELETE /session': {
    before: signedUp,
    request: (proof) => ({ kind: 'logout', session: newest(proof) }),
  },
};

export const SCENES: readonly (readonly [string, Scene])[] = Object.entries({
  ...SIGN_UP,
  ...CODES,
  ...PASSWORDS,
  ...SESSIONS,
});
