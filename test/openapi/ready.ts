/** For each operation a request that will succeed, and everything that has to be there for it. */
import { accountCode } from '../support/account.ts';
import { MOBILE, PASSWORD, type World } from '../support/world.ts';

export interface Ask {
  method: string;
  path: string;
  query?: Record<string, string>;
  body?: Record<string, unknown> | string;
  session?: string;
  headers?: Record<string, string>;
}

type Ready = (world: World) => Promise<Ask>;

const whenLoggedIn = (method: string, path: string, body?: Ask['body']): Ready => {
  const withBody = body === undefined ? {} : { body };
  return async (world) => ({ method, path, ...withBody, session: await world.signUp() });
};

async function otherSession(world: World): Promise<Ask> {
  const session = await world.signUp();
  await world.logIn(MOBILE, PASSWORD);
  const { data } = await world.call('/sessions', { session });
  const sessions = (data?.['sessions'] ?? []) as { id: string; current: boolean }[];
  const other = sessions.find(({ current }) => !current);
  return { method: 'DELETE', path: `/sessions/${other?.id}`, session };
}

export const READY: Record<string, Ready> = {
  'GET /imagecode/:id': async () => ({ method: 'GET', path: '/imagecode/a' }),
  'GET /audiocode/:id': async () => ({ method: 'GET', path: '/audiocode/a' }),
  'GET /smscode/:mobile': async (world) => ({
    method: 'GET',
    path: `/smscode/${MOBILE}`,
    query: { ...(await world.captcha()), purpose: 'signup' },
  }),
  'POST /users': async (world) => ({
    method: 'POST',
    path: '/users',
    body: { mobile: MOBILE, sms_code: await world.code(), password: PASSWORD },
  }),
  'POST /sessions': async (world) => {
    await world.signUp();
    return { method: 'POST', path: '/sessions', body: { mobile: MOBILE, password: PASSWORD } };
  },
  'GET /session': whenLoggedIn('GET', '/session'),
  'DELETE /session': whenLoggedIn('DELETE', '/session'),
  'GET /sessions': whenLoggedIn('GET', '/sessions'),
  'DELETE /sessions': whenLoggedIn('DELETE', '/sessions'),
  'DELETE /sessions/:id': otherSession,
  'POST /password-resets': async (world) => {
    const { code } = await accountCode(world, 'reset');
    return {
      method: 'POST',
      path: '/password-resets',
      body: { mobile: MOBILE, sms_code: code, password: 'another password' },
    };
  },
  'GET /user': whenLoggedIn('GET', '/user'),
  'DELETE /user': whenLoggedIn('DELETE', '/user', { password: PASSWORD }),
  'PUT /user/name': whenLoggedIn('PUT', '/user/name', { name: '小明' }),
  'PUT /user/password': whenLoggedIn('PUT', '/user/password', {
    old_password: PASSWORD,
    password: 'another password',
  }),
  'GET /user/events': whenLoggedIn('GET', '/user/events'),
  'GET /user/export': whenLoggedIn('GET', '/user/export'),
};

/** The same by SMS code, where that is another body. */
export const READY_BY_CODE: Record<string, Ready> = {
  'POST /sessions': async (world) => {
    const { code } = await accountCode(world, 'login');
    return { method: 'POST', path: '/sessions', body: { mobile: MOBILE, sms_code: code } };
  },
  'DELETE /user': async (world) => {
    const { code, session } = await accountCode(world, 'delete');
    return { method: 'DELETE', path: '/user', body: { sms_code: code }, session };
  },
};

export function send(world: World, ask: Ask): Promise<Response> {
  const { path, query, ...call } = ask;
  const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
  return world.fetch(`${path}${search}`, call);
}
