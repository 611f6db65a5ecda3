/**
 * What happened to an account, for its owner to see. One request writes one event at most, under its own id, in the
 * batch that decides: so the event is also what the rest of that batch is guarded by, and what a request whose
 * answer was lost finds out by.
 */
import { and, desc, eq, inArray, notInArray, type SQL, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import type { Reason } from '../answers.ts';
import { EVENTS_KEPT, SURPLUS_AT_ONCE } from '../config.ts';
import {
  askLedger,
  decideBatch,
  type Ledger,
  selectRow,
  type RequestParams,
} from '../db/ledger.ts';
import { insertWhere } from '../db/insert.ts';
import { securityEvents, users } from '../db/schema.ts';
import type { Param } from '../db/prepared.ts';
import { describeError } from '../lib/log.ts';

export type EventKind = (typeof securityEvents.kind.enumValues)[number];

/** A try is noted as failed when it is taken, and becomes what it was good for: see `noteTry`. */
const FAILED_TRIES = [
  'login_failed',
  'password_failed',
  'code_failed',
] as const satisfies EventKind[];
type FailedTry = (typeof FAILED_TRIES)[number];

const KEY = [securityEvents.userId, securityEvents.at, securityEvents.id];

/** The condition that picks the event of this request, by its time: no row pays for an index of the ids. */
const isOwn = ({ now, requestId }: Ledger) =>
  sql`${eq(securityEvents.at, now)} and ${eq(securityEvents.id, requestId)}`;

/** The statement that records an event of the account that `owner`, a condition on `users`, picks. */
export function recordEvent(
  { db, now, requestId, userAgent }: RequestParams,
  kind: EventKind,
  owner: SQL,
) {
  const event = { id: requestId, userId: users.id, kind, at: now, userAgent };
  return insertWhere(
    db,
    securityEvents,
    event,
    sql`from ${users} where ${owner}`,
  ).onConflictDoUpdate({ target: KEY, set: { kind } });
}

/** The statement that notes a try at the account of a mobile, where `taken` holds: failed until it proves right. */
export const noteTry = (
  ledger: RequestParams,
  kind: FailedTry,
  mobile: Param<string>,
  taken: SQL,
) => recordEvent(ledger, kind, sql`${eq(users.mobile, mobile)} and ${taken}`);

/** SQL: whether this request has an event of such a kind (0 or 1). */
const hasEvent = (ledger: Ledger, ofKind: SQL) =>
  sql<number>`exists (select 1 from ${securityEvents} where ${isOwn(ledger)} and ${ofKind})`;

/** SQL: whether this request has noted a try that has not proved right. */
export const isNoted = (ledger: Ledger) =>
  hasEvent(ledger, inArray(securityEvents.kind, FAILED_TRIES));

/** SQL: whether this request has done what it tried for. */
export const isProved = (ledger: Ledger) =>
  hasEvent(ledger, notInArray(securityEvents.kind, FAILED_TRIES));

/**
 * Undoes a try after a fault: `uncounts`, which may ask whether the try is noted, then the note. A failure here costs
 * the user one try, and is only logged.
 */
export async function undoTry(
  ledger: Ledger,
  ...uncounts: [BatchItem<'sqlite'>, ...BatchItem<'sqlite'>[]]
): Promise<void> {
  const { db, log } = ledger;
  const forget = db
    .delete(securityEvents)
    .where(and(isOwn(ledger), inArray(securityEvents.kind, FAILED_TRIES)));
  try {
    await askLedger(ledger, 'store_failed', () => db.batch([...uncounts, forget]));
  } catch (error) {
    log('warn', 'try_not_returned', { error: describeError(error) });
  }
}

/** The statement that forgets events beyond the latest EVENTS_KEPT of the account that this request has recorded one of. */
export function forgetSurplus(ledger: Ledger) {
  const { at, userId } = securityEvents;
  const key = sql.join(KEY, sql`, `);
  const user = sql`(select ${userId} from ${securityEvents} where ${isOwn(ledger)})`;
  const surplus = sql`select ${key} from ${securityEvents} where ${userId} = ${user}
    order by ${desc(at)} limit ${SURPLUS_AT_ONCE} offset ${EVENTS_KEPT}`;
  return ledger.db.delete(securityEvents).where(sql`(${key}) in (${surplus})`);
}

/**
 * Changes an account in one batch: records the event where `owner` holds, and then does what `changes` says, each
 * statement guarded by the event. False when `owner` did not hold. Throws `Fault(reason)` when nobody can tell.
 */
export async function changeAccount(
  ledger: Ledger,
  { kind, owner, reason }: { kind: EventKind; owner: SQL; reason: Reason },
  changes: (recorded: SQL) => BatchItem<'sqlite'>[],
): Promise<boolean> {
  const { db } = ledger;
  const recorded = hasEvent(ledger, eq(securityEvents.kind, kind));
  const verdict = selectRow(db, { recorded });
  const record = recordEvent(ledger, kind, owner);
  const statements = [record, ...changes(recorded), forgetSurplus(ledger)] as const;
  return decideBatch(ledger, reason, statements, verdict, (row, recalled) => {
    if (recalled && !row.recorded) throw new Error('the batch did not happen');
    return row.recorded === 1;
  });
}
