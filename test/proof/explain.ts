/**
 * Whether the model can explain what was seen: one or several requests at once, what each was answered, and the
 * rows that were left behind. Several are explained when some order of their transactions gives it all; the order
 * in which they set out is tried first.
 */
import { courseOf, type Request } from './requests.ts';
import { type Answer, type Course, CutOff, type State, Unexplained, Visit } from './model.ts';
import type { Terms } from './model-sms.ts';
import type { Met } from './trip.ts';

/** A request with what was seen of it. The answer is null when nobody heard it. */
export interface Seen {
  by: number;
  now: number;
  request: Request;
  met: readonly Met[];
  answered: Answered | null;
}

/** Whether an answer is the one that the model gives. */
export interface Answered {
  errno: string;
  errmsg: string;
  /** Seconds. */
  retryAfter: number;
  matches: (answer: Answer) => boolean;
  toString: () => string;
}

export type TermsOf = (seen: Seen) => Terms;

const LONGEST_SEARCH = 5000;

/** The state that explains it, or the reasons why the first order does not. */
export function explain(
  before: State,
  seen: readonly Seen[],
  order: readonly number[],
  termsOf: TermsOf,
  isWorld: (state: State) => boolean,
): { state: State } | { failure: string; state: State | null } {
  const first = replay(before, seen, order, termsOf);
  if ('state' in first && isWorld(first.state)) return first;
  const left = Object.groupBy(order, (index) => index);
  const counts = seen.map((_, index) => left[index]?.length ?? 0);
  let tried = 0;
  for (const schedule of schedules(counts)) {
    tried += 1;
    if (seen.length === 1 || tried > LONGEST_SEARCH) break;
    const outcome = replay(before, seen, schedule, termsOf);
    if ('state' in outcome && isWorld(outcome.state)) return outcome;
  }
  if ('failure' in first) return { ...first, state: null };
  return { failure: 'the rows differ', state: first.state };
}

/** Plays the requests on a copy of the state, each transaction when its turn comes. */
function replay(
  before: State,
  seen: readonly Seen[],
  order: readonly number[],
  termsOf: TermsOf,
): { state: State } | { failure: string } {
  const state = structuredClone(before);
  try {
    const plays = seen.map((one) => new Play(state, one, termsOf(one)));
    for (const index of order) plays[index]?.advance();
    for (const play of plays) play.end();
    return { state };
  } catch (error) {
    if (error instanceof Unexplained) return { failure: error.message };
    throw error;
  }
}

class Play {
  private readonly visit: Visit;
  private readonly course: Course;
  private readonly seen: Seen;
  /** The answer that the model gives; null when nobody could hear it. */
  private result: { done: false } | { done: true; answer: Answer | null } = { done: false };

  constructor(state: State, seen: Seen, terms: Terms) {
    this.seen = seen;
    this.visit = new Visit(seen.by, seen.now, seen.met);
    this.course = courseOf(state, this.visit, seen.request, terms);
    this.advance();
  }

  advance(): void {
    if (this.result.done) return;
    try {
      const next = this.course.next();
      this.result = next.done ? { done: true, answer: next.value } : { done: false };
    } catch (error) {
      if (!(error instanceof CutOff)) throw error;
      this.result = { done: true, answer: null };
    }
    this.check();
  }

  end(): void {
    if (this.seen.met.at(-1)?.fate === 'cut') this.advance(); // no transaction, so nobody's turn
    if (!this.result.done) throw new Unexplained(`request ${this.seen.by} should go on`);
    if (this.result.answer !== null) this.visit.end();
  }

  private check(): void {
    const { answered, by } = this.seen;
    if (!this.result.done || this.result.answer === null || answered === null) return;
    if (answered.matches(this.result.answer)) return;
    throw new Unexplained(
      `request ${by}: ${answered.toString()} where the model says ${JSON.stringify(this.result.answer)}`,
    );
  }
}

/** Every order of the transactions, `counts[i]` of them being of request i. */
function* schedules(counts: readonly number[]): Generator<number[], void, void> {
  if (counts.every((count) => count === 0)) yield [];
  for (const [index, count] of counts.entries()) {
    if (count === 0) continue;
    const rest = counts.with(index, count - 1);
    for (const schedule of schedules(rest)) yield [index, ...schedule];
  }
}
