/** The model's requests and answers as they go over HTTP. */
import { answerOf } from '../../src/answers.ts';
import { type Call, requestOf } from '../support/world.ts';
import type { Answered, Seen } from './explain.ts';
import { userAgentOf } from './model-reading.ts';
import type { Answer } from './model.ts';
import type { Request, RequestOf } from './requests.ts';

/** What stands for a session outside: its token, and its public id. Both by the request that started it. */
export interface Names {
  tokens: ReadonlyMap<number, string>;
  ids: ReadonlyMap<number, string>;
}

export function toHttp(request: Request, by: number, { tokens, ids }: Names): globalThis.Request {
  const asking = 'session' in request ? request.session : null;
  const session = asking === null ? undefined : tokens.get(asking);
  const headers = {
    'User-Agent': userAgentOf(by),
    ...('address' in request ? { 'CF-Connecting-IP': request.address } : {}),
  };
  const { path, ...call } = callOf(request, ids);
  return requestOf(path, { ...call, headers, ...(session === undefined ? {} : { session }) });
}

type Sent = Call & { path: string };
type Calls = {
  [Kind in Request['kind']]: (request: RequestOf<Kind>, ids: Names['ids']) => Sent;
};
const CALLS: Calls = {
  draw: ({ page, spoken }) => ({ path: `/${spoken ? 'audiocode' : 'imagecode'}/${page}` }),
  ask: ({ mobile, page, purpose, text }) => {
    const query = new URLSearchParams({ id: page, text, purpose });
    return { path: `/smscode/${mobile}?${query.toString()}` };
  },
  register: ({ mobile, code, password }) => ({
    path: '/users',
    method: 'POST',
    body: { mobile, sms_code: code, password },
  }),
  reset: ({ mobile, code, password }) => ({
    path: '/password-resets',
    method: 'POST',
    body: { mobile, sms_code: code, password },
  }),
  login: ({ mobile, password }) => ({
    path: '/sessions',
    method: 'POST',
    body: { mobile, password },
  }),
  'login-by-code': ({ mobile, code }) => ({
    path: '/sessions',
    method: 'POST',
    body: { mobile, sms_code: code },
  }),
  'change-password': ({ password, next }) => ({
    path: '/user/password',
    method: 'PUT',
    body: { old_password: password, password: next },
  }),
  leave: ({ password }) => ({ path: '/user', method: 'DELETE', body: { password } }),
  'leave-by-code': ({ code }) => ({ path: '/user', method: 'DELETE', body: { sms_code: code } }),
  rename: ({ name }) => ({ path: '/user/name', method: 'PUT', body: { name } }),
  'end-one': ({ target }, ids) => ({
    path: `/sessions/${ids.get(target ?? 0) ?? 'x'}`,
    method: 'DELETE',
  }),
  'end-others': () => ({ path: '/sessions', method: 'DELETE' }),
  logout: () => ({ path: '/session', method: 'DELETE' }),
  look: ({ path }) => ({ path }),
  read: ({ path }) => ({ path }),
};

function callOf(request: Request, ids: Names['ids']): Sent {
  const call = CALLS[request.kind] as (...given: unknown[]) => Sent;
  return call(request, ids);
}

/** `ids` may learn the names of its sessions until `matches` is asked. */
export async function readAnswer(response: Response, ids: Names['ids']): Promise<Answered> {
  const bytes = await response.arrayBuffer();
  if (/^(image|audio)\//.test(response.headers.get('Content-Type') ?? '')) return CAPTCHA;
  const body = JSON.parse(new TextDecoder().decode(bytes)) as Body;
  const retryAfter = response.headers.get('Retry-After');
  const cookie = response.headers.getSetCookie().some((line) => /^session=[^;]/.test(line));
  return {
    errno: body.errno,
    errmsg: body.errmsg,
    retryAfter: Number(retryAfter ?? 0),
    matches: (answer) => {
      if (answer.reason === 'drawn') return false;
      const found = { body: groupedLike(answer, body, ids), retryAfter, cookie };
      return same(found, expectedAnswer(answer, ids));
    },
    toString: () => JSON.stringify({ body, retryAfter, cookie }),
  };
}

interface Body {
  errno: string;
  errmsg: string;
  data?: Record<string, unknown>;
}

const CAPTCHA: Answered = {
  errno: '0',
  errmsg: '',
  retryAfter: 0,
  matches: ({ reason }) => reason === 'drawn',
  toString: () => 'a captcha',
};

function expectedAnswer(answer: Answer, ids: Names['ids']) {
  const { reason, retryAfterMs, data, lists, session } = answer;
  if (reason === 'drawn') return null;
  const { body } = answerOf(reason, 'zh', '200');
  const seconds = retryAfterMs === undefined ? null : Math.max(1, Math.ceil(retryAfterMs / 1000));
  const all = { ...data, ...(seconds === null ? {} : { retry_after: seconds }) };
  const named = Object.entries(lists ?? {}).map(([name, groups]) => [
    name,
    groups.map((group) => inAnyOrder(group.map((one) => withPublicId(one, ids)))),
  ]);
  const isBare = data === undefined && seconds === null;
  return {
    body: isBare ? body : { ...body, data: { ...all, ...Object.fromEntries(named) } },
    retryAfter: seconds === null ? null : String(seconds),
    cookie: session !== undefined,
  };
}

/** The model knows a session by its request. One that was over before anyone looked has no name. */
function withPublicId(one: unknown, ids: Names['ids']): unknown {
  const { id } = one as { id?: number };
  return id === undefined ? one : { ...(one as object), id: ids.get(id) };
}

function withKnownId(one: unknown, ids: Names['ids']): unknown {
  const { id } = one as { id?: string };
  if (id === undefined || [...ids.values()].includes(id)) return one;
  return { ...(one as object), id: undefined };
}

/** The answer with its lists cut into groups as long as the model's. */
function groupedLike({ lists }: Answer, body: Body, ids: Names['ids']): Body {
  if (lists === undefined || body.data === undefined) return body;
  const data = { ...body.data };
  for (const [name, groups] of Object.entries(lists)) {
    const list = (data[name] as unknown[]).map((one) => withKnownId(one, ids));
    const cut = groups.map(({ length }) => inAnyOrder(list.splice(0, length)));
    data[name] = list.length === 0 ? cut : [...cut, list];
  }
  return { ...body, data };
}

const inAnyOrder = (group: unknown[]) => group.map((one) => JSON.stringify(one)).toSorted();

/** What happened to a request, for people. */
export function describeSeen({ by, now, request, met, answered }: Seen): string {
  const calls = met.map(({ kind, fate }) => `${kind} ${fate}`).join(', ');
  const answer = answered === null ? 'nobody heard' : answered.toString();
  return `#${by} at ${now}: ${JSON.stringify(request)}\n  met ${calls}\n  ${answer}`;
}

/** Whether two plain values are the same, the order of their names included. */
export const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
