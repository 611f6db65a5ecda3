import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../support/sms-stub/behaviour.ts';
import { receivedBy, tellStub } from '../support/sms-stub/client.ts';
import { createStubWorld, mobilesFrom, REFUSED, SENT, UNKNOWN } from './stub-world.ts';

const nextMobile = mobilesFrom('1380002');

const accepts: Behaviour = { does: 'send' };
const refusesAccount: Behaviour = { does: 'refuse', code: 'isv.AMOUNT_NOT_ENOUGH' };
const refusesNumber: Behaviour = { does: 'refuse', code: 'isv.MOBILE_NUMBER_ILLEGAL' };
const fails: Behaviour = { does: 'answer', status: 502, body: '' };
const hangs: Behaviour = { does: 'hang' };
const refuses: Behaviour = { does: 'answer', status: 400, body: '' };

/** Alibaba first, then the webhook. */
async function send(aliyun: Behaviour, webhook: Behaviour, vars: Record<string, string> = {}) {
  const mobile = nextMobile();
  await tellStub(mobile, { aliyun, webhook });
  const world = createStubWorld('aliyun,webhook', vars);
  const answer = await world.askCode(mobile);
  const received = await receivedBy(mobile);
  const asked = received.map(({ vendor }) => vendor);
  return { answer, asked, received, world, mobile, ...(await world.ledger(mobile)) };
}

const FIRST = ['aliyun'];
const BOTH = ['aliyun', 'webhook'];
const STOP = { SMS_AFTER_TIMEOUT: 'stop' };

describe('the next vendor', () => {
  it.each([
    ['is not asked when the first has sent', accepts, accepts, {}, FIRST, SENT, 'sent', 1],
    ['is asked after a refusal of the account', refusesAccount, accepts, {}, BOTH, SENT, 'sent', 1],
    ['is asked after it also under stop', refusesAccount, accepts, STOP, BOTH, SENT, 'sent', 1],
    [
      'is not asked about a refused number',
      refusesNumber,
      accepts,
      {},
      FIRST,
      REFUSED,
      'refused',
      0,
    ],
    ['is asked after an unknown outcome', fails, accepts, {}, BOTH, SENT, 'sent', 2],
    ['is not asked after it under stop', fails, accepts, STOP, FIRST, UNKNOWN, 'unknown', 1],
    ['cannot make an unknown outcome certain', fails, refuses, {}, BOTH, UNKNOWN, 'unknown', 1],
    ['may leave the outcome unknown', refusesAccount, fails, {}, BOTH, UNKNOWN, 'unknown', 1],
    ['may leave it unknown as the first did', fails, fails, {}, BOTH, UNKNOWN, 'unknown', 2],
    ['may refuse as the first did', refusesAccount, refuses, {}, BOTH, REFUSED, 'refused', 0],
  ] as const)('%s', async (_, first, second, vars, asked, answer, outcome, sms) => {
    const result = await send(first, second, vars);
    expect(result.asked).toEqual(asked);
    expect(result.answer).toEqual(answer);
    expect(result.outcomes).toEqual([outcome]);
    expect(result.issued).toBe(sms); // every vendor that sent, or may have
    expect(result.dead).toBe(outcome === 'sent' ? sms - 1 : sms);
  });

  it('is asked after a time-out, with the same code and the same send id', async () => {
    const mobile = nextMobile();
    await tellStub(mobile, { yuntongxun: hangs });
    const world = createStubWorld('yuntongxun,webhook', { SMS_TIMEOUT_MS: '1000' });
    expect(await world.askCode(mobile)).toEqual(SENT);
    const [first, second] = await receivedBy(mobile);
    expect(second?.code).toBe(first?.code);
    expect(second?.headers['webhook-id']).toBe(Object(JSON.parse(first?.body ?? '{}')).reqId);
    expect(await world.ledger(mobile)).toEqual({ outcomes: ['sent'], issued: 2, dead: 1 });
  });

  it('is not asked when the time for all of them is used up', async () => {
    const result = await send(hangs, accepts, {
      SMS_TIMEOUT_MS: '30000',
      SMS_TOTAL_TIMEOUT_MS: '500',
    });
    expect(result).toMatchObject({ asked: FIRST, answer: UNKNOWN, outcomes: ['unknown'] });
  });

  it('is not asked, and the log says so, when a rest is left in which it could send but not answer', async () => {
    const vars = { SMS_TIMEOUT_MS: '1000', SMS_TOTAL_TIMEOUT_MS: '1090' };
    const { world, ...result } = await send(hangs, accepts, vars);
    expect(result).toMatchObject({ asked: FIRST, answer: UNKNOWN, issued: 1 });
    expect(world.events('sms_not_asked')).toMatchObject([{ level: 'warn', provider: 'webhook' }]);
  });

  it('has only what the first left of the time', async () => {
    const vars = { SMS_TIMEOUT_MS: '1000', SMS_TOTAL_TIMEOUT_MS: '1900' };
    const { world, ...result } = await send(hangs, hangs, vars);
    expect(result).toMatchObject({ asked: BOTH, answer: UNKNOWN, outcomes: ['unknown'] });
    const [first, second] = world
      .events('sms_send')
      .map(({ why }) => /[0-9]+/.exec(String(why))?.[0]);
    expect(first).toBe('1000');
    expect(Number(second)).toBeLessThanOrEqual(900);
  });
});

it('says so when the SMS of a second vendor use the budget up', async () => {
  const { world } = await send(fails, accepts, { SMS_DAILY_BUDGET: '2' });
  expect(world.events('sms_budget')).toMatchObject([
    { level: 'warn', percent: 50, used: 1 },
    { level: 'error', percent: 100, used: 2 },
  ]);
});

describe('a user whose code was not sent', () => {
  it('may ask again at once', async () => {
    for (const behaviour of [refusesAccount, fails]) {
      const { mobile, world } = await send(behaviour, refuses);
      await tellStub(mobile, { aliyun: accepts });
      expect(await world.askCode(mobile)).toEqual(SENT);
      expect((await world.ledger(mobile)).outcomes).toHaveLength(2);
    }
  });
});
