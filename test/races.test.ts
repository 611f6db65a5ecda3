import { describe, expect, it } from 'vitest';
import { createWorld, MOBILE, PASSWORD, type Reply } from './support/world.ts';

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

describe('requests in parallel', () => {
  it('64 with one captcha send one SMS (I1)', async () => {
    const world = createWorld();
    const captcha = await world.captcha();
    const replies = await times(64, (n) => world.askCode(`138001380${n + 10}`, captcha));
    expect(tally(replies)).toEqual({ '0': 1, '4002': 63 });
    expect(world.messages).toHaveLength(1);
  });

  it('64 for one mobile, each with its own captcha, send one SMS (I2)', async () => {
    const world = createWorld();
    const captchas = await times(64, () => world.captcha());
    const replies = await times(64, (n) =>
      world.askCode(MOBILE, captchas[n] ?? { id: '', text: '' }),
    );
    expect(tally(replies)).toEqual({ '0': 1, '4201': 63 });
    expect(world.messages).toHaveLength(1);
  });

  it('never exceed the budget (I3)', async () => {
    const world = createWorld({ SMS_DAILY_BUDGET: '10' });
    const captchas = await times(40, () => world.captcha());
    const replies = await times(40, (n) =>
      world.askCode(`138001380${n + 10}`, captchas[n] ?? { id: '', text: '' }),
    );
    expect(tally(replies)).toEqual({ '0': 8, '4201': 32 });
    expect(world.messages).toHaveLength(8);
  });

  it('a right and a wrong answer to one captcha buy one decision (I1)', async () => {
    const world = createWorld();
    const captcha = await world.captcha();
    const replies = await times(32, (n) =>
      world.askCode(MOBILE, n % 2 ? captcha : { ...captcha, text: '?' }),
    );
    expect(replies.filter(({ errno }) => errno !== '4002')).toHaveLength(1);
  });

  it('40 wrong guesses are compared five times (I4)', async () => {
    const world = createWorld();
    const code = await world.code();
    const wrong = code === '000000' ? '000001' : '000000';
    const replies = await times(40, () => world.register(MOBILE, wrong));
    expect(tally(replies)).toEqual({ '4004': 5, '4201': 35 });
    const left = replies.flatMap(({ data }) => (data === undefined ? [] : [data['attempts_left']]));
    expect(left.toSorted((a, b) => Number(a) - Number(b))).toEqual([0, 1, 2, 3, 4]);
    expect((await world.register(MOBILE, code)).errno).toBe('4201');
  });

  it('16 registrations with one code make one user, and nobody is told 4001 (I4, I6)', async () => {
    const world = createWorld();
    const code = await world.code();
    const replies = await times(16, () => world.register(MOBILE, code));
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

  it('40 wrong log-ins are hashed five times', async () => {
    const world = createWorld();
    await world.signUp();
    const before = world.derivations().length;
    const replies = await times(40, () => world.logIn(MOBILE, 'x'));
    expect(tally(replies)).toEqual({ '4004': 5, '4201': 35 });
    expect(world.derivations().length - before).toBe(5);
  });

  it('one log-out of many is told that it ended the session (I8)', async () => {
    const world = createWorld();
    const session = await world.signUp();
    const replies = await times(16, () => world.call('/session', { method: 'DELETE', session }));
    expect(tally(replies)).toEqual({ '0': 1, '4101': 15 });
  });

  it('log-ins each get a session of their own', async () => {
    const world = createWorld();
    await world.signUp();
    const replies = await times(4, () => world.logIn(MOBILE, PASSWORD));
    expect(tally(replies)).toEqual({ '0': 4 });
    expect(await world.rows('select count(*) as n from sessions')).toEqual([{ n: 5 }]);
  });
});
