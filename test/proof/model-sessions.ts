/** What the model says of sessions: who is there, who ends which. */
import { endCodes } from './model-codes.ts';
import { changeAccount, record } from './model-events.ts';
import { shown, principalOf } from './model-users.ts';
import {
  type Answer,
  type Course,
  DAY,
  type Session,
  type State,
  type User,
  type Visit,
} from './model.ts';

export interface Look {
  kind: 'look';
  path: '/session' | '/user';
  session: number | null;
}

export interface LogOut {
  kind: 'logout';
  session: number | null;
}

export interface EndOne {
  kind: 'end-one';
  session: number | null;
  /** The session to end, by the request that started it. */
  target: number | null;
}

export interface EndOthers {
  kind: 'end-others';
  session: number | null;
}

export interface Rename {
  kind: 'rename';
  session: number | null;
  name: string;
}

export interface Principal {
  session: number;
  user: User;
}

/** Who asks; the session is prolonged once half of its life is over. Null: nobody. Undefined: nobody can tell. */
function* arrive(state: State, visit: Visit, by: number) {
  const { now } = visit;
  yield;
  if (!visit.ask('d1')) return undefined;
  const found = principalOf(state, by, now);
  if (found === undefined) return null;
  const { session, user } = found;
  const end = Math.min(now + DAY, session.createdAt + 30 * DAY);
  let longer = session.lastSeenAt > session.createdAt; // the cookie, and every look says so while the session lives
  if (session.expiresAt - now < DAY / 2 && end > session.expiresAt) {
    yield;
    let done = false;
    const told = visit.ask('d1', () => {
      const still: Session | undefined = principalOf(state, by, now)?.session;
      if (still !== undefined) {
        still.expiresAt = Math.max(still.expiresAt, end);
        still.lastSeenAt = Math.max(still.lastSeenAt, now);
      }
      done = still !== undefined;
    });
    if (told) longer = done; // else the session is good as it is, and the next look tells
  }
  return {
    principal: { session: by, user: structuredClone(user) },
    cookie: longer ? { session: by } : {},
  };
}

/** Does `act` for whoever is logged in. `cookie` is what an answer says that renews it. */
export function* asPrincipal(
  state: State,
  visit: Visit,
  session: number | null,
  act: (principal: Principal, cookie: Pick<Answer, 'session'>) => Course,
): Course {
  const arrived = session === null ? null : yield* arrive(state, visit, session);
  if (arrived === undefined) return { reason: 'store_failed' };
  if (arrived === null) return { reason: 'logged_out' };
  return yield* act(arrived.principal, arrived.cookie);
}

export function* look(state: State, visit: Visit, { path, session }: Look): Course {
  const answer = yield* asPrincipal(state, visit, session, function* ({ user }, cookie) {
    yield* [];
    if (path === '/user') return { reason: 'ok', data: shown(user), ...cookie };
    return { reason: 'session_true', data: { name: user.name }, ...cookie };
  });
  const isNobody = answer.reason === 'logged_out' && path === '/session';
  return isNobody ? { reason: 'session_false' } : answer;
}

export function* logOut(state: State, visit: Visit, { session }: LogOut): Course {
  if (session === null) return { reason: 'logged_out' };
  let ended = false;
  yield;
  const told = visit.write('d1', () => {
    const found = principalOf(state, session, visit.now);
    ended = found !== undefined;
    record(state, visit, 'logged_out', found?.user);
    if (ended) state.sessions = state.sessions.filter(({ by }) => by !== session);
  });
  if (!told) return { reason: 'store_failed' };
  return { reason: ended ? 'ok' : 'logged_out' };
}

export function* endOne(state: State, visit: Visit, { session, target }: EndOne): Course {
  return yield* asPrincipal(state, visit, session, function* (principal) {
    const theirs = () => principalOf(state, target, visit.now)?.user.id === principal.user.id;
    const owner = () => (theirs() ? present(state, visit, principal) : undefined);
    const ended = yield* changeAccount(state, visit, 'session_ended', owner, (recorded) => {
      if (recorded) state.sessions = state.sessions.filter(({ by }) => by !== target);
    });
    return answerOf(ended, 'store_failed', 'session_unknown');
  });
}

export function* endOthers(state: State, visit: Visit, { session }: EndOthers): Course {
  return yield* asPrincipal(state, visit, session, function* (principal) {
    const owner = () => present(state, visit, principal);
    const ended = yield* changeAccount(state, visit, 'other_sessions_ended', owner, (recorded) => {
      if (recorded) keepOnly(state, principal);
      if (recorded) endCodes(state, principal.user.mobile);
    });
    return answerOf(ended, 'store_failed', 'logged_out');
  });
}

export function* rename(state: State, visit: Visit, { session, name }: Rename): Course {
  return yield* asPrincipal(state, visit, session, function* (principal) {
    const { mobile } = principal.user;
    if (/^1[0-9]{10}$/.test(name) && name !== mobile) return { reason: 'name_malformed' };
    const owner = () => present(state, visit, principal);
    const changed = yield* changeAccount(state, visit, 'name_changed', owner, (recorded) => {
      const user = state.users.find(({ id }) => id === principal.user.id);
      if (recorded && user !== undefined) user.name = name;
    });
    const answer = answerOf(changed, 'user_unsaved', 'logged_out');
    return changed ? { ...answer, data: { name } } : answer;
  });
}

/** The principal's account while the session that asks lives. */
export const present = (state: State, { now }: Visit, { session, user }: Principal) =>
  principalOf(state, session, now) && state.users.find(({ id }) => id === user.id);

export function keepOnly(state: State, { session, user }: Principal): void {
  state.sessions = state.sessions.filter(({ by, userId }) => by === session || userId !== user.id);
}

const answerOf = (
  done: boolean | undefined,
  fault: Answer['reason'],
  refusal: Answer['reason'],
): Answer => ({ reason: done === undefined ? fault : done ? 'ok' : refusal });
