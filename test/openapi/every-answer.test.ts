/**
 * Every answer that the description of the API promises can be got, with the status of its own that `semantic` gives
 * it. That no other answer is given, in either mode, all tests hold together: see support/described.ts.
 */
import { describe, expect, it, vi } from 'vitest';
import { answerOf, type Reason } from '../../src/answers.ts';
import { type Operation, OPERATIONS } from '../../openapi/operations.ts';
import { createWorld } from '../support/world.ts';
import { type Ask, READY, READY_BY_CODE, send } from './ready.ts';
import { SPOIL } from './spoil.ts';

const operations: [string, Operation][] = Object.entries(OPERATIONS);
const MODE = 'semantic';
const BY_CODE = /^code_|user_blocked/;

async function readyFor(key: string, reason: Reason | 'done') {
  const world = createWorld({ ERROR_STATUS: MODE });
  const byCode = BY_CODE.test(reason) ? READY_BY_CODE[key] : undefined;
  const prepare = byCode ?? READY[key];
  if (prepare === undefined) throw new Error(`nobody knows how to make ${key} succeed`);
  return { world, ask: await prepare(world) };
}

const cases = operations.flatMap(([key, { refusals }]) =>
  refusals.map((reason) => [key, reason] as const),
);

describe('the description of the API', () => {
  it.each(cases)('promises that %s can be answered %s', async (key, reason) => {
    const { world, ask } = await readyFor(key, reason);
    const spoil = SPOIL[reason];
    if (spoil === undefined) throw new Error(`nobody knows how to get ${reason}`);
    const spoilt: Ask = await spoil(world, ask, key);
    if (reason === 'sms_braked') neverTrickle();
    const response = await send(world, spoilt);
    const language = spoilt.headers?.['Accept-Language'] === 'en' ? 'en' : 'zh';
    const { body, status } = answerOf(reason, language, MODE);
    expect(await response.json()).toMatchObject(body);
    expect(response.status).toBe(status);
    expect(world.events('answer').at(-1)?.['reason']).toBe(reason);
  });

  const limited = cases.filter(([, reason]) => reason === 'address_limited');
  it.each(limited)('has no store asked by %s beyond the limit by address', async (key, reason) => {
    const { world, ask } = await readyFor(key, reason);
    const spoilt = await SPOIL[reason]?.(world, ask, key);
    world.stores.forget();
    await send(world, spoilt ?? ask);
    expect(world.events('answer').at(-1)?.['reason']).toBe(reason);
    expect(world.stores.counts).toEqual({ 'kv.get': 0, 'kv.put': 0, 'kv.delete': 0, d1: 0 });
  });

  it.each(operations)('promises that %s can succeed', async (key, { success }) => {
    const { world, ask } = await readyFor(key, 'done');
    const response = await send(world, ask);
    expect(response.status).toBe(200);
    const type = 'type' in success ? success.type : 'application/json';
    expect(response.headers.get('Content-Type')).toContain(type);
    const done = 'type' in success ? {} : answerOf(success.reason, 'zh', MODE).body;
    const body = await response.text();
    expect('type' in success ? {} : JSON.parse(body)).toMatchObject(done);
  });
});

/** While the brake is on one code in ten is sent all the same: not now. */
const neverTrickle = () => vi.spyOn(Math, 'random').mockReturnValue(0.1);
