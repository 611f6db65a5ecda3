/** Whoever hangs up leaves nothing half done: every request that acts goes on to its end. */
import { describe, expect, it } from 'vitest';
import { accountCode } from './support/account.ts';
import { type Call, createWorld, MOBILE, PASSWORD, type World } from './support/world.ts';

const NEW = 'a new password';
interface Acting {
  /** Prepares, and says what is sent. */
  request: (world: World) => Promise<Call & { path: string }>;
  /** One row when it has happened, none before. */
  sign: string;
}
const event = (kind: string) => `select 1 as done from security_events where kind = '${kind}'`;
const isGone = 'select 1 as done where not exists (select 1 from users)';

/** A request by whoever has just signed up and, if that is said, has a code. */
const byUser =
  (path: string, method: string, body?: object, purpose?: string) => async (world: World) => {
    const { code, session } =
      purpose === undefined
        ? { code: '', session: await world.signUp() }
        : await accountCode(world, purpose);
    const proof = purpose === undefined ? {} : { sms_code: code };
    const sent = body === undefined ? {} : { body: { ...body, ...proof } };
    return { path, method, session, ...sent };
  };

const ACTING: Record<string, Acting> = {
  'GET /smscode': {
    request: async (world) => {
      const query = new URLSearchParams(await world.captcha());
      return { path: `/smscode/${MOBILE}?${query.toString()}` };
    },
    sign: "select 1 as done from sms_issues where outcome = 'sent'",
  },
  'POST /users': {
    request: async (world) => {
      const body = { mobile: MOBILE, sms_code: await world.code(), password: PASSWORD };
      return { path: '/users', method: 'POST', body };
    },
    sign: event('signed_up'),
  },
  'POST /sessions': {
    request: byUser('/sessions', 'POST', { mobile: MOBILE, password: PASSWORD }),
    sign: event('logged_in'),
  },
  'POST /sessions with a code': {
    request: byUser('/sessions', 'POST', { mobile: MOBILE }, 'login'),
    sign: event('logged_in'),
  },
  'POST /password-resets': {
    request: byUser('/password-resets', 'POST', { mobile: MOBILE, password: NEW }, 'reset'),
    sign: event('password_reset'),
  },
  'PUT /user/password': {
    request: byUser('/user/password', 'PUT', { old_password: PASSWORD, password: NEW }),
    sign: event('password_changed'),
  },
  'PUT /user/name': {
    request: byUser('/user/name', 'PUT', { name: '小明' }),
    sign: event('name_changed'),
  },
  'DELETE /user': { request: byUser('/user', 'DELETE', { password: PASSWORD }), sign: isGone },
  'DELETE /user with a code': { request: byUser('/user', 'DELETE', {}, 'delete'), sign: isGone },
  'DELETE /sessions': {
    request: byUser('/sessions', 'DELETE'),
    sign: event('other_sessions_ended'),
  },
  'DELETE /sessions/:id': {
    request: async (world) => {
      const session = await world.signUp();
      const [row] = await world.rows('select id from sessions');
      return { path: `/sessions/${String(row?.['id'])}`, method: 'DELETE', session };
    },
    sign: event('session_ended'),
  },
  'DELETE /session': { request: byUser('/session', 'DELETE'), sign: event('logged_out') },
};

describe('a client that hangs up', () => {
  it.each(Object.entries(ACTING))('leaves %s running until it is done', async (_, acting) => {
    const world = createWorld();
    const { path, ...call } = await acting.request(world);
    expect(await world.rows(acting.sign)).toEqual([]);
    await world.hangUp(path, call);
    expect(await world.rows(acting.sign)).toEqual([{ done: 1 }]);
  });
});
