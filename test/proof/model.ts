/**
 * The reference model: what the service promises, said in plain data. It knows nothing of SQL, KV or HTTP. A course
 * is one request; it pauses before each transaction, so that several can be interleaved in any order, and is told
 * the fate that each call met.
 */
import type { Reason } from '../../src/answers.ts';
import type { Purpose } from '../../src/sms/purpose.ts';
import type { EventKind } from '../../src/users/events.ts';
import type { Fate, Kind, Met } from './trip.ts';

export interface Issue {
  by: number;
  mobile: string;
  purpose: Purpose;
  issuedAt: number;
  expiresAt: number;
  attempts: number;
  /** The requests that took its tries; of a used one, the request that used it. */
  attemptedBy: number[];
  usedAt: number | null;
  outcome: 'pending' | 'sent' | 'refused' | 'unknown' | 'unsent';
  code: string | null;
}

export interface User {
  id: number;
  mobile: string;
  name: string;
  password: string;
  /** The request that set it: the same password set again is another one. */
  passwordBy: number;
  createdAt: number;
}

/** Known by the request that did it. */
export interface Happening {
  by: number;
  userId: number;
  kind: EventKind;
  at: number;
}

/** A session is known by the request that started it. */
export interface Session {
  by: number;
  userId: number;
  createdAt: number;
  expiresAt: number;
  lastSeenAt: number;
}

export interface Tries {
  count: number;
  until: number;
  by: number;
}

export interface State {
  claims: Record<string, { by: number; expiresAt: number }>;
  issues: Issue[];
  volume: Record<number, { issued: number; unjudged: number; verified: number }>;
  users: User[];
  usersEver: number;
  sessions: Session[];
  events: Happening[];
  tries: Record<string, Tries>;
  blocked: string[];
}

export const emptyState = (): State => ({
  claims: {},
  issues: [],
  volume: {},
  users: [],
  usersEver: 0,
  sessions: [],
  events: [],
  tries: {},
  blocked: [],
});

/** What a drawing showed; null when nobody ever saw it. */
export interface Drawing {
  text: string | null;
  expiresAt: number;
}

export interface Answer {
  reason: Reason | 'drawn';
  retryAfterMs?: number | undefined;
  data?: Record<string, unknown>;
  /** Lists in `data`, in groups whose members may stand in any order. */
  lists?: Record<string, unknown[][]>;
  /** The session that the answer's cookie names, by the request that started it. */
  session?: number;
}

export type Course = Generator<void, Answer, void>;

/** One request as the model sees it: who it is, when it came, and what its calls met. */
export class Visit {
  readonly late: (() => void)[] = [];
  readonly by: number;
  readonly now: number;
  private readonly met: readonly Met[];
  private cursor = 0;

  constructor(by: number, now: number, met: readonly Met[]) {
    this.by = by;
    this.now = now;
    this.met = met;
  }

  /** The next call that the worker made. Throws when it is not of the kind that the promise asks for. */
  next(kind: Kind): Met {
    const met = this.met[this.cursor];
    this.cursor += 1;
    if (met?.kind !== kind)
      throw new Unexplained(`call ${this.cursor} is ${met?.kind}, not ${kind}`);
    return met;
  }

  /**
   * A call that decides nothing: whether it was answered with sense. A client that hangs up may end the request here,
   * and all before it stands.
   */
  ask(kind: Kind, effect: () => void = () => {}): boolean {
    if (this.met[this.cursor]?.fate !== 'cut') return this.write(kind, effect);
    throw new CutOff();
  }

  /** A call that writes: does `effect` if it happened, and says whether its answer came. */
  write(kind: Kind, effect: () => void): boolean {
    const { fate } = this.next(kind);
    if (fate === 'cut') throw new Unexplained('the request was cut off');
    if (fate === 'late') this.late.push(effect);
    else if (happened(fate)) effect();
    const isLost = kind === 'kv.put' && fate === 'nonsense'; // a put answers nothing: its nonsense is a lie
    return fate === 'ok' || isLost;
  }

  /** Whether the worker's next call is of this kind. */
  isNext(kind: Kind): boolean {
    return this.met[this.cursor]?.kind === kind;
  }

  /** After the last call. */
  end(): void {
    if (this.cursor !== this.met.length) {
      throw new Unexplained(`${this.met.length} calls, ${this.cursor} were due`);
    }
    for (const effect of this.late) effect();
  }
}

export class Unexplained extends Error {}
/** The client is gone, and nothing was left to finish. */
export class CutOff extends Error {}

const happened = (fate: Fate) => fate === 'ok' || fate === 'after' || fate === 'stall';

/**
 * A decision: a transaction, and one question if its answer was lost. `read` gives undefined where nothing can be
 * said. Undefined: the answer is a fault.
 */
export function* decide<T>(
  visit: Visit,
  effect: () => void,
  read: (recalled: boolean) => T | undefined,
  recall: () => void = () => {},
): Generator<void, T | undefined, void> {
  yield;
  if (visit.write('d1', effect)) {
    const verdict = read(false);
    if (verdict !== undefined) return verdict;
  }
  yield;
  return visit.write('d1', recall) ? read(true) : undefined;
}

/** The sweep: what has left every window goes, and nothing else. */
export function sweep(state: State, now: number): void {
  state.claims = keep(state.claims, ({ expiresAt }) => expiresAt > now - HOUR);
  state.issues = state.issues.filter(({ issuedAt }) => issuedAt > now - 25 * HOUR);
  state.volume = keep(state.volume, (_, key) => Number(key) >= slotOf(now - 25 * HOUR));
  state.tries = keep(state.tries, ({ until }) => until > now);
  state.sessions = state.sessions.filter(({ expiresAt }) => expiresAt > now);
  state.events = state.events.filter(({ at }) => at > now - 180 * DAY);
}

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** SMS are counted in slots of five minutes. */
export const SLOT = 5 * MINUTE;
export const slotOf = (time: number) => Math.floor(time / SLOT);

function keep<T>(
  record: Record<string, T>,
  stays: (value: T, key: string) => boolean,
): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([key, value]) => stays(value, key)));
}
