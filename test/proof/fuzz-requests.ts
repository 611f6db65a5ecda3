/** Requests that no page sends: generated paths, queries, headers and bodies around what the contract names. */
import fc from 'fast-check';
import { body, MOBILE, text } from './fuzz-bodies.ts';

export interface Strange {
  method: string;
  path: string;
  headers: [string, string][];
  body: string | Uint8Array<ArrayBuffer> | null;
  /** Whether it brings the cookie of a session that lives. */
  live: boolean;
}

const escaped = text.map((raw) => {
  try {
    return encodeURIComponent(raw);
  } catch {
    return '%ED%A0%80'; // a lone surrogate, as some clients send it
  }
});
const segment = fc.oneof(
  escaped,
  fc.constantFrom('%', '%2', '%zz', '%00', '%2F..%2F', '%C0%AF', ';', '//'),
);

const NAMES = [
  'imagecode',
  'audiocode',
  'smscode',
  'users',
  'sessions',
  'session',
  'user',
  'password-resets',
];
/** Each path with the method that it takes. */
const ENDPOINTS: readonly (readonly [method: string, path: string])[] = [
  ['POST', '/users'],
  ['POST', '/sessions'],
  ['GET', '/sessions'],
  ['DELETE', '/sessions'],
  ['GET', '/session'],
  ['DELETE', '/session'],
  ['POST', '/password-resets'],
  ['GET', '/user'],
  ['DELETE', '/user'],
  ['PUT', '/user/password'],
  ['PUT', '/user/name'],
  ['GET', '/user/events'],
  ['GET', '/user/export'],
];
const PICTURES = ['imagecode/a', 'audiocode/a', `smscode/${MOBILE}`];

const below = fc
  .tuple(fc.constantFrom(...NAMES), segment)
  .map(([name, rest]) => [name === 'sessions' ? 'DELETE' : 'GET', `/${name}/${rest}`] as const);
const nowhere = fc
  .array(segment, { maxLength: 4 })
  .map((parts) => ['GET', `/${parts.join('/')}`] as const);
const endpoint = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...ENDPOINTS) },
  { weight: 4, arbitrary: below },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...PICTURES.map((path) => ['GET', `/${path}`] as const)),
  },
  { weight: 2, arbitrary: nowhere },
);
const query = fc
  .array(fc.tuple(fc.constantFrom('text', 'id', 'purpose', 'text[]', '__proto__', 'x'), segment), {
    maxLength: 5,
  })
  .map((pairs) => (pairs.length === 0 ? '' : `?${pairs.map((pair) => pair.join('=')).join('&')}`));

/** ASCII: of other bytes the runtime warns on every header. */
const headerValue = fc.oneof(
  fc.constantFrom('', '*', 'null', ';;;,,,', 'a'.repeat(4000), '%00', '"'),
  fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((c) => String.fromCharCode(c)),
    maxLength: 60,
  }),
);
const header = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      'Accept-Language',
      'Origin',
      'Sec-Fetch-Site',
      'Sec-Purpose',
      'User-Agent',
      'X-CSRFToken',
      'X-HTTP-Method-Override',
      'Content-Encoding',
      'Accept',
      'Range',
      'CF-Connecting-IP',
    ),
    headerValue,
  ),
  fc.tuple(
    fc.constant('Cookie'),
    headerValue.map((value) => `session=${value}`),
  ),
  fc.tuple(fc.constant('Cookie'), headerValue),
);
const contentType = fc.constantFrom(
  'application/json',
  'application/json',
  'application/json',
  'application/json',
  'application/json; charset=utf-8',
  'application/json; charset=utf-16',
  'APPLICATION/JSON',
  'application/problem+json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  '',
);

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];

/** A request; most have the method that their endpoint takes. */
export const strange: fc.Arbitrary<Strange> = fc
  .record({
    chosen: fc.oneof(
      { weight: 4, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
    ),
    where: endpoint,
    search: query,
    headers: fc.array(header, { maxLength: 4 }),
    type: contentType,
    content: body,
    live: fc.constantFrom(true, false, false),
  })
  .map(({ chosen, where: [usual, path], search, headers, type, content, live }) => {
    const method = chosen ?? usual;
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const own = live ? headers.filter(([name]) => name !== 'Cookie') : headers;
    const typed: [string, string][] = hasBody && type ? [...own, ['Content-Type', type]] : own;
    return { method, path: path + search, headers: typed, body: hasBody ? content : null, live };
  });
