/**
 * The worker in the worst weather, beside the model: real app, real D1, a bad KV, a vendor that may fail, a clock
 * that jumps. After every step the model must explain the answers and the rows, and the promises must hold.
 *
 * To read on: scenes.ts (each request, and what comes before it) and trip.ts (what befalls one on its way), then model.ts and the
 * model-*.ts (what the worker should do, noun by noun), explain.ts (whether some order of transactions gives what was seen) and
 * promises.ts (I1 to I9, seen from outside). Lives are generated in people.ts, intents.ts and steps.ts.
 */
import { expect, vi } from 'vitest';
import { createApp } from '../../src/app.ts';
import type { SmsMessage } from '../../src/sms/provider.ts';
import { sweep as sweepWorker } from '../../src/sweep.ts';
import { sessionIn, type World } from '../support/world.ts';
import { explain, type Seen } from './explain.ts';
import { describeSeen, readAnswer, same, toHttp } from './http.ts';
import { emptyState, type Drawing, MINUTE, type State, sweep } from './model.ts';
import { drawIdIn } from './model-sms.ts';
import { block } from './model-users.ts';
import type { Policy } from './model-volume.ts';
import { checkPromises, type Facts } from './promises.ts';
import type { Request } from './requests.ts';
import { expectedRows, lookAt, wipe } from './rows.ts';
import { seedCrypto, settingsOf } from './settings.ts';
import { type Forecast, Trip } from './trip.ts';
import { seededRandom, WeatherKv } from './weather-kv.ts';

const START = Date.UTC(2026, 10, 22, 8, 0, 0);
/** More than any deadline of the worker. */
const PATIENCE_MS = 10_000;

export interface Climate {
  seed: number;
  policy: Policy;
  lagMs: number;
}

/** A request, where it is made, and the weather on its way. */
export interface Outing {
  request: Request;
  location: number;
  forecast: Forecast;
  /** Milliseconds after the one before it. */
  gapMs?: number;
}

export type Proof = Awaited<ReturnType<typeof createProof>>;

/** A life of the service from its first day on. One world may see several, one after the other. */
export async function createProof(world: World, { seed, policy, lagMs }: Climate) {
  await wipe(world.db);
  vi.setSystemTime(START);
  const random = seededRandom(seed);
  seedCrypto(seededRandom(seed + 1));
  const pause = async () => {
    for (let turns = random() * 3; turns > 1; turns--) await new Promise((r) => setImmediate(r));
    vi.advanceTimersByTime(Math.floor(random() * 12));
  };
  const kv = new WeatherKv({ random, now: () => Date.now(), pause, lagMs });
  const senders = new WeakMap<object, (message: SmsMessage) => Promise<never>>();
  const app = createApp((env) => ({
    ok: true,
    value: [{ name: 'console', send: async (message) => senders.get(env)?.(message) as never }],
  }));
  let state: State = emptyState();
  let requests = 0;
  const drawings = new Map<string, Drawing>();
  const pages = new Map<string, string[]>();
  const tokens = new Map<number, string>();
  const ids = new Map<number, string>();
  const codes = new Map<number, string>();
  const facts: Facts = { step: 0, messages: [], answers: [], lines: [] };

  /** `arrive` is called, and awaited, before anything is asked of a store. */
  async function go(outing: Outing, arrive: () => Promise<void>, onD1: () => void): Promise<Seen> {
    const { request, location, forecast } = outing;
    const by = ++requests;
    const trip = new Trip(forecast, {
      pause: async () => {
        await arrive();
        await pause();
      },
      passDeadlines: () => vi.advanceTimersByTime(PATIENCE_MS),
      onD1,
    });
    const now = Date.now();
    const drawn: string[] = [];
    const env = {
      ...world.env,
      ...settingsOf(policy),
      KV: trip.kv(noting(kv.at(location), now, drawn)),
      DB: trip.d1(world.db),
    };
    senders.set(env, (message) => send(message, trip, by, now, forecast) as Promise<never>);
    const context = {
      waitUntil: (work: Promise<unknown>) => trip.keep(work),
    } as unknown as ExecutionContext;
    const answering = Promise.resolve(
      app.fetch(toHttp(request, by, { tokens, ids }), env, context),
    );
    const response = await Promise.race([answering, trip.cut]);
    await trip.finish();
    for (const work of trip.late) await work();
    const heard = response === 'cut' || forecast.hangUpAt !== undefined ? null : response;
    const answered = heard && (await readAnswer(heard, ids));
    const seen: Seen = { by, now, request, met: trip.met, answered };
    facts.answers.push({ ...seen, step: facts.step, errno: answered?.errno ?? null });
    if (heard !== null) learn(seen, heard, drawn);
    return seen;
  }

  /** Notes each captcha record as it reaches KV. Nobody has seen its text yet. */
  function noting(namespace: KVNamespace, now: number, drawn: string[]): KVNamespace {
    return new Proxy(namespace, {
      get: (target, name) => {
        if (name !== 'put') return (key: string) => target.get(key);
        return async (...args: Parameters<KVNamespace['put']>) => {
          const [key, value] = args;
          if (key.startsWith('captcha:')) {
            drawings.set(drawIdIn(value), { text: null, expiresAt: now + 5 * MINUTE });
            drawn.push(drawIdIn(value));
          }
          await target.put(...args);
        };
      },
    });
  }

  function send(message: SmsMessage, trip: Trip, by: number, now: number, { vendor }: Forecast) {
    const { code, mobile, purpose } = message;
    codes.set(by, code);
    const result = {
      sent: { outcome: 'sent' },
      refused: { outcome: 'refused', vendorCode: 'X', because: 'account' },
      unknown: { outcome: 'unknown', why: 'X' },
    }[vendor];
    const fate = trip.nextFate();
    const confirmed = vendor === 'sent' && fate === 'ok';
    const deliver = async () => {
      if (vendor !== 'refused') {
        facts.messages.push({ by, mobile, purpose, code, now, confirmed });
      }
      return result;
    };
    return trip.step('vendor', deliver, { outcome: 'unknown', why: 'nonsense' });
  }

  /** What a person at the page learns from an answer. */
  function learn({ by, request }: Seen, response: Response, drawn: string[]): void {
    const drawId = drawn.at(-1);
    const shown = request.kind === 'draw' ? `dev captcha ${request.page} ` : '';
    if (request.kind === 'draw' && drawId !== undefined && response.status === 200) {
      const text = world.lines.findLast((line) => line.startsWith(shown))?.slice(shown.length);
      const drawing = drawings.get(drawId);
      if (text !== undefined && drawing !== undefined) {
        drawing.text = text;
        pages.set(request.page, [...(pages.get(request.page) ?? []), text]);
      }
    }
    const token = sessionIn(response);
    if (token !== '' && STARTS.has(request.kind)) tokens.set(by, token);
  }

  async function perform(outings: Outing[]): Promise<Seen[]> {
    const order: number[] = [];
    facts.step += 1;
    world.lines.length = 0;
    const going: Promise<Seen>[] = [];
    const all = Promise.withResolvers<void>();
    for (const [index, outing] of outings.entries()) {
      if (index > 0) vi.advanceTimersByTime(outing.gapMs ?? 0);
      const arrived = Promise.withResolvers<void>();
      const arrive = () => {
        arrived.resolve();
        return all.promise;
      };
      const one = go(outing, arrive, () => order.push(index));
      going.push(one);
      await Promise.race([arrived.promise, one]); // with its body: only then may the clock move on
    }
    all.resolve();
    const seen = await Promise.all(going);
    const { rows, ids: found } = await lookAt(world.db);
    for (const [by, id] of found) ids.set(by, id);
    const termsOf = ({ by }: Seen) => ({
      ...policy,
      drawings,
      vendor: outings[seen.findIndex((one) => one.by === by)]?.forecast.vendor ?? 'sent',
      code: codes.get(by) ?? null,
    });
    const isWorld = (candidate: State) => same(rows, expectedRows(candidate));
    const explained = explain(state, seen, order, termsOf, isWorld);
    const story = seen.map((one) => describeSeen(one)).join('\n');
    if ('failure' in explained) {
      const { state: other, failure } = explained;
      if (other !== null) expect({ story, rows }).toEqual({ story, rows: expectedRows(other) });
      throw new Error(`the model cannot explain it: ${failure}\n${story}`);
    }
    state = explained.state;
    facts.lines = world.lines.filter((line) => !line.startsWith('dev '));
    checkPromises(facts, state, policy, [...tokens.values()]);
    return seen;
  }

  return {
    perform,
    /** What people know: texts by page, messages, and whose cookie is at hand. */
    pages,
    messages: facts.messages,
    answers: facts.answers,
    tokens,
    /** The public ids of the sessions there ever were. */
    ids,
    get state(): State {
      return state;
    },
    get now(): number {
      return Date.now();
    },
    wait: (milliseconds: number) => {
      vi.advanceTimersByTime(milliseconds);
    },
    async sweep() {
      const now = Date.now();
      await sweepWorker(world.env, now);
      sweep(state, now);
      expect((await lookAt(world.db)).rows).toEqual(expectedRows(state));
    },
    /** What `npm run users -- block` does, or `unblock`. */
    async block(mobile: string, lifted: boolean) {
      const statements = lifted ? UNBLOCK : BLOCK;
      await world.db.batch(statements.map((sql) => world.db.prepare(sql).bind(mobile)));
      block(state, mobile, lifted);
      expect((await lookAt(world.db)).rows).toEqual(expectedRows(state));
    },
  };
}

const UNBLOCK = ['delete from blocked_mobiles where mobile = ?'];
const BLOCK = [
  'insert into blocked_mobiles values (?, 0) on conflict do nothing',
  'delete from sessions where user_id in (select id from users where mobile = ?)',
];

/** Requests whose answer brings a new session. */
const STARTS = new Set(['register', 'login', 'login-by-code', 'reset']);
