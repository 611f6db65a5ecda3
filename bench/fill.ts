/** Fills the product's tables as years of use would. */
import { DAY_MS, HOUR_MS, SMS_VOLUME_SLOT_MS } from '../src/config.ts';
import type { Database } from './serve.ts';

const SLOTS_A_DAY = DAY_MS / SMS_VOLUME_SLOT_MS;
const ROWS_PER_STATEMENT = 50_000;
/** The sweep keeps claims and issues for an hour after their windows. */
const GRACE_MS = HOUR_MS;

/**
 * `users` users with a session and an event each, and as many issues and claims. `leaving`: over so many milliseconds from `now` the time of
 * issues, claims and sessions comes, evenly; by default they are all of the last hour.
 */
export async function fill(
  db: Database,
  { users, now, leaving = 0 }: { users: number; now: number; leaving?: number },
): Promise<void> {
  const spread = leaving === 0 ? HOUR_MS : leaving;
  const due = (lifetimeMs: number) => (leaving === 0 ? now - spread : now - lifetimeMs);
  const time = (from: number) => `${from} + cast(i * ${spread / users} as integer)`;
  const mobile = `'19' || substr('000000000' || i, -9)`;
  const tables = {
    users: `null, ${mobile}, ${mobile}, 'pbkdf2-sha256$i=1000$k=x$x$x', '', ${now}, ${now}, 1`,
    sessions: `'session' || i, 'hash' || i, i + 1, ${now}, ${time(leaving === 0 ? now + DAY_MS : now)}, ${now}, 'bench'`,
    security_events: `'event' || i, i + 1, 'signed_up', ${now}, 'bench'`,
    captcha_claims: `'draw' || i, 'request' || i, ${time(due(GRACE_MS))}`,
    sms_issues: `'issue' || i, 'request' || i, ${mobile}, 'signup', ${time(due(DAY_MS + GRACE_MS))}, ${time(due(DAY_MS + GRACE_MS) + SMS_VOLUME_SLOT_MS)},
      1, 'request' || i, ${now}, 'sent'`,
    login_tries: `'subject' || i, 1, ${now + DAY_MS}, 'request' || i`,
  };
  for (const [table, values] of Object.entries(tables)) {
    for (let from = 0; from < users; from += ROWS_PER_STATEMENT) {
      const upTo = Math.min(users, from + ROWS_PER_STATEMENT);
      await db.prepare(`insert into ${table} select ${values} from ${numbers(from, upTo)}`).run();
    }
  }
  const slot = Math.floor(now / SMS_VOLUME_SLOT_MS);
  await db
    .prepare(
      `insert into sms_volume select ${slot} - 1 - i, 10, 8, 0, null, 0 from ${numbers(0, SLOTS_A_DAY)}`,
    )
    .run();
}

/** A table of one column, `i`. */
const numbers = (from: number, upTo: number) =>
  `(with recursive n(i) as (select ${from} union all select i + 1 from n where i + 1 < ${upTo}) select i from n)`;
