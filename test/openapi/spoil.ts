/** For each answer but success, what makes a request that would succeed get it instead. */
import type { Reason } from '../../src/answers.ts';
import { MOBILE, type World, wrongCode } from '../support/world.ts';
import { type Ask, send } from './ready.ts';

/** Changes the world, and returns the request to send. */
type Spoil = (world: World, ask: Ask, key: string) => Promise<Ask> | Ask;

const VOLUME_SLOT_MS = 300_000;
const OTHER_PASSWORD = 'not the right one';

const fields = ({ body }: Ask) => body as Record<string, unknown>;
const withField = (ask: Ask, name: string, value: unknown): Ask => ({
  ...ask,
  body: { ...fields(ask), [name]: value },
});
const configure = (world: World, settings: object) => {
  world.env = { ...world.env, ...settings };
};

/** The trips to D1 before the operation's own: who asks. */
const tripsBefore = (key: string) =>
  / \/(user\b(?!s)|sessions)/.test(key) && !/POST/.test(key) ? 1 : 0;

/** Fails a decision, and the question what became of it. */
const failDecision = (world: World, at: number) => {
  world.stores.forget();
  world.stores.fail('d1', 'before', at);
  world.stores.fail('d1', 'before', at + 1);
};

const missing: Spoil = (_, ask) => {
  if (ask.query !== undefined) return { ...ask, query: { ...ask.query, text: '' } };
  return withField(ask, Object.keys(fields(ask)).at(-1) ?? '', '');
};

const addUser = (world: World) =>
  world.rows("insert into users values (null, ?, ?, 'reset', '', 0, 0, 1)", MOBILE, MOBILE);

async function again(world: World, ask: Ask, times: number): Promise<Ask> {
  for (let time = 0; time < times; time++) await (await send(world, ask)).arrayBuffer();
  return ask;
}

const wrongPassword = (ask: Ask) => {
  const name = 'old_password' in fields(ask) ? 'old_password' : 'password';
  return withField(ask, name, OTHER_PASSWORD);
};

const newCaptcha = async (world: World, ask: Ask): Promise<Ask> => ({
  ...ask,
  query: { ...ask.query, ...(await world.captcha()) },
});

export const SPOIL: Partial<Record<Reason, Spoil>> = {
  internal: (world, ask) => {
    configure(world, { KV: undefined });
    return ask;
  },
  cross_site: (_, ask) => ({ ...ask, headers: { Origin: 'null' } }),
  address_limited: (world, ask) => {
    const full = { limit: async () => ({ success: false }) };
    configure(world, { ACT_LIMIT: full, DRAW_LIMIT: full, READ_LIMIT: full });
    return { ...ask, headers: { 'CF-Connecting-IP': '203.0.113.1' } };
  },
  body_too_large: (_, ask) => ({ ...ask, body: 'x'.repeat(20_000) }),
  parameter_malformed: (_, ask) => {
    if (ask.body !== undefined) return { ...ask, body: '[' };
    return ask.query === undefined
      ? { ...ask, path: `${ask.path}%20` }
      : { ...ask, query: { ...ask.query, purpose: 'x' } };
  },
  parameter_missing: missing,
  parameter_incomplete: missing,
  mobile_malformed: (_, ask) =>
    ask.query === undefined ? withField(ask, 'mobile', '138') : { ...ask, path: '/smscode/138' },
  name_malformed: (_, ask) => withField(ask, 'name', '<b>'),
  password_length: (_, ask) => withField(ask, 'password', 'short'),
  password_common: (_, ask) => withField(ask, 'password', 'password1'),
  signup_off: (world, ask) => {
    configure(world, { SIGNUP: 'off' });
    return ask;
  },

  captcha_unsaved: (world, ask) => {
    world.stores.fail('kv.put', 'before');
    return ask;
  },
  voice_unreadable: (world, ask) => {
    configure(world, { ASSETS: { fetch: async () => new Response('', { status: 500 }) } });
    return { ...ask, headers: { 'Accept-Language': 'en' } }; // no test here hears it: it would be remembered
  },
  captcha_unreadable: (world, ask) => {
    world.stores.fail('kv.get', 'before');
    return ask;
  },
  captcha_expired: (world, ask) => {
    world.advance(300_000);
    return ask;
  },
  captcha_wrong: (_, ask) => ({ ...ask, query: { ...ask.query, text: '?' } }),

  sms_ledger_failed: (world, ask) => {
    failDecision(world, 1);
    return ask;
  },
  sms_registered: async (world, ask) => {
    await addUser(world);
    return ask;
  },
  user_unknown: (_, ask) => ({ ...ask, query: { ...ask.query, purpose: 'login' } }),
  user_blocked: async (world, ask) => {
    await world.rows('insert into blocked_mobiles values (?, 0)', MOBILE);
    return ask;
  },
  sms_cooldown: async (world, ask) => {
    await world.code();
    return ask;
  },
  sms_capped: async (world, ask) => {
    for (let code = 0; code < 5; code++) {
      await world.code();
      world.advance(60_000);
    }
    return newCaptcha(world, ask);
  },
  sms_budget: (world, ask) => {
    configure(world, { SMS_DAILY_BUDGET: '0' });
    return ask;
  },
  sms_braked: async (world, ask) => {
    configure(world, { SMS_BRAKE: 'enforce', SMS_BRAKE_FLOOR: '1' });
    const earlier = Math.floor(world.now() / VOLUME_SLOT_MS) - 2;
    await world.rows('insert into sms_volume values (?, 100, 0, 0, null, 0)', earlier);
    return ask;
  },
  sms_unsaved: (world, ask) => {
    world.stores.fail('kv.put', 'before');
    return ask;
  },
  sms_unknown: (world, ask) => {
    world.vendor(async () => ({ outcome: 'unknown', why: 'X' }));
    return ask;
  },
  sms_refused: (world, ask) => {
    world.vendor(async () => ({ outcome: 'refused', vendorCode: 'X', because: 'number' }));
    return ask;
  },

  signup_ledger_failed: (world, ask) => {
    failDecision(world, 1);
    return ask;
  },
  code_expired: (world, ask) => {
    world.advance(300_000);
    return ask;
  },
  code_exhausted: async (world, ask) => {
    const right = fields(ask)['sms_code'];
    const wrong = wrongCode(String(right));
    await again(world, withField(ask, 'sms_code', wrong), 5);
    return ask;
  },
  code_unreadable: (world, ask) => {
    world.stores.fail('kv.get', 'before');
    return ask;
  },
  code_wrong: (_, ask) => withField(ask, 'sms_code', 'no'),
  user_unsaved: (world, ask, key) => {
    const proves = key === 'PUT /user/name' ? 0 : 1;
    failDecision(world, tripsBefore(key) + proves + 1);
    return ask;
  },

  login_store_failed: (world, ask, key) => {
    failDecision(world, tripsBefore(key) + 1);
    return ask;
  },
  login_wrong: (_, ask) => wrongPassword(ask),
  password_wrong: (_, ask) => wrongPassword(ask),
  login_exhausted: async (world, ask) => {
    await again(world, wrongPassword(ask), 5);
    return ask;
  },

  logged_out: (_, { session: __, ...ask }) =>
    ask.query === undefined ? ask : { ...ask, query: { ...ask.query, purpose: 'delete' } },
  session_false: (_, { session: __, ...ask }) => ask,
  session_unknown: (_, ask) => ({ ...ask, path: '/sessions/unknown' }),
  user_gone: async (world, ask) => {
    await world.rows('delete from users');
    return ask;
  },
  store_failed: (world, ask) => {
    failDecision(world, 1);
    return ask;
  },
};
