/** What the model says of what happened to an account: one event for one request. */
import type { EventKind } from '../../src/users/events.ts';
import { decide, type State, type User, type Visit } from './model.ts';

const FAILED_TRIES: EventKind[] = ['login_failed', 'password_failed', 'code_failed'];

/** Notes what the request did to the account, in place of what it had noted before. */
export function record(
  { events }: State,
  { by, now }: Visit,
  kind: EventKind,
  user: User | undefined,
): void {
  if (user === undefined) return;
  const before = events.find((event) => event.by === by);
  if (before === undefined) events.push({ by, userId: user.id, kind, at: now });
  else before.kind = kind;
}

/** Whether the request's try is noted and has not proved right. */
export const isNoted = ({ events }: State, { by }: Visit) =>
  events.some((event) => event.by === by && FAILED_TRIES.includes(event.kind));

/** Whether the request has done what it tried for. */
export const isProved = ({ events }: State, { by }: Visit) =>
  events.some((event) => event.by === by && !FAILED_TRIES.includes(event.kind));

export function forgetTry(state: State, { by }: Visit): void {
  state.events = state.events.filter(
    (event) => event.by !== by || !FAILED_TRIES.includes(event.kind),
  );
}

/**
 * Changes the account of `owner`, and notes it. `changes` is told whether it was noted. False: there was no such
 * owner. Undefined: nobody can tell.
 */
export function* changeAccount(
  state: State,
  visit: Visit,
  kind: EventKind,
  owner: () => User | undefined,
  changes: (recorded: boolean) => void,
): Generator<void, boolean | undefined, void> {
  const isRecorded = () =>
    state.events.some((event) => event.by === visit.by && event.kind === kind);
  return yield* decide(
    visit,
    () => {
      record(state, visit, kind, owner());
      changes(isRecorded());
    },
    (recalled) => isRecorded() || (recalled ? undefined : false),
  );
}
