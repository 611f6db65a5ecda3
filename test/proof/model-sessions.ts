/** What the model says of log-in, log-out and who is there. */
import { returnTry, shown, startSession } from './model-accounts.ts';
import { type Course, DAY, decide, MINUTE, type State, type Tries, type Visit } from './model.ts';

export interface LogIn {
  kind: 'login';
  mobile: string;
  password: string;
  address: string;
  session: number | null;
}

export interface Look {
  kind: 'look';
  path: '/session' | '/user';
  session: number | null;
}

export interface LogOut {
  kind: 'logout';
  session: number | null;
}

export function* logIn(state: State, visit: Visit, form: LogIn): Course {
  const { by, now } = visit;
  const here = `${form.mobile}|${form.address}`;
  const anywhere = form.mobile;
  const isSpent = (subject: string, limit: number) => {
    const tries = state.tries[subject];
    return tries !== undefined && tries.until > now && tries.count >= limit ? tries.until : 0;
  };
  const reserved = yield* decide(
    visit,
    () => {
      if (isSpent(anywhere, 100) === 0) countTry(state.tries, here, visit, 5, 10 * MINUTE);
      if (state.tries[here]?.by === by) countTry(state.tries, anywhere, visit, 100, DAY);
    },
    () => {
      if (state.tries[here]?.by === by) return 'mine';
      return Math.max(isSpent(here, 5), isSpent(anywhere, 100));
    },
  );
  if (reserved === undefined) {
    yield* returnTry(visit, () => {
      for (const subject of [here, anywhere]) {
        if (state.tries[subject]?.by === by) uncount(state.tries, subject);
      }
    });
    return { reason: 'login_store_failed' };
  }
  if (reserved === 0) return { reason: 'login_store_failed' };
  if (reserved !== 'mine') return { reason: 'login_exhausted', retryAfterMs: reserved - now };
  const user = state.users.find(({ mobile }) => mobile === form.mobile);
  if (user?.password !== form.password) return { reason: 'login_wrong' };
  const hasStarted = () => state.sessions.some((session) => session.by === by);
  const started = yield* decide(
    visit,
    () => {
      startSession(state, visit, user.id, form.session);
      delete state.tries[here];
      uncount(state.tries, anywhere);
    },
    () => hasStarted() || undefined,
  );
  if (started) return { reason: 'ok', data: { user_id: user.id }, session: by };
  yield* returnTry(visit, () => [here, anywhere].forEach((s) => uncount(state.tries, s)));
  return { reason: 'login_store_failed' };
}

function countTry(
  tries: Record<string, Tries>,
  subject: string,
  { by, now }: Visit,
  limit: number,
  pauseMs: number,
): void {
  const before = tries[subject];
  if (before === undefined || before.until <= now) {
    tries[subject] = { count: 1, until: now + pauseMs, by };
  } else if (before.count < limit) {
    const last = before.count + 1 >= limit;
    tries[subject] = { count: before.count + 1, until: last ? now + pauseMs : before.until, by };
  }
}

function uncount(tries: Record<string, Tries>, subject: string): void {
  const found = tries[subject];
  if (found !== undefined && found.count > 0) found.count -= 1;
}

export function* look(state: State, visit: Visit, { path, session: by }: Look): Course {
  const { now } = visit;
  const nobody = { reason: path === '/user' ? 'logged_out' : 'session_false' } as const;
  if (by === null) return nobody;
  const live = () => state.sessions.find((s) => s.by === by && s.expiresAt > now);
  yield;
  if (!visit.write('d1', () => {})) return { reason: 'store_failed' };
  const session = live();
  const user = state.users.find(({ id }) => id === session?.userId);
  if (session === undefined || user === undefined) return nobody;
  let prolonged = false;
  if (session.expiresAt - now < DAY / 2) {
    yield;
    const told = visit.write('d1', () => {
      const still = live();
      if (still !== undefined) Object.assign(still, { expiresAt: now + DAY, lastSeenAt: now });
      prolonged = still !== undefined;
    });
    prolonged &&= told; // the session is good as it is, and the next look tries again
  }
  const cookie = prolonged ? { session: by } : {};
  if (path === '/user') return { reason: 'ok', data: shown(user), ...cookie };
  return { reason: 'session_true', data: { name: user.mobile }, ...cookie };
}

export function* logOut(state: State, visit: Visit, { session: by }: LogOut): Course {
  if (by === null) return { reason: 'logged_out' };
  let ended = false;
  yield;
  const told = visit.write('d1', () => {
    ended = state.sessions.some((s) => s.by === by && s.expiresAt > visit.now);
    state.sessions = state.sessions.filter((s) => s.by !== by || s.expiresAt <= visit.now);
  });
  if (!told) return { reason: 'store_failed' };
  return { reason: ended ? 'ok' : 'logged_out' };
}
