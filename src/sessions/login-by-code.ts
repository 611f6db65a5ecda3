/** Log-in by SMS code: the right code, then the session in the batch that uses it up. */
import { and, eq, sql } from 'drizzle-orm';
import type { Refusal } from '../answers.ts';
import { decide, type Ledger, named, verdictOf } from '../db/ledger.ts';
import { users } from '../db/schema.ts';
import { refusalOf } from '../sms/errands.ts';
import type { Issue } from '../sms/issues.ts';
import { codeUsed, redemption, withCode } from '../sms/redeem.ts';
import type { SmsService } from '../sms/send.ts';
import { recordEvent } from '../users/events.ts';
import { endReplaced, type NewSession, startSession } from './sessions.ts';

/** Starts `session` for the owner of the mobile. */
export function logInByCode(
  sms: Pick<SmsService, 'kv' | 'keys'>,
  ledger: Ledger,
  { mobile, code }: { mobile: string; code: string },
  session: NewSession,
): Promise<{ verdict: 'ok'; userId: number } | Refusal> {
  return withCode(sms, ledger, { mobile, purpose: 'login' }, code, (issue) =>
    openSession(ledger, issue, session),
  );
}

async function openSession(ledger: Ledger, issue: Issue, session: NewSession) {
  const { db, now } = ledger;
  const { ours, redeem, count } = redemption(ledger, issue);
  const owner = sql`${and(eq(users.mobile, issue.mobile), ours)}`;
  const verdict = db
    .select({ ...named({ ours, refusal: refusalOf(issue, now) }), userId: users.id })
    .from(sql`(select 1)`)
    .leftJoin(users, eq(users.mobile, issue.mobile));
  return decide(
    ledger,
    'login_store_failed',
    async () => {
      const start = startSession(ledger, session, owner);
      const end = endReplaced(ledger, session);
      const record = recordEvent(ledger, 'logged_in', owner);
      const results = await db.batch([redeem, count, start, end, record, verdict]);
      return codeUsed(verdictOf(results[5]));
    },
    async () => codeUsed(verdictOf(await verdict), true),
  );
}
