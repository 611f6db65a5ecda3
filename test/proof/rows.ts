/** The rows of D1 and those that the model expects, in one shape, so that they can be compared. */
import { userAgentOf } from './model-reading.ts';
import type { State } from './model.ts';

const QUERIES = {
  claims: 'select draw_id, expires_at from captcha_claims',
  issues:
    'select mobile, purpose, issued_at, expires_at, attempts, used_at, outcome from sms_issues',
  volume: 'select slot, issued, dead, verified from sms_volume',
  users: 'select id, mobile, name, created_at from users',
  sessions: 'select user_agent, user_id, created_at, expires_at, last_seen_at from sessions',
  events: 'select user_agent, user_id, kind, at from security_events',
  blocked: 'select mobile from blocked_mobiles',
  tries: 'select count, until from login_tries',
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
  const names = Object.keys(QUERIES) as (keyof Rows)[];
  const rows = Object.fromEntries(names.map((name, index) => [name, found[index]])) as Rows;
  return { rows: inOneOrder(rows), ids };
}

/** The tables have none of their own. */
const inOneOrder = (rows: Rows) =>
  Object.fromEntries(
    Object.entries(rows).map(([name, each]) => [
      name,
      each.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    ]),
  ) as Rows;

export function expectedRows(state: State): Rows {
  return inOneOrder({
    claims: Object.entries(state.claims).map(([drawId, { expiresAt }]) => [drawId, expiresAt]),
    issues: state.issues.map((issue) => [
      issue.mobile,
      issue.purpose,
      issue.issuedAt,
      issue.expiresAt,
      issue.attempts,
      issue.usedAt,
      issue.outcome,
    ]),
    volume: Object.entries(state.volume).map(([slot, { issued, unjudged, verified }]) => [
      Number(slot),
      issued,
      unjudged,
      verified,
    ]),
    users: state.users.map(({ id, mobile, name, createdAt }) => [id, mobile, name, createdAt]),
    sessions: state.sessions.map((session) => [
      userAgentOf(session.by),
      session.userId,
      session.createdAt,
      session.expiresAt,
      session.lastSeenAt,
    ]),
    events: state.events.map(({ by, userId, kind, at }) => [userAgentOf(by), userId, kind, at]),
    blocked: state.blocked.map((mobile) => [mobile]),
    tries: Object.values(state.tries).map(({ count, until }) => [count, until]),
  });
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
