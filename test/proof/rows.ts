/** The rows of D1 and those that the model expects, in one shape, so that they can be compared. */
import { userAgentOf } from './model-reading.ts';
import type { State } from './model.ts';

const QUERIES = {
  claims: 'select draw_id, expires_at from captcha_claims order by draw_id',
  issues:
    'select mobile, purpose, issued_at, expires_at, attempts, used_at, outcome from sms_issues order by rowid',
  volume: 'select slot, issued, dead, verified from sms_volume order by slot',
  users: 'select id, mobile, name, created_at from users order by id',
  sessions:
    'select user_agent, user_id, created_at, expires_at, last_seen_at from sessions order by rowid',
  events: 'select user_agent, user_id, kind, at from security_events order by rowid',
  blocked: 'select mobile from blocked_mobiles order by mobile',
  tries: 'select count, until from login_tries order by count, until',
} as const;

type Rows = Record<keyof typeof QUERIES, unknown[][]>;
const SESSION_IDS = 'select user_agent, id from sessions';

/** The rows, and the public ids of the sessions by the request that started each. */
export async function lookAt(db: D1Database): Promise<{ rows: Rows; ids: [number, string][] }> {
  const queries = [...Object.values(QUERIES), SESSION_IDS];
  const results = await db.batch<Record<string, unknown>>(queries.map((sql) => db.prepare(sql)));
  const found = results.map((result) => result.results.map((row) => Object.values(row)));
  const ids = (found.pop() ?? []).map(([userAgent, id]): [number, string] => [
    Number(String(userAgent).split(' ')[1]),
    String(id),
  ]);
  const rows = Object.keys(QUERIES).map((name, index) => [name, found[index]]);
  return { rows: Object.fromEntries(rows) as Rows, ids };
}

export function expectedRows(state: State): Rows {
  const byNumbers = (a: number[], b: number[]) =>
    (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0);
  return {
    claims: Object.entries(state.claims)
      .map(([drawId, { expiresAt }]) => [drawId, expiresAt])
      .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    issues: state.issues.map((issue) => [
      issue.mobile,
      issue.purpose,
      issue.issuedAt,
      issue.expiresAt,
      issue.attempts,
      issue.usedAt,
      issue.outcome,
    ]),
    volume: Object.entries(state.volume)
      .map(([slot, { issued, unjudged, verified }]) => [Number(slot), issued, unjudged, verified])
      .toSorted(byNumbers),
    users: state.users.map(({ id, mobile, name, createdAt }) => [id, mobile, name, createdAt]),
    sessions: state.sessions.map((session) => [
      userAgentOf(session.by),
      session.userId,
      session.createdAt,
      session.expiresAt,
      session.lastSeenAt,
    ]),
    events: state.events.map(({ by, userId, kind, at }) => [userAgentOf(by), userId, kind, at]),
    blocked: state.blocked.toSorted().map((mobile) => [mobile]),
    tries: Object.values(state.tries)
      .map(({ count, until }) => [count, until])
      .toSorted(byNumbers),
  };
}

const TABLES = [
  'captcha_claims',
  'sms_issues',
  'sms_volume',
  'users',
  'sessions',
  'security_events',
  'blocked_mobiles',
  'login_tries',
];

/** Empty tables, as if nothing had ever happened. */
export async function wipe(db: D1Database): Promise<void> {
  await db.batch([
    ...TABLES.map((table) => db.prepare(`delete from ${table}`)),
    db.prepare("delete from sqlite_sequence where name = 'users'"),
  ]);
}
