/** What the model says of registration. */
import {
  type Course,
  DAY,
  decide,
  HOUR,
  MINUTE,
  SECOND,
  slotOf,
  type State,
  type User,
  type Visit,
} from './model.ts';

export interface Register {
  kind: 'register';
  mobile: string;
  code: string;
  password: string;
  /** The session whose cookie is sent, by the request that started it. */
  session: number | null;
}

export function* register(state: State, visit: Visit, form: Register): Course {
  const { by, now } = visit;
  const { mobile } = form;
  const taken = yield* takeTry(state, visit, mobile, /^[0-9]{6}$/.test(form.code));
  if (taken === undefined) return { reason: 'signup_ledger_failed' };
  if (typeof taken === 'string') return { reason: taken };
  const { issue } = taken;
  const wrong = { reason: 'code_wrong', data: { attempts_left: 5 - taken.attempts } } as const;
  if (!taken.mine) return wrong;
  const { fate, found } = visit.next('kv.get');
  const missed = fate === 'nonsense' || (fate === 'ok' && found === null);
  if (fate !== 'ok' || missed) {
    yield* returnTry(visit, () => (issue.attempts = Math.max(0, issue.attempts - 1)));
    return { reason: 'code_unreadable', retryAfterMs: missed ? MINUTE : SECOND };
  }
  if (issue.code !== form.code) return wrong;
  const ours = () => issue.usedAt !== null && issue.attemptedBy === by;
  const owner = () => state.users.find((user) => user.mobile === mobile);
  const made = yield* decide(
    visit,
    () => {
      if (issue.outcome !== 'sent' || issue.usedAt !== null || issue.expiresAt <= now) return;
      if (owner() !== undefined) return;
      issue.usedAt = now;
      issue.attemptedBy = by;
      createUser(state, visit, form, slotOf(issue.issuedAt));
    },
    (recalled) => {
      const user = owner();
      if (ours() && user !== undefined) return user;
      if (user !== undefined) return 'sms_registered';
      return recalled ? undefined : 'code_expired';
    },
  );
  if (made === undefined) {
    yield* returnTry(visit, () => (issue.attempts = Math.max(0, issue.attempts - 1)));
    return { reason: 'user_unsaved' };
  }
  if (typeof made === 'string') return { reason: made };
  return { reason: 'ok', data: shown(made), session: by };
}

function* takeTry(state: State, visit: Visit, mobile: string, take: boolean) {
  const { by, now } = visit;
  const current = () =>
    state.issues
      .filter((issue) => issue.mobile === mobile && issue.outcome === 'sent')
      .toSorted((a, b) => a.issuedAt - b.issuedAt) // stable: of two at one time, the later
      .at(-1);
  const isRegistered = () => state.users.some((user) => user.mobile === mobile);
  const charge = () => {
    const issue = current();
    if (issue === undefined || issue.usedAt !== null || issue.expiresAt <= now) return;
    if (issue.attempts >= 5 || isRegistered()) return;
    issue.attempts += 1;
    issue.attemptedBy = by;
  };
  const read = () => {
    const issue = current();
    if (isRegistered()) return 'sms_registered' as const;
    if (issue === undefined || issue.usedAt !== null || issue.expiresAt <= now) {
      return 'code_expired' as const;
    }
    const { attempts } = issue;
    if (take && issue.attemptedBy === by) return { issue, attempts, mine: true };
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
      const ours = state.issues.filter((i) => i.mobile === mobile && i.attemptedBy === by);
      for (const issue of ours) issue.attempts = Math.max(0, issue.attempts - 1);
    });
  }
  return verdict;
}

export function* returnTry(visit: Visit, effect: () => void): Generator<void, void, void> {
  yield;
  visit.write('d1', effect);
}

function createUser(state: State, visit: Visit, form: Register, slot: number): void {
  const { now } = visit;
  const user = {
    id: ++state.usersEver,
    mobile: form.mobile,
    password: form.password,
    createdAt: now,
  };
  state.users.push(user);
  const volume = state.volume[slot];
  if (volume !== undefined) volume.verified += 1;
  startSession(state, visit, user.id, form.session);
}

export function startSession(
  state: State,
  { by, now }: Visit,
  userId: number,
  replaced: number | null,
) {
  state.sessions = state.sessions.filter((session) => session.by !== replaced);
  state.sessions.push({ by, userId, createdAt: now, expiresAt: now + DAY, lastSeenAt: now });
}

/** The user as an answer shows it. */
export function shown({ id, mobile, createdAt }: User): Record<string, unknown> {
  const local = new Date(createdAt + 8 * HOUR).toISOString();
  const time = `${local.slice(0, 10)} ${local.slice(11, 19)}`;
  return { user_id: id, name: mobile, mobile, avatar: '', create_time: time };
}
