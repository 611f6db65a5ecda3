/** What the model says of a code: who may have one, the five tries at it, and its one use. */
import type { Reason } from '../../src/answers.ts';
import type { Purpose } from '../../src/sms/purpose.ts';
import { forgetTry, record } from './model-events.ts';
import { userOf, principalOf } from './model-users.ts';
import {
  type Answer,
  type Course,
  decide,
  type Issue,
  MINUTE,
  SECOND,
  slotOf,
  type State,
  type Visit,
} from './model.ts';

export interface Errand {
  mobile: string;
  purpose: Purpose;
  /** For `delete`: the session that asks. */
  session: number | null;
}

/** Why the mobile may not have a code of this purpose now, nor use one. */
export function refusalOf(state: State, { mobile, purpose, session }: Errand, now: number) {
  const principal = principalOf(state, session, now);
  if (purpose === 'delete' && principal?.user.mobile !== mobile) return 'logged_out';
  if (state.blocked.includes(mobile)) return 'user_blocked';
  const isRegistered = userOf(state, mobile) !== undefined;
  if (purpose === 'signup') return isRegistered ? 'sms_registered' : null;
  return isRegistered ? null : 'user_unknown';
}

/** Does `act` for whoever has the code. Undefined of it: a fault, answered `fault`. */
export function* withCode(
  state: State,
  visit: Visit,
  errand: Errand,
  code: string,
  fault: Reason,
  act: (issue: Issue) => Generator<void, Answer | undefined, void>,
): Course {
  const taken = yield* takeTry(state, visit, errand, /^[0-9]{6}$/.test(code));
  if (taken === undefined) {
    return { reason: errand.purpose === 'signup' ? 'signup_ledger_failed' : 'login_store_failed' };
  }
  if (typeof taken === 'string') return { reason: taken };
  const { issue } = taken;
  const wrong = { reason: 'code_wrong', data: { attempts_left: 5 - taken.attempts } } as const;
  if (!taken.mine) return wrong;
  const { fate, found } = visit.next('kv.get');
  const missed = fate === 'nonsense' || (fate === 'ok' && found === null);
  const returned = () => {
    issue.attempts = Math.max(0, issue.attempts - 1);
    forgetTry(state, visit);
  };
  if (fate !== 'ok' || missed) {
    yield* returnTry(visit, returned);
    return { reason: 'code_unreadable', retryAfterMs: missed ? MINUTE : SECOND };
  }
  if (issue.code !== code) return wrong;
  const answer = yield* act(issue);
  if (answer !== undefined) return answer;
  yield* returnTry(visit, returned);
  return { reason: fault };
}

function* takeTry(state: State, visit: Visit, errand: Errand, take: boolean) {
  const { by, now } = visit;
  const { mobile, purpose } = errand;
  const current = () =>
    state.issues
      .filter((issue) => issue.mobile === mobile && issue.purpose === purpose)
      .filter(({ outcome }) => outcome === 'sent')
      .toSorted((a, b) => a.issuedAt - b.issuedAt) // stable: of two at one time, the later
      .at(-1);
  const isDead = (issue: Issue) => issue.usedAt !== null || issue.expiresAt <= now;
  const charge = () => {
    const issue = current();
    if (issue === undefined || isDead(issue) || issue.attempts >= 5) return;
    if (refusalOf(state, errand, now) !== null) return;
    issue.attempts += 1;
    issue.attemptedBy.push(by);
    record(state, visit, 'code_failed', userOf(state, mobile));
  };
  const read = () => {
    const refusal = refusalOf(state, errand, now);
    if (refusal === 'user_unknown') return 'code_expired' as const;
    if (refusal !== null) return refusal;
    const issue = current();
    if (issue === undefined || isDead(issue)) return 'code_expired' as const;
    const { attempts } = issue;
    if (take && issue.attemptedBy.includes(by)) return { issue, attempts, mine: true };
    if (attempts >= 5) return 'code_exhausted' as const;
    return take ? undefined : { issue, attempts, mine: false };
  };
  if (!take) {
    yield;
    return visit.write('d1', () => {}) ? read() : undefined;
  }
  const verdict = yield* decide(visit, charge, read);
  if (verdict === undefined) {
    yield* returnTry(visit, () => {
      const ours = state.issues.filter((i) => i.mobile === mobile && i.attemptedBy.includes(by));
      for (const issue of ours) issue.attempts = Math.max(0, issue.attempts - 1);
      forgetTry(state, visit);
    });
  }
  return verdict;
}

export function* returnTry(visit: Visit, effect: () => void): Generator<void, void, void> {
  yield;
  visit.write('d1', effect);
}

/** Uses the code up if it still may be used. */
export function redeem(state: State, { by, now }: Visit, issue: Issue, errand: Errand): void {
  const isLive = issue.outcome === 'sent' && issue.usedAt === null && issue.expiresAt > now;
  if (!isLive || refusalOf(state, errand, now) !== null) return;
  issue.usedAt = now;
  issue.attemptedBy = [by];
  const volume = state.volume[slotOf(issue.issuedAt)];
  if (volume !== undefined && errand.purpose === 'signup') volume.verified += 1;
}

/** Ends the codes of the mobile that nobody has used. */
export function endCodes({ issues }: State, mobile: string): void {
  for (const issue of issues) {
    if (issue.mobile === mobile && issue.usedAt === null) issue.expiresAt = 0;
  }
}

/** Whether this request used the code. */
export const isOurs = (issue: Issue, { by }: Visit) =>
  issue.usedAt !== null && issue.attemptedBy.includes(by);
