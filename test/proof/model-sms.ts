/** What the model says of `GET /smscode`. */
import type { Reason } from '../../src/answers.ts';
import { type Errand, refusalOf } from './model-codes.ts';
import {
  type Answer,
  type Course,
  DAY,
  decide,
  type Drawing,
  HOUR,
  type Issue,
  MINUTE,
  SLOT,
  slotOf,
  type State,
  Unexplained,
  type Visit,
} from './model.ts';
import { isBraked, isSpent, type Policy, untilBudgetFrees } from './model-volume.ts';

export interface Ask extends Errand {
  kind: 'ask';
  page: string;
  text: string;
}

export interface Terms extends Policy {
  drawings: ReadonlyMap<string, Drawing>;
  vendor: 'sent' | 'refused' | 'unknown';
  /** The code of the message that the vendor was given, if it was asked. */
  code: string | null;
}

const SENDS = { sent: 'sms_sent', refused: 'sms_refused', unknown: 'sms_unknown' } as const;

export function* ask(state: State, visit: Visit, request: Ask, terms: Terms): Course {
  const { fate, found } = visit.next('kv.get');
  if (fate !== 'ok') return { reason: 'captcha_unreadable' };
  if (found === null) return { reason: 'captcha_expired' };
  const drawId = drawIdIn(found);
  const drawing = terms.drawings.get(drawId);
  if (drawing === undefined) throw new Unexplained('a drawing that was never put');
  if (drawing.expiresAt <= visit.now) return { reason: 'captcha_expired' };
  const right = drawing.text !== null && drawing.text.toLowerCase() === request.text.toLowerCase();
  const claim = () => {
    state.claims[drawId] ??= { by: visit.by, expiresAt: drawing.expiresAt };
  };
  if (!right) {
    const owner = yield* decide(visit, claim, () => state.claims[drawId]?.by);
    if (owner === undefined) return { reason: 'sms_ledger_failed' };
    return { reason: owner === visit.by ? 'captcha_wrong' : 'captcha_expired' };
  }
  const verdict = yield* decide(
    visit,
    () => {
      const isTrickle = visit.isNext('kv.put'); // a tossed coin: seen by what the worker does next
      const isBrakable = request.purpose === 'signup' && !isTrickle;
      const brake = isBrakable ? terms.brake : null;
      open(state, visit, request, claim, drawId, { ...terms, brake });
    },
    (recalled) => opened(state, visit, request, drawId, terms, recalled),
    () => forestall(state, visit, request),
  );
  if (verdict === undefined) {
    yield* settle(state, visit, request, 'unsent');
    return { reason: 'sms_ledger_failed' };
  }
  if (verdict.reason !== 'sms_sent') return verdict;
  return yield* send(state, visit, request, terms);
}

function* send(state: State, visit: Visit, errand: Errand, terms: Terms): Course {
  if (!visit.write('kv.put', () => {})) {
    yield* settle(state, visit, errand, 'unsent');
    return { reason: 'sms_unsaved' };
  }
  const answered = visit.next('vendor').fate === 'ok';
  const issue = mine(state, visit);
  if (issue !== undefined) issue.code = terms.code;
  const outcome = answered ? terms.vendor : 'unknown';
  const settled = yield* settle(state, visit, errand, outcome);
  const live = settled && (mine(state, visit)?.expiresAt ?? 0) > visit.now;
  return { reason: outcome === 'sent' && !live ? 'sms_unsaved' : SENDS[outcome] };
}

function* settle(
  state: State,
  visit: Visit,
  errand: Errand,
  outcome: Exclude<Issue['outcome'], 'pending'>,
) {
  const effect = () => {
    if (outcome === 'unsent') forestall(state, visit, errand);
    const issue = mine(state, visit);
    if (issue?.outcome !== 'pending') return;
    issue.outcome = outcome;
    const slot = state.volume[slotOf(issue.issuedAt)];
    if (slot === undefined) return;
    const isFree = outcome === 'refused' || outcome === 'unsent';
    const isJudged = issue.purpose === 'signup';
    if (isFree) slot.issued -= 1;
    if (isFree && !isJudged) slot.unjudged -= 1;
    if (outcome === 'unknown' && isJudged) slot.unjudged += 1;
  };
  yield;
  if (visit.write('d1', effect)) return true;
  yield;
  return visit.write('d1', effect);
}

/** A send that is not open now is never opened, however late its batch comes. */
function forestall(state: State, visit: Visit, errand: Errand): void {
  if (mine(state, visit) !== undefined) return;
  const { by, now } = visit;
  state.issues.push({ ...pendingIssue(by, errand, now), expiresAt: now, outcome: 'unsent' });
}

const mine = (state: State, { by }: Visit) => state.issues.find((issue) => issue.by === by);

function open(
  state: State,
  visit: Visit,
  errand: Errand,
  claim: () => void,
  drawId: string,
  policy: Policy,
): void {
  if (mine(state, visit) !== undefined) return;
  const { by, now } = visit;
  const { mobile, purpose } = errand;
  const full = windows(state, mobile, now);
  const isRefused = refusalOf(state, errand, now) !== null;
  if (isRefused || full.cooldown === undefined) claim();
  if (state.claims[drawId]?.by !== by || isRefused) return;
  if (full.hour !== undefined || full.day !== undefined || full.failures !== undefined) return;
  if (isSpent(state, now, policy, purpose) || isBraked(state, now, policy)) return;
  const slot = (state.volume[slotOf(now)] ??= { issued: 0, unjudged: 0, verified: 0 });
  slot.issued += 1;
  if (purpose !== 'signup') slot.unjudged += 1;
  state.issues.push(pendingIssue(by, errand, now));
}

function opened(
  state: State,
  visit: Visit,
  errand: Errand,
  drawId: string,
  policy: Policy,
  recalled: boolean,
): Answer | undefined {
  const { by, now } = visit;
  const { mobile, purpose } = errand;
  const wait = (reason: Reason, retryAfterMs: number): Answer => ({ reason, retryAfterMs });
  if (mine(state, visit)?.outcome === 'pending') return { reason: 'sms_sent' };
  const owner = state.claims[drawId]?.by;
  const full = windows(state, mobile, now);
  const refusal = refusalOf(state, errand, now);
  if (owner !== undefined && owner !== by) return { reason: 'captcha_expired' };
  if (owner === undefined) {
    if (refusal !== null || full.cooldown === undefined) return undefined;
    return wait('sms_cooldown', Math.min(full.cooldown + MINUTE - now, MINUTE));
  }
  if (refusal !== null) return { reason: refusal };
  const frees = [
    (full.hour ?? -Infinity) + HOUR,
    (full.day ?? -Infinity) + DAY,
    (full.failures ?? -Infinity) + HOUR,
  ];
  const freeAt = Math.max(...frees);
  if (freeAt > now) return wait('sms_capped', freeAt - now);
  if (!isSpent(state, now, policy, purpose)) return recalled ? undefined : wait('sms_braked', SLOT);
  return wait('sms_budget', untilBudgetFrees(state, now, policy, purpose));
}

/** Of each window that is full: the time of the issue that must leave it first. */
function windows(state: State, mobile: string, now: number) {
  const latest = (windowMs: number, outcomes: Issue['outcome'][], limit: number) =>
    state.issues
      .filter((i) => i.mobile === mobile && i.issuedAt > now - windowMs)
      .filter((i) => outcomes.includes(i.outcome))
      .map((i) => i.issuedAt)
      .toSorted((a, b) => b - a)[limit - 1];
  return {
    cooldown: latest(MINUTE, ['pending', 'sent'], 1),
    hour: latest(HOUR, ['pending', 'sent', 'unknown'], 5),
    day: latest(DAY, ['pending', 'sent', 'unknown'], 10),
    failures: latest(HOUR, ['refused', 'unknown'], 3),
  };
}

const pendingIssue = (by: number, { mobile, purpose }: Errand, now: number): Issue => ({
  by,
  mobile,
  purpose,
  issuedAt: now,
  expiresAt: now + 5 * MINUTE,
  attempts: 0,
  attemptedBy: [],
  usedAt: null,
  outcome: 'pending',
  code: null,
});

/** The draw id in a record as KV holds it. */
export function drawIdIn(record: unknown): string {
  const held = JSON.parse(String(record)) as { draw_id: string };
  return held.draw_id;
}
