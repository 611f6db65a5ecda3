/** Requests that no page sends: generated paths, queries, headers and bodies around what the contract names. */
import fc from 'fast-check';
import { body, MOBILE, text } from './fuzz-bodies.ts';

export interface Strange {
  method: string;
  path: string;
  headers: [string, string][];
  body: string | Uint8Array<ArrayBuffer> | null;
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

const ENDPOINTS = ['imagecode', 'audiocode', 'smscode', 'users', 'sessions', 'session', 'user'];
const path = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('/users', '/users', '/sessions', '/session', '/user') },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...ENDPOINTS), segment)
      .map(([endpoint, rest]) => `/${endpoint}/${rest}`),
  },
  { weight: 3, arbitrary: fc.constantFrom(`/smscode/${MOBILE}`, '/imagecode/a', '/audiocode/a') },
  {
    weight: 2,
    arbitrary: fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
  },
);
const query = fc
  .array(fc.tuple(fc.constantFrom('text', 'id', 'text[]', '__proto__', 'x'), segment), {
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
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
    ),
    path,
    query,
    fc.array(header, { maxLength: 4 }),
    contentType,
    body,
  )
  .map(([chosen, where, search, headers, type, content]) => {
    const method = chosen ?? (/^.(users|sessions)$/.test(where) ? 'POST' : 'GET');
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const typed: [string, string][] =
      hasBody && type ? [...headers, ['Content-Type', type]] : headers;
    return { method, path: where + search, headers: typed, body: hasBody ? content : null };
  });
