/** The rows of D1 and those that the model expects, in one shape, so that they can be compared. */
import type { State } from './model.ts';

const QUERIES = {
  claims: 'select draw_id, expires_at from captcha_claims order by draw_id',
  issues:
    'select mobile, issued_at, expires_at, attempts, used_at, outcome from sms_issues order by rowid',
  volume: 'select slot, issued, verified from sms_volume order by slot',
  users: 'select id, mobile, name, created_at from users order by id',
  sessions: 'select user_id, created_at, expires_at, last_seen_at from sessions order by rowid',
  tries: 'select count, until from login_tries order by count, until',
} as const;

type Rows = Record<keyof typeof QUERIES, unknown[][]>;

export async function rowsOf(db: D1Database): Promise<Rows> {
  const names = Object.keys(QUERIES) as (keyof typeof QUERIES)[];
  const results = await db.batch<Record<string, unknown>>(
    names.map((name) => db.prepare(QUERIES[name])),
  );
  const rows = names.map((name, index) => [
    name,
    (results[index]?.results ?? []).map((row) => Object.values(row)),
  ]);
  return Object.fromEntries(rows) as Rows;
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
      issue.issuedAt,
      issue.expiresAt,
      issue.attempts,
      issue.usedAt,
      issue.outcome,
    ]),
    volume: Object.entries(state.volume)
      .map(([slot, { issued, verified }]) => [Number(slot), issued, verified])
      .toSorted(byNumbers),
    users: state.users.map(({ id, mobile, createdAt }) => [id, mobile, mobile, createdAt]),
    sessions: state.sessions.map((session) => [
      session.userId,
      session.createdAt,
      session.expiresAt,
      session.lastSeenAt,
    ]),
    tries: Object.values(state.tries)
      .map(({ count, until }) => [count, until])
      .toSorted(byNumbers),
  };
}

const TABLES = ['captcha_claims', 'sms_issues', 'sms_volume', 'users', 'sessions', 'login_tries'];

/** Empty tables, as if nothing had ever happened. */
export async function wipe(db: D1Database): Promise<void> {
  await db.batch([
    ...TABLES.map((table) => db.prepare(`delete from ${table}`)),
    db.prepare("delete from sqlite_sequence where name = 'users'"),
  ]);
}
