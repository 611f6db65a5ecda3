/** The model's requests and answers as they go over HTTP. */
import { answerOf } from '../../src/answers.ts';
import { requestOf } from '../support/world.ts';
import type { Answered, Request, Seen } from './explain.ts';
import type { Answer } from './model.ts';

type Tokens = ReadonlyMap<number, string>;

export function toHttp(request: Request, tokens: Tokens): globalThis.Request {
  const by = 'session' in request ? request.session : null;
  const session = by === null ? undefined : tokens.get(by);
  const call = session === undefined ? {} : { session };
  if (request.kind === 'draw') return requestOf(`/imagecode/${request.page}`, {});
  if (request.kind === 'ask') {
    const query = new URLSearchParams({ id: request.page, text: request.text });
    return requestOf(`/smscode/${request.mobile}?${query.toString()}`, {});
  }
  if (request.kind === 'register') {
    const { mobile, code, password } = request;
    const body = { mobile, sms_code: code, password };
    return requestOf('/users', { ...call, method: 'POST', body });
  }
  if (request.kind === 'login') {
    const { mobile, password, address } = request;
    const headers = { 'CF-Connecting-IP': address };
    return requestOf('/sessions', { ...call, method: 'POST', headers, body: { mobile, password } });
  }
  if (request.kind === 'look') return requestOf(request.path, call);
  return requestOf('/session', { ...call, method: 'DELETE' });
}

export async function readAnswer(response: Response): Promise<Answered> {
  const type = response.headers.get('Content-Type') ?? '';
  const text = await response.text();
  if (type.startsWith('image/')) return PICTURE;
  const body = JSON.parse(text) as { errno: string; errmsg: string };
  const retryAfter = response.headers.get('Retry-After');
  const cookie = response.headers.getSetCookie().some((line) => /^session=[^;]/.test(line));
  return {
    errno: body.errno,
    errmsg: body.errmsg,
    retryAfter: Number(retryAfter ?? 0),
    matches: (answer) => same({ body, retryAfter, cookie }, expectedAnswer(answer)),
    toString: () => JSON.stringify({ body, retryAfter, cookie }),
  };
}

const PICTURE: Answered = {
  errno: '0',
  errmsg: '',
  retryAfter: 0,
  matches: ({ reason }) => reason === 'drawn',
  toString: () => 'a picture',
};

function expectedAnswer({ reason, retryAfterMs, data, session }: Answer) {
  if (reason === 'drawn') return null;
  const { body } = answerOf(reason, 'zh', '200');
  const seconds = retryAfterMs === undefined ? null : Math.max(1, Math.ceil(retryAfterMs / 1000));
  const all = seconds === null ? data : { ...data, retry_after: seconds };
  return {
    body: all === undefined ? body : { ...body, data: all },
    retryAfter: seconds === null ? null : String(seconds),
    cookie: session !== undefined,
  };
}

/** What happened to a request, for people. */
export function describeSeen({ by, now, request, met, answered }: Seen): string {
  const calls = met.map(({ kind, fate }) => `${kind} ${fate}`).join(', ');
  const answer = answered === null ? 'nobody heard' : answered.toString();
  return `#${by} at ${now}: ${JSON.stringify(request)}\n  met ${calls}\n  ${answer}`;
}

/** Whether two plain values are the same, the order of their names included. */
export const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
