/**
 * Sessions live in D1, read from the primary, so an ended one is refused everywhere from the next request on. The
 * token is 256 random bits that only the cookie holds; the table has its SHA-256.
 */
import { and, desc, eq, gt, ne, sql, type SQL } from 'drizzle-orm';
import {
  SECOND_MS,
  SESSION_ABSOLUTE_LIFETIME_S,
  SESSION_LIFETIME_S,
  SURPLUS_AT_ONCE,
  SESSIONS_KEPT,
} from '../config.ts';
import { askLedger, changesOf, firstRow, type Ledger, type RequestParams } from '../db/ledger.ts';
import { insertWhere } from '../db/insert.ts';
import { sessions, users } from '../db/schema.ts';
import type { Param } from '../db/prepared.ts';
import { randomId, sha256 } from '../lib/crypto.ts';
import { describeError } from '../lib/log.ts';
import { recordEvent } from '../users/events.ts';
import { type User, userColumns } from '../users/users.ts';

const LIFETIME_MS = SESSION_LIFETIME_S * SECOND_MS;
const ABSOLUTE_LIFETIME_MS = SESSION_ABSOLUTE_LIFETIME_S * SECOND_MS;
/** 256 bits in base64url: any other text is no token, and no store needs to be asked. */
const TOKEN = /^[\w-]{43}$/;

export interface NewSession {
  id: string;
  token: string;
  tokenHash: string;
  /** The token hash of the session that came with the request, which the new one ends; '' if none did. */
  replaces: string;
}

/** Makes up a session to replace that of the token `replaced`. It begins to exist with the batch that `startSession` is part of. */
export async function newSession(replaced: string | undefined): Promise<NewSession> {
  const token = randomId(256);
  return {
    id: randomId(),
    token,
    tokenHash: await sha256(token),
    replaces: (await tokenHashOf(replaced)) ?? '',
  };
}

/** A new session as the parameters of a statement. */
type SessionParams = Record<(typeof SESSION_PARAMS)[number], Param<string>>;
export const SESSION_PARAMS = ['id', 'tokenHash', 'replaces'] as const;

/** The statement that starts the session for the user that `owner`, a condition on `users`, picks. */
export function startSession(
  { db, now, userAgent }: RequestParams,
  session: Pick<SessionParams, 'id' | 'tokenHash'>,
  owner: SQL,
) {
  const row = {
    id: session.id,
    tokenHash: session.tokenHash,
    userId: users.id,
    createdAt: now,
    expiresAt: sql`${now} + ${LIFETIME_MS}`,
    lastSeenAt: now,
    userAgent,
  };
  return insertWhere(db, sessions, row, sql`from ${users} where ${owner}`);
}

/** The statement that ends the session the new one replaces, where the new one has started. */
export function endReplaced(
  { db }: Pick<RequestParams, 'db'>,
  { replaces, tokenHash }: Pick<SessionParams, 'replaces' | 'tokenHash'>,
) {
  return db.delete(sessions).where(and(eq(sessions.tokenHash, replaces), sessionExists(tokenHash)));
}

/**
 * The statement that ends sessions of the new one's user beyond the latest SESSIONS_KEPT. The new one is none of them, also
 * when its request came before theirs.
 */
export function endSurplus(
  { db }: Pick<RequestParams, 'db'>,
  { tokenHash }: { tokenHash: string },
) {
  const user = sql`(select ${sessions.userId} from ${sessions} where ${eq(sessions.tokenHash, tokenHash)})`;
  const surplus = sql`select ${sessions.tokenHash} from ${sessions}
    where ${sessions.userId} = ${user} and ${ne(sessions.tokenHash, tokenHash)}
    order by ${desc(sessions.createdAt)} limit ${SURPLUS_AT_ONCE} offset ${SESSIONS_KEPT - 1}`;
  return db.delete(sessions).where(sql`${sessions.tokenHash} in (${surplus})`);
}

/** The statement that ends every session of the user but the one that asks, where `guard` holds. */
export const endOthers = (
  { db }: Pick<RequestParams, 'db'>,
  { tokenHash, user }: Principal,
  guard: SQL,
) =>
  db
    .delete(sessions)
    .where(and(eq(sessions.userId, user.id), ne(sessions.tokenHash, tokenHash), guard));

/** SQL: whether the session exists (0 or 1). */
export const sessionExists = (tokenHash: Param<string>) =>
  sql<number>`exists (select 1 from ${sessions} where ${eq(sessions.tokenHash, tokenHash)})`;

/** The condition that picks the live session of a token hash. */
export const isLive = (tokenHash: Param<string>, now: Param<number>) =>
  and(eq(sessions.tokenHash, tokenHash), gt(sessions.expiresAt, now));

/** A live session and its user; the user is null when that row is gone. */
export interface LiveSession {
  sessionId: string;
  tokenHash: string;
  createdAt: number;
  expiresAt: number;
  /** Of a session that was prolonged before, later than its beginning. */
  lastSeenAt: number;
  user: User | null;
}

/** Whom a request acts for: a live session and its user. */
export type Principal = LiveSession & { user: User };

/** SQL: the condition on `users` that picks the account of the principal while that session lives. */
export const whileLoggedIn = ({ now }: Ledger, { tokenHash, user }: Principal) =>
  sql`${eq(users.id, user.id)} and exists (select 1 from ${sessions} where ${isLive(tokenHash, now)})`;

/** Who a session token belongs to, or null when it belongs to nobody. One read. */
export async function findLiveSession(
  ledger: Ledger,
  token: string | undefined,
): Promise<LiveSession | null> {
  const { db, now } = ledger;
  const tokenHash = await tokenHashOf(token);
  if (tokenHash === null) return null;
  const found = await askLedger(ledger, 'store_failed', async () =>
    firstRow(
      await db
        .select({
          sessionId: sessions.id,
          tokenHash: sessions.tokenHash,
          createdAt: sessions.createdAt,
          expiresAt: sessions.expiresAt,
          lastSeenAt: sessions.lastSeenAt,
          user: userColumns,
        })
        .from(sessions)
        .leftJoin(users, eq(users.id, sessions.userId))
        .where(isLive(tokenHash, now)),
    ),
  );
  return found ?? null;
}

/**
 * Gives a live session its whole idle life again once half of it is over, as far as its absolute life allows, so
 * that most requests write nothing. Returns the end that its cookie must have, Unix milliseconds, or null: the cookie is
 * right as it is, or the session has ended and its cookie may have been replaced. (An answer that tells the end may be
 * lost, so each answer tells it again.)
 */
export async function prolongSession(
  ledger: Ledger,
  { createdAt, expiresAt, lastSeenAt, tokenHash }: LiveSession,
): Promise<number | null> {
  const { db, log, now } = ledger;
  const end = Math.min(now + LIFETIME_MS, createdAt + ABSOLUTE_LIFETIME_MS);
  const unchanged = lastSeenAt > createdAt ? expiresAt : null;
  if (expiresAt - now >= LIFETIME_MS / 2 || end <= expiresAt) return unchanged;
  const prolong = db
    .update(sessions)
    .set({
      // A request that comes later may have been faster.
      expiresAt: sql`max(${sessions.expiresAt}, ${end})`,
      lastSeenAt: sql`max(${sessions.lastSeenAt}, ${now})`,
    })
    .where(isLive(tokenHash, now));
  try {
    const changes = await askLedger(ledger, 'store_failed', async () => changesOf(await prolong));
    return changes === 1 ? end : null;
  } catch (error) {
    log('warn', 'session_not_prolonged', { error: describeError(error) });
    return unchanged; // it is good as it is, and its next use tries again
  }
}

/** Ends the session of a token, everywhere at once. False when there was none to end. */
export async function endSession(ledger: Ledger, token: string | undefined): Promise<boolean> {
  const { db, now } = ledger;
  const tokenHash = await tokenHashOf(token);
  if (tokenHash === null) return false;
  const live = isLive(tokenHash, now);
  const owner = sql`${users.id} = (select ${sessions.userId} from ${sessions} where ${live})`;
  const record = recordEvent(ledger, 'logged_out', owner);
  const end = db.delete(sessions).where(live);
  const ended = await askLedger(ledger, 'store_failed', async () =>
    changesOf((await db.batch([record, end]))[1]),
  );
  return ended === 1;
}

/** The hash under which a token is stored, or null for a text that is no token. */
export async function tokenHashOf(token: string | undefined): Promise<string | null> {
  return token !== undefined && TOKEN.test(token) ? sha256(token) : null;
}
