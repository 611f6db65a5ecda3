/** The sessions of an account, as its owner sees and ends them. */
import { and, desc, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { Language } from '../answers.ts';
import { SESSIONS_KEPT } from '../config.ts';
import { allRows, askLedger, type Ledger } from '../db/ledger.ts';
import { sessions } from '../db/schema.ts';
import { deviceOf } from '../lib/device.ts';
import { localTime } from '../lib/time.ts';
import { endCodes } from '../sms/redeem.ts';
import { endOthers, type Principal, whileLoggedIn } from './sessions.ts';
import { changeAccount } from '../users/events.ts';

/** The live sessions of the account, the latest first. `last_seen_at` is as exact as prolonging is: half of a session's idle life. */
export async function listSessions(ledger: Ledger, principal: Principal, language: Language) {
  const { db, now } = ledger;
  const live = and(eq(sessions.userId, principal.user.id), gt(sessions.expiresAt, now));
  const rows = await askLedger(ledger, 'store_failed', async () =>
    allRows(
      await db
        .select()
        .from(sessions)
        .where(live)
        .orderBy(desc(sessions.createdAt), sessions.id)
        .limit(SESSIONS_KEPT),
    ),
  );
  return rows.map((row) => ({
    id: row.id,
    current: row.id === principal.sessionId,
    device: deviceOf(row.userAgent, language),
    created_at: localTime(row.createdAt),
    last_seen_at: localTime(row.lastSeenAt),
  }));
}

/** Ends one session of the account by its public id. False when the account has no such session. */
export function endOne(ledger: Ledger, principal: Principal, id: string): Promise<boolean> {
  const theirs = and(
    eq(sessions.id, id),
    eq(sessions.userId, principal.user.id),
    gt(sessions.expiresAt, ledger.now),
  );
  const owner = sql`${whileLoggedIn(ledger, principal)} and exists (select 1 from ${sessions} where ${theirs})`;
  return changeAccount(
    ledger,
    { kind: 'session_ended', owner, reason: 'store_failed' },
    (recorded: SQL) => [ledger.db.delete(sessions).where(and(theirs, recorded))],
  );
}

/** Ends all of them but the one that asks, and the codes to start another with. False when that one has ended itself. */
export function endOtherSessions(ledger: Ledger, principal: Principal): Promise<boolean> {
  const owner = whileLoggedIn(ledger, principal);
  return changeAccount(
    ledger,
    { kind: 'other_sessions_ended', owner, reason: 'store_failed' },
    (recorded) => [
      endOthers(ledger, principal, recorded),
      endCodes(ledger, principal.user.mobile, recorded),
    ],
  );
}
