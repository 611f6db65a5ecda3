import { describe, expect, it } from 'vitest';
import { createWorld, MOBILE, PASSWORD, type Reply, wrongCode } from './support/world.ts';

/** How often each errno was answered. */
const tally = (replies: Reply[]) =>
  Object.fromEntries(
    Object.entries(Object.groupBy(replies, ({ errno }) => errno)).map(([errno, group]) => [
      errno,
      group?.length,
    ]),
  );

const times = <T>(count: number, act: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => act(index)));

const CROWD = 200;
const others = (n: number) => `1380013${String(n).padStart(4, '0')}`;
const NO_CAPTCHA = { id: '', text: '' };

describe('200 requests at once', { timeout: 60_000 }, () => {
  it('with one captcha send one SMS (I1)', async () => {
    const world = createWorld();
    const captcha = await world.captcha();
    const replies = await times(CROWD, (n) => world.askCode(others(n), captcha));
    expect(tally(replies)).toEqual({ '0': 1, '4002': CROWD - 1 });
    expect(world.messages).toHaveLength(1);
  });

  it('for one mobile, each with its own captcha, send one SMS (I2)', async () => {
    const world = createWorld();
    const captchas = await times(CROWD, () => world.captcha());
    const replies = await times(CROWD, (n) => world.askCode(MOBILE, captchas[n] ?? NO_CAPTCHA));
    expect(tally(replies)).toEqual({ '0': 1, '4201': CROWD - 1 });
    expect(world.messages).toHaveLength(1);
  });

  it('never exceed the budget (I3)', async () => {
    const world = createWorld({ SMS_DAILY_BUDGET: '10' });
    const captchas = await times(CROWD, () => world.captcha());
    const replies = await times(CROWD, (n) => world.askCode(others(n), captchas[n] ?? NO_CAPTCHA));
    expect(tally(replies)).toEqual({ '0': 8, '4201': CROWD - 8 });
    expect(world.messages).toHaveLength(8);
  });

  it('a right and a wrong answer to one captcha buy one decision (I1)', async () => {
    const world = createWorld();
    const captcha = await world.captcha();
    const replies = await times(CROWD, (n) =>
      world.askCode(MOBILE, n % 2 ? captcha : { ...captcha, text: '?' }),
    );
    expect(replies.filter(({ errno }) => errno !== '4002')).toHaveLength(1);
  });

  it('that guess wrong are compared five times (I4)', async () => {
    const world = createWorld();
    const code = await world.code();
    const wrong = wrongCode(code);
    const replies = await times(CROWD, () => world.register(MOBILE, wrong));
    expect(tally(replies)).toEqual({ '4004': 5, '4201': CROWD - 5 });
    const left = replies.flatMap(({ data }) => (data === undefined ? [] : [data['attempts_left']]));
    expect(left.toSorted((a, b) => Number(a) - Number(b))).toEqual([0, 1, 2, 3, 4]);
    expect((await world.register(MOBILE, code)).errno).toBe('4201');
  });

  it('with one code make one user, and nobody is told 4001 (I4, I6)', async () => {
    const world = createWorld();
    const code = await world.code();
    const replies = await times(CROWD, () => world.register(MOBILE, code));
    const { '0': made, ...refused } = tally(replies);
    expect(made).toBe(1);
    expect(Object.keys(refused).every((errno) => errno === '4003' || errno === '4201')).toBe(true);
    expect(await world.rows('select count(*) as n from users')).toEqual([{ n: 1 }]);
    expect(await world.rows('select count(*) as n from sessions')).toEqual([{ n: 1 }]);
    expect(await world.rows('select verified from sms_volume')).toEqual([{ verified: 1 }]);
  });

  it('two registrations: one is registered, the other is told 4003', async () => {
    const world = createWorld();
    const code = await world.code();
    expect(tally(await times(2, () => world.register(MOBILE, code)))).toEqual({
      '0': 1,
      '4003': 1,
    });
  });

  it('that log in wrong are hashed five times', async () => {
    const world = createWorld();
    await world.signUp();
    const before = world.derivations().length;
    const replies = await times(CROWD, () => world.logIn(MOBILE, 'x'));
    expect(tally(replies)).toEqual({ '4004': 5, '4201': CROWD - 5 });
    expect(world.derivations().length - before).toBe(5);
  });

  it('one log-out of many is told that it ended the session (I8)', async () => {
    const world = createWorld();
    const session = await world.signUp();
    const replies = await times(CROWD, () => world.call('/session', { method: 'DELETE', session }));
    expect(tally(replies)).toEqual({ '0': 1, '4101': CROWD - 1 });
  });

  it('log-ins each get a session of their own', async () => {
    const world = createWorld();
    await world.signUp();
    const replies = await times(4, () => world.logIn(MOBILE, PASSWORD));
    expect(tally(replies)).toEqual({ '0': 4 });
    expect(await world.rows('select count(*) as n from sessions')).toEqual([{ n: 5 }]);
  });

  it('log-ins all succeed while each hashes the password anew', async () => {
    await createWorld().signUp();
    const world = createWorld({ PASSWORD_ITERATIONS: '2000' });
    const replies = await times(4, () => world.logIn(MOBILE, PASSWORD));
    expect(tally(replies)).toEqual({ '0': 4 });
    const failed = "select * from security_events where kind = 'login_failed'";
    expect(await world.rows(failed)).toEqual([]);
  });
});
