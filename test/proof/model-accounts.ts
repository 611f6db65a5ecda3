/** What the model says of whoever has a code: sign up, log in, set a password, leave. */
import { endCodes, isOurs, redeem, refusalOf, withCode } from './model-codes.ts';
import { record } from './model-events.ts';
import { asPrincipal } from './model-sessions.ts';
import { endSession, remove, shown, startSession, userOf } from './model-users.ts';
import { type Answer, type Course, decide, type State, type User, type Visit } from './model.ts';

interface ByCode {
  code: string;
  /** The session whose cookie is sent, by the request that started it. */
  session: number | null;
}

export interface Register extends ByCode {
  kind: 'register';
  mobile: string;
  password: string;
}

export interface LogInByCode extends ByCode {
  kind: 'login-by-code';
  mobile: string;
}

export interface Reset extends ByCode {
  kind: 'reset';
  mobile: string;
  password: string;
  address: string;
}

export interface LeaveByCode extends ByCode {
  kind: 'leave-by-code';
}

export function* register(state: State, visit: Visit, form: Register): Course {
  const { by, now } = visit;
  const { code, mobile, password } = form;
  const errand = { mobile, purpose: 'signup', session: null } as const;
  return yield* withCode(state, visit, errand, code, 'user_unsaved', function* (issue) {
    return yield* decide(
      visit,
      () => {
        redeem(state, visit, issue, errand);
        if (!isOurs(issue, visit)) return;
        const id = ++state.usersEver;
        const user = { id, mobile, name: mobile, password, passwordBy: by, createdAt: now };
        state.users.push(user);
        startSession(state, visit, user.id);
        endSession(state, form.session);
        record(state, visit, 'signed_up', user);
      },
      (recalled): Answer | undefined => {
        const user = userOf(state, mobile);
        if (isOurs(issue, visit) && user) return { reason: 'ok', data: shown(user), session: by };
        const refusal = refusalOf(state, errand, now);
        if (refusal !== null) return { reason: refusal };
        return recalled ? undefined : { reason: 'code_expired' };
      },
    );
  });
}

export function* logInByCode(state: State, visit: Visit, form: LogInByCode): Course {
  return yield* asOwner(state, visit, form, 'login', (user) => {
    startSession(state, visit, user.id);
    endSession(state, form.session);
    record(state, visit, 'logged_in', user);
  });
}

export function* reset(state: State, visit: Visit, form: Reset): Course {
  return yield* asOwner(state, visit, form, 'reset', (user) => {
    record(state, visit, 'password_reset', user);
    Object.assign(user, { password: form.password, passwordBy: visit.by });
    state.sessions = state.sessions.filter(({ userId }) => userId !== user.id);
    startSession(state, visit, user.id);
    endSession(state, form.session);
    for (const subject of [`${form.mobile}|${form.address}`, form.mobile])
      delete state.tries[subject];
    endCodes(state, form.mobile);
  });
}

/** Starts a session for whoever has the code, in one with `change`. */
function* asOwner(
  state: State,
  visit: Visit,
  { code, mobile }: LogInByCode | Reset,
  purpose: 'login' | 'reset',
  change: (user: User) => void,
): Course {
  const errand = { mobile, purpose, session: null } as const;
  const fault = purpose === 'login' ? 'login_store_failed' : 'user_unsaved';
  return yield* withCode(state, visit, errand, code, fault, function* (issue) {
    return yield* decide(
      visit,
      () => {
        redeem(state, visit, issue, errand);
        const user = userOf(state, mobile);
        if (isOurs(issue, visit) && user !== undefined) change(user);
      },
      (recalled): Answer | undefined => {
        const user = userOf(state, mobile);
        if (isOurs(issue, visit) && user !== undefined) {
          return { reason: 'ok', data: { user_id: user.id }, session: visit.by };
        }
        if (recalled) return undefined;
        return { reason: refusalOf(state, errand, visit.now) ?? 'code_expired' };
      },
    );
  });
}

export function* leaveByCode(state: State, visit: Visit, form: LeaveByCode): Course {
  return yield* asPrincipal(state, visit, form.session, function* ({ user }) {
    const { mobile } = user;
    const errand = { mobile, purpose: 'delete', session: form.session } as const;
    return yield* withCode(state, visit, errand, form.code, 'user_unsaved', function* (issue) {
      return yield* decide(
        visit,
        () => {
          redeem(state, visit, issue, errand);
          if (!isOurs(issue, visit)) return;
          endCodes(state, mobile);
          remove(state, user.id);
        },
        (recalled): Answer | undefined => {
          if (isOurs(issue, visit)) return { reason: 'ok' };
          return recalled ? undefined : { reason: 'code_expired' };
        },
      );
    });
  });
}
