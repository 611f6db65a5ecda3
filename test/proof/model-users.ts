/** The model's users and their sessions. */
import { DAY, HOUR, type State, type User, type Visit } from './model.ts';

export const userOf = (state: State, mobile: string) =>
  state.users.find((user) => user.mobile === mobile);

/** The session while it lives, and its user. */
export function principalOf(state: State, session: number | null, now: number) {
  const live = state.sessions.find(({ by, expiresAt }) => by === session && expiresAt > now);
  const user = state.users.find(({ id }) => id === live?.userId);
  return live === undefined || user === undefined ? undefined : { session: live, user };
}

export function startSession({ sessions }: State, { by, now }: Visit, userId: number): void {
  sessions.push({ by, userId, createdAt: now, expiresAt: now + DAY, lastSeenAt: now });
}

export function endSession(state: State, ended: number | null): void {
  state.sessions = state.sessions.filter(({ by }) => by !== ended);
}

/** The account is gone, and all that was its own. What the ledger holds of its mobile stays. */
export function remove(state: State, user: number): void {
  state.users = state.users.filter(({ id }) => id !== user);
  state.sessions = state.sessions.filter(({ userId }) => userId !== user);
  state.events = state.events.filter(({ userId }) => userId !== user);
}

/** An operator blocks a mobile, which ends its sessions, or lifts that. */
export function block(state: State, mobile: string, lifted: boolean): void {
  const others = state.blocked.filter((blocked) => blocked !== mobile);
  state.blocked = lifted ? others : [...others, mobile];
  const user = userOf(state, mobile);
  if (!lifted) state.sessions = state.sessions.filter(({ userId }) => userId !== user?.id);
}

/** The user as an answer shows it. */
export function shown({ id, name, mobile, createdAt }: User): Record<string, unknown> {
  return { user_id: id, name, mobile, avatar: '', create_time: localTime(createdAt) };
}

/** UTC+8. */
export function localTime(time: number): string {
  const local = new Date(time + 8 * HOUR).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 19)}`;
}
