/**
 * Calls the service. Whatever happens, the caller gets `{ errno, errmsg, data }`; when the service itself did not
 * answer, `errno` is one of `offline`, `unreachable`, `fault`, `nonsense`, which are also keys of texts.
 */
import { languageTag } from './language.js';

const BASE = '/api/v1.0';
/** The service gives its vendors 8 s, and its stores a few more. */
export const PATIENCE_MS = 20_000;

export const pictureUrl = (id) => `${BASE}/imagecode/${id}`;

export const sendCode = (mobile, purpose, id, text) =>
  call('GET', `/smscode/${mobile}?${new URLSearchParams({ id, text, purpose })}`);
export const register = (mobile, code, password) =>
  call('POST', '/users', { mobile, sms_code: code, password });
export const logIn = (mobile, password) => call('POST', '/sessions', { mobile, password });
export const logInByCode = (mobile, code) => call('POST', '/sessions', { mobile, sms_code: code });
export const resetPassword = (mobile, code, password) =>
  call('POST', '/password-resets', { mobile, sms_code: code, password });
export const logOut = () => call('DELETE', '/session');

export const fetchSession = () => call('GET', '/session');
export const fetchUser = () => call('GET', '/user');
export const fetchSessions = () => call('GET', '/sessions');
export const fetchEvents = () => call('GET', '/user/events');
export const fetchExport = () => call('GET', '/user/export');

export const endSession = (id) => call('DELETE', `/sessions/${id}`);
export const endOtherSessions = () => call('DELETE', '/sessions');
export const changeName = (name) => call('PUT', '/user/name', { name });
export const changePassword = (old, password) =>
  call('PUT', '/user/password', { old_password: old, password });
export const leaveByPassword = (password) => call('DELETE', '/user', { password });
export const leaveByCode = (code) => call('DELETE', '/user', { sms_code: code });

/** What `AbortSignal.timeout` is where there is one: phones of before 2022 have none. */
function patience() {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), PATIENCE_MS);
  return controller.signal;
}

/** Six digits to hear, under the same id as a picture and in its place: a WAV file, or null. */
export async function fetchSpoken(id) {
  const headers = { 'Accept-Language': languageTag() };
  try {
    const signal = patience();
    const response = await fetch(`${BASE}/audiocode/${id}`, { headers, cache: 'no-store', signal });
    const isAudio = response.headers.get('Content-Type') === 'audio/wav';
    return isAudio ? await response.blob() : null;
  } catch {
    return null;
  }
}

async function call(method, path, body) {
  const lang = languageTag(); // of what the service says: by the time of the answer it may be another
  const request = { method, headers: { 'Accept-Language': lang }, cache: 'no-store' };
  if (body !== undefined) {
    request.headers['Content-Type'] = 'application/json';
    request.body = JSON.stringify(body);
  }
  try {
    const response = await fetch(BASE + path, { ...request, signal: patience() });
    return { ...understand(await response.text(), response), lang };
  } catch {
    return { errno: navigator.onLine ? 'unreachable' : 'offline', errmsg: '', data: {} };
  }
}

/** Proxies, captive portals and misrouted paths answer with pages of their own; so does what serves us, when it fails. */
function understand(body, { headers, status }) {
  try {
    const { errno, errmsg, data } = JSON.parse(body);
    if (typeof errno === 'string' && typeof errmsg === 'string') {
      return { errno, errmsg, data: data ?? {} };
    }
  } catch {
    // Not JSON, or JSON without an envelope: the same to a person.
  }
  const errno = status >= 500 || status === 429 ? 'fault' : 'nonsense';
  const wait = Number(headers.get('Retry-After')); // or a date, which is no number
  return { errno, errmsg: '', data: wait > 0 ? { retry_after: wait } : {} };
}
