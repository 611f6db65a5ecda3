/** What the model says of what an account's owner may read. */
import { asPrincipal } from './model-sessions.ts';
import { localTime, shown } from './model-users.ts';
import type { Answer, Course, State, Visit } from './model.ts';

export interface Read {
  kind: 'read';
  path: '/sessions' | '/user/events' | '/user/export';
  address: string;
  session: number | null;
}

/** What a request calls itself, so that rows tell whose they are. No list of devices knows it. */
export const userAgentOf = (by: number) => `request ${by}`;
const device = '未知设备';

export function* read(state: State, visit: Visit, { path, address, session }: Read): Course {
  return yield* asPrincipal(state, visit, session, function* ({ user }) {
    yield;
    if (!visit.ask('d1')) return { reason: 'store_failed' };
    if (path === '/sessions') return sessions(state, visit, user.id, session);
    const events = state.events.filter(({ userId }) => userId === user.id);
    if (path === '/user/events') {
      const told = ({ at, kind }: (typeof events)[number]) => ({ kind, device, at: localTime(at) });
      return {
        reason: 'ok',
        data: {},
        lists: { events: latestFirst(events, ({ at }) => at, told) },
      };
    }
    const held = ({ at, by, kind }: (typeof events)[number]) => ({
      kind,
      user_agent: userAgentOf(by),
      at: localTime(at),
    });
    return {
      reason: 'ok',
      data: { user: shown(user) },
      lists: {
        sessions: [state.sessions.filter(({ userId }) => userId === user.id).map(sessionHeld)],
        events: latestFirst(events, ({ at }) => at, held),
        sms_codes: [state.issues.filter(({ mobile }) => mobile === user.mobile).map(codeHeld)],
        login_tries: [triesHeld(state, [`${user.mobile}|${address}`, user.mobile])],
      },
    };
  });
}

function sessions(state: State, { now }: Visit, owner: number, current: number | null): Answer {
  const live = state.sessions.filter((s) => s.userId === owner && s.expiresAt > now);
  const list = latestFirst(
    live,
    ({ createdAt }) => createdAt,
    ({ by, createdAt, lastSeenAt }) => ({
      id: by,
      current: by === current,
      device,
      created_at: localTime(createdAt),
      last_seen_at: localTime(lastSeenAt),
    }),
  );
  return { reason: 'ok', data: {}, lists: { sessions: list } };
}

const sessionHeld = ({ by, createdAt, lastSeenAt, expiresAt }: State['sessions'][number]) => ({
  id: by,
  user_agent: userAgentOf(by),
  created_at: localTime(createdAt),
  last_seen_at: localTime(lastSeenAt),
  expires_at: localTime(expiresAt),
});

const codeHeld = ({ purpose, issuedAt, attempts, usedAt, outcome }: State['issues'][number]) => ({
  purpose,
  issued_at: localTime(issuedAt),
  tries: attempts,
  used_at: usedAt === null ? null : localTime(usedAt),
  outcome,
});

const triesHeld = ({ tries }: State, subjects: string[]) =>
  subjects.flatMap((subject) => {
    const found = tries[subject];
    return found === undefined ? [] : [{ count: found.count, until: localTime(found.until) }];
  });

/** In groups of one time each: within one any order will do. */
function latestFirst<T, Told>(
  all: T[],
  timeOf: (one: T) => number,
  told: (one: T) => Told,
): Told[][] {
  const times = [...new Set(all.map(timeOf))].toSorted((a, b) => b - a);
  return times.map((time) => all.filter((one) => timeOf(one) === time).map(told));
}
