/** What is held about a user, for that user (PIPL, articles 45 and 47). Secrets are left out: they are nobody's to read. */
import { desc, eq, inArray } from 'drizzle-orm';
import type { Language } from '../answers.ts';
import { EVENTS_SHOWN, ROWS_EXPORTED } from '../config.ts';
import { allRows, askLedger, type Ledger } from '../db/ledger.ts';
import { loginTries, securityEvents, sessions, smsIssues } from '../db/schema.ts';
import { deviceOf } from '../lib/device.ts';
import { localTime } from '../lib/time.ts';
import type { Principal } from '../sessions/sessions.ts';
import type { TrySubjects } from '../sessions/tries.ts';
import { presentUser } from '../users/users.ts';

const eventsOf = ({ db }: Ledger, { user }: Principal) =>
  db
    .select()
    .from(securityEvents)
    .where(eq(securityEvents.userId, user.id))
    .orderBy(desc(securityEvents.at), securityEvents.id);

/** The account's latest security events. */
export async function listEvents(ledger: Ledger, principal: Principal, language: Language) {
  const rows = await askLedger(ledger, 'store_failed', async () =>
    allRows(await eventsOf(ledger, principal).limit(EVENTS_SHOWN)),
  );
  return rows.map(({ kind, at, userAgent }) => ({
    kind,
    device: deviceOf(userAgent, language),
    at: localTime(at),
  }));
}

/**
 * The account, its sessions and events, the codes of its mobile, the tries counted against it everywhere and at this
 * address: the keyed digests of other addresses lead nowhere. Of sessions and events the latest, should anybody have
 * made more of them than a person does.
 */
export async function exportAccount(ledger: Ledger, principal: Principal, subjects: TrySubjects) {
  const { db } = ledger;
  const { user } = principal;
  const tried = inArray(loginTries.subject, [subjects.here, subjects.anywhere]);
  const queries = [
    db
      .select()
      .from(sessions)
      .where(eq(sessions.userId, user.id))
      .orderBy(desc(sessions.createdAt), sessions.id)
      .limit(ROWS_EXPORTED),
    eventsOf(ledger, principal).limit(ROWS_EXPORTED),
    db.select().from(smsIssues).where(eq(smsIssues.mobile, user.mobile)),
    db.select().from(loginTries).where(tried).orderBy(loginTries.until),
  ] as const;
  const [sessionRows, eventRows, issueRows, tryRows] = await askLedger(
    ledger,
    'store_failed',
    async () => {
      const found = await db.batch(queries);
      return [allRows(found[0]), allRows(found[1]), allRows(found[2]), allRows(found[3])] as const;
    },
  );
  return {
    user: presentUser(user),
    sessions: sessionRows.map((row) => ({
      id: row.id,
      user_agent: row.userAgent,
      created_at: localTime(row.createdAt),
      last_seen_at: localTime(row.lastSeenAt),
      expires_at: localTime(row.expiresAt),
    })),
    events: eventRows.map(({ kind, at, userAgent }) => ({
      kind,
      user_agent: userAgent,
      at: localTime(at),
    })),
    sms_codes: issueRows.map(({ purpose, issuedAt, attempts, usedAt, outcome }) => ({
      purpose,
      issued_at: localTime(issuedAt),
      tries: attempts,
      used_at: usedAt === null ? null : localTime(usedAt),
      outcome,
    })),
    login_tries: tryRows.map(({ count, until }) => ({ count, until: localTime(until) })),
  };
}
