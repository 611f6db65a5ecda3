/**
 * Sessions live in D1, read from the primary, so an ended one is refused everywhere from the next request on. The
 * token is 256 random bits that only the cookie holds; the table has its SHA-256.
 */
import { and, eq, gt, sql, type SQL } from 'drizzle-orm';
import { SECOND_MS, SESSION_LIFETIME_S } from '../config.ts';
import { ask, changesOf, type Ledger } from '../db/ledger.ts';
import { sessions, users } from '../db/schema.ts';
import { randomId, sha256 } from '../lib/crypto.ts';
import { describeError } from '../lib/log.ts';

const LIFETIME_MS = SESSION_LIFETIME_S * SECOND_MS;
const USER_AGENT_CHARACTERS = 256;
/** 256 bits in base64url: any other text is no token, and no store needs to be asked. */
const TOKEN = /^[\w-]{43}$/;

export interface NewSession {
  id: string;
  token: string;
  tokenHash: string;
  userAgent: string;
  /** The token hash of the session that came with the request, which the new one ends; '' if none did. */
  replaces: string;
}

/** Makes up a session. It begins to exist with the batch that `startSession` is part of. */
export async function newSession(client: {
  token: string | undefined;
  userAgent: string | undefined;
}): Promise<NewSession> {
  const token = randomId(256);
  return {
    id: randomId(),
    token,
    tokenHash: await sha256(token),
    userAgent: (client.userAgent ?? '').slice(0, USER_AGENT_CHARACTERS),
    replaces: (await tokenHashOf(client.token)) ?? '',
  };
}

/** The statement that starts the session for the user that `owner`, a condition on `users`, picks. */
export function startSession({ db, now }: Ledger, session: NewSession, owner: SQL) {
  return db.insert(sessions).select(sql`
    select ${session.id}, ${session.tokenHash}, ${users.id}, ${now}, ${now + LIFETIME_MS}, ${now}, ${session.userAgent}
    from ${users} where ${owner}`);
}

/** The statement that ends the session the new one replaces, where the new one has started. */
export function endReplaced({ db }: Ledger, { replaces, tokenHash }: NewSession) {
  return db
    .delete(sessions)
    .where(
      sql`${eq(sessions.tokenHash, replaces)} and exists (select 1 from ${sessions} where ${eq(sessions.tokenHash, tokenHash)})`,
    );
}

/** SQL: whether the session exists (0 or 1). */
export const sessionExists = (tokenHash: string) =>
  sql<number>`exists (select 1 from ${sessions} where ${eq(sessions.tokenHash, tokenHash)})`;

/** The condition that picks the live session of a token hash. */
export const isLive = (tokenHash: string, now: number) =>
  and(eq(sessions.tokenHash, tokenHash), gt(sessions.expiresAt, now));

/** Whether half of a session's life has passed, so that its next use prolongs it. */
export const isHalfOver = (expiresAt: number, now: number) => expiresAt - now < LIFETIME_MS / 2;

/**
 * Gives a live session its whole life again. False when it ended meanwhile, or the store failed: the session is
 * good as it is, and its next use tries again.
 */
export async function prolongSession(ledger: Ledger, tokenHash: string): Promise<boolean> {
  const { db, log, now } = ledger;
  const prolong = db
    .update(sessions)
    .set({ expiresAt: now + LIFETIME_MS, lastSeenAt: now })
    .where(isLive(tokenHash, now));
  try {
    return (await ask('store_failed', async () => changesOf(await prolong))) === 1;
  } catch (error) {
    log('warn', 'session_not_prolonged', { error: describeError(error) });
    return false;
  }
}

/** Ends the session of a token, everywhere at once. False when there was none to end. */
export async function endSession({ db, now }: Ledger, token: string | undefined): Promise<boolean> {
  const tokenHash = await tokenHashOf(token);
  if (tokenHash === null) return false;
  const end = db.delete(sessions).where(isLive(tokenHash, now));
  return (await ask('store_failed', async () => changesOf(await end))) === 1;
}

/** The hash under which a token is stored, or null for a text that is no token. */
export async function tokenHashOf(token: string | undefined): Promise<string | null> {
  return token !== undefined && TOKEN.test(token) ? sha256(token) : null;
}
