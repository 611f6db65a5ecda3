/** What the model says of whoever knows a password: log in, change it, leave. */
import type { Reason } from '../../src/answers.ts';
import { endCodes, returnTry } from './model-codes.ts';
import { changeAccount, forgetTry, isNoted, isProved, record } from './model-events.ts';
import { asPrincipal, keepOnly, present } from './model-sessions.ts';
import { endSession, remove, startSession, userOf } from './model-users.ts';
import {
  type Answer,
  type Course,
  DAY,
  decide,
  MINUTE,
  type State,
  type User,
  type Visit,
} from './model.ts';

interface Tried {
  password: string;
  address: string;
  session: number | null;
}

export interface LogIn extends Tried {
  kind: 'login';
  mobile: string;
}

export interface ChangePassword extends Tried {
  kind: 'change-password';
  /** The one to have from now on; `password` is the old one. */
  next: string;
}

export interface Leave extends Tried {
  kind: 'leave';
}

export function* logIn(state: State, visit: Visit, form: LogIn): Course {
  const { by } = visit;
  return yield* withPassword(
    state,
    visit,
    form,
    'login_wrong',
    'login_store_failed',
    function* (owner) {
      const isBlocked = () => state.blocked.includes(form.mobile);
      return yield* decide(
        visit,
        () => {
          if (isSame(state, owner) && !isBlocked()) {
            startSession(state, visit, owner.id);
            endSession(state, form.session);
            record(state, visit, 'logged_in', owner);
          }
          forgive(state, form);
        },
        (recalled): Answer | undefined => {
          const hasStarted = state.sessions.some((session) => session.by === by);
          if (hasStarted) return { reason: 'ok', data: { user_id: owner.id }, session: by };
          if (isBlocked()) return { reason: 'user_blocked' };
          return recalled ? undefined : { reason: 'login_wrong' };
        },
      );
    },
  );
}

export function* changePassword(state: State, visit: Visit, form: ChangePassword): Course {
  return yield* asPrincipal(state, visit, form.session, function* (principal) {
    const { mobile } = principal.user;
    const tried = { ...form, mobile };
    return yield* withPassword(
      state,
      visit,
      tried,
      'password_wrong',
      'user_unsaved',
      function* (user) {
        const owner = () => (isSame(state, user) ? present(state, visit, principal) : undefined);
        const changed = yield* changeAccount(
          state,
          visit,
          'password_changed',
          owner,
          (recorded) => {
            const same = state.users.find(({ id }) => id === user.id);
            if (recorded && same)
              Object.assign(same, { password: form.next, passwordBy: visit.by });
            if (recorded) keepOnly(state, principal);
            if (recorded) endCodes(state, mobile);
            forgive(state, tried);
          },
        );
        return changed === undefined ? undefined : { reason: changed ? 'ok' : 'password_wrong' };
      },
    );
  });
}

export function* leave(state: State, visit: Visit, form: Leave): Course {
  return yield* asPrincipal(state, visit, form.session, function* (principal) {
    const { id, mobile } = principal.user;
    const tried = { ...form, mobile };
    return yield* withPassword(
      state,
      visit,
      tried,
      'password_wrong',
      'user_unsaved',
      function* (user) {
        return yield* decide(
          visit,
          () => {
            forgive(state, tried);
            if (!isSame(state, user) || !present(state, visit, principal)) return;
            endCodes(state, mobile);
            remove(state, id);
          },
          (recalled): Answer | undefined => {
            if (!state.users.some((one) => one.id === id)) return { reason: 'ok' };
            return recalled ? undefined : { reason: 'password_wrong' };
          },
        );
      },
    );
  });
}

/** Whether the account has the very password that was tried. */
const isSame = ({ users }: State, { id, passwordBy }: User) =>
  users.some((user) => user.id === id && user.passwordBy === passwordBy);

type Credentials = Pick<LogIn, 'mobile' | 'password' | 'address'>;

/** Does `act` for whoever has that password. Undefined of it: a fault, answered `fault`. */
function* withPassword(
  state: State,
  visit: Visit,
  { mobile, password, address }: Credentials,
  wrong: 'login_wrong' | 'password_wrong',
  fault: Reason,
  act: (owner: User) => Generator<void, Answer | undefined, void>,
): Course {
  const { by, now } = visit;
  const here = `${mobile}|${address}`;
  const isMine = () => state.tries[here]?.by === by;
  const kind = wrong === 'login_wrong' ? 'login_failed' : 'password_failed';
  const until = (subject: string, limit: number) => {
    const tries = state.tries[subject];
    return tries !== undefined && tries.until > now && tries.count >= limit ? tries.until : 0;
  };
  const reserved = yield* decide(
    visit,
    () => {
      if (until(mobile, 100) === 0) countTry(state, here, visit, 5, 10 * MINUTE);
      if (isMine()) countTry(state, mobile, visit, 100, DAY);
      if (isMine()) record(state, visit, kind, userOf(state, mobile));
    },
    () => {
      if (isMine() || isNoted(state, visit))
        return { user: structuredClone(userOf(state, mobile)) };
      return Math.max(until(here, 5), until(mobile, 100)) || undefined;
    },
  );
  const giveBack = (subjects: string[]) =>
    returnTry(visit, () => {
      // It may have happened, and only its answers were lost.
      if (!isProved(state, visit)) for (const subject of subjects) uncount(state, subject);
      forgetTry(state, visit);
    });
  if (reserved === undefined) {
    yield* returnTry(visit, () => {
      for (const subject of [here, mobile]) {
        if (state.tries[subject]?.by === by || isNoted(state, visit)) uncount(state, subject);
      }
      forgetTry(state, visit);
    });
    return { reason: 'login_store_failed' };
  }
  if (typeof reserved === 'number') {
    return { reason: 'login_exhausted', retryAfterMs: reserved - now };
  }
  const { user } = reserved;
  if (user?.password !== password) return { reason: wrong };
  const answer = yield* act(user);
  if (answer !== undefined) return answer;
  yield* giveBack([here, mobile]);
  return { reason: fault };
}

/** After a right password: the address is forgiven, the mobile gets its own try back. */
function forgive(state: State, { mobile, address }: Credentials): void {
  delete state.tries[`${mobile}|${address}`];
  uncount(state, mobile);
}

function countTry(
  { tries }: State,
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

function uncount({ tries }: State, subject: string): void {
  const found = tries[subject];
  if (found !== undefined && found.count > 0) found.count -= 1;
}
