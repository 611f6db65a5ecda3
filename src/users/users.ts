/** Accounts, and who has a live session of one. */
import { eq, sql } from 'drizzle-orm';
import { askLedger, firstRow, type Ledger } from '../db/ledger.ts';
import { sessions, users } from '../db/schema.ts';
import { localTime } from '../lib/time.ts';
import { isLive, tokenHashOf } from '../sessions/sessions.ts';

export interface User {
  id: number;
  mobile: string;
  name: string;
  avatarUrl: string;
  createdAt: number;
}

/** The columns that make a `User`. */
export const userColumns = {
  id: users.id,
  mobile: users.mobile,
  name: users.name,
  avatarUrl: users.avatarUrl,
  createdAt: users.createdAt,
};

/** A live session and its user; the user is null when that row is gone. */
export interface LiveSession {
  sessionId: string;
  tokenHash: string;
  createdAt: number;
  expiresAt: number;
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

/** The user as the contract shows it. */
export function presentUser(user: User) {
  return {
    user_id: user.id,
    name: user.name,
    mobile: user.mobile,
    avatar: user.avatarUrl,
    create_time: localTime(user.createdAt),
  };
}
