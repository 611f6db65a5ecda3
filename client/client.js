/**
 * The service as a typed client: Hono's `hc` with the session cookie sent along. Types: client.d.ts.
 *
 * @param {string} baseUrl where the service is, such as `https://www.example.com`
 * @param {import('hono/client').ClientRequestOptions} options those of `hc`
 */
import { hc } from 'hono/client';

/** Workers keep no cookies and refuse the word. Tests of components have no `Request` at all. */
const KEEPS_COOKIES = typeof Request !== 'undefined' && 'credentials' in Request.prototype;

export function createClient(baseUrl, options = {}) {
  const init = { ...(KEEPS_COOKIES && { credentials: 'include' }), ...options.init };
  return hc(baseUrl, { ...options, init }).api['v1.0'];
}
