/** Accounts. One mobile has at most one, and a code makes at most one: the batch below decides both at once. */
import { eq, sql } from 'drizzle-orm';
import type { Refusal } from '../answers.ts';
import {
  askLedger,
  decide,
  firstRow,
  type Ledger,
  named,
  REQUEST_PLACES,
  verdictOf,
} from '../db/ledger.ts';
import { sessions, users } from '../db/schema.ts';
import { written } from '../db/written.ts';
import { localTime } from '../lib/time.ts';
import {
  endReplaced,
  isLive,
  type NewSession,
  SESSION_PLACES,
  startSession,
  tokenHashOf,
} from '../sessions/sessions.ts';
import type { Issue } from '../sms/issues.ts';
import type { Purpose } from '../sms/purpose.ts';
import { type ErrandRefusal, refusalOf } from '../sms/errands.ts';
import { redemption } from '../sms/redeem.ts';
import { recordEvent } from './events.ts';

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

export interface Registration {
  /** The issue whose code was right. */
  issue: Issue;
  passwordHash: string;
  session: NewSession;
}

export type RegistrationVerdict =
  { verdict: 'ok'; user: User } | Refusal<ErrandRefusal | 'code_expired'>;

/**
 * Uses the code, makes the account and its first session, all or nothing. Whoever uses the issue first wins; the
 * others are told that the mobile is registered.
 */
export async function registerUser(
  ledger: Ledger,
  { issue, passwordHash, session }: Registration,
): Promise<RegistrationVerdict> {
  const { now, requestId, userAgent } = ledger;
  const { issueId, mobile, purpose } = issue;
  const { id, tokenHash, replaces } = session;
  const values = {
    id,
    tokenHash,
    replaces,
    issueId,
    mobile,
    passwordHash,
    now,
    requestId,
    userAgent,
  };
  const { batch, ask } = registration(ledger.db, { purpose }, values);
  return decide(
    ledger,
    'user_unsaved',
    async () => readVerdict(verdictOf((await batch()).verdict)),
    async () => readVerdict(verdictOf(await ask('verdict')), true),
  );
}

const registration = written(
  [...SESSION_PLACES, 'issueId', 'mobile', 'passwordHash', ...REQUEST_PLACES],
  (db, at, { purpose }: { purpose: Purpose }) => {
    const writing = { db, ...at };
    const { mobile, now, passwordHash } = at;
    const { ours, redeem, count } = redemption(writing, { issueId: at.issueId, mobile, purpose });
    const insert = db
      .insert(users)
      .select(
        sql`select null, ${mobile}, ${mobile}, ${passwordHash}, '', ${now}, ${now}, 1 where ${ours}`,
      )
      .onConflictDoNothing();
    const owner = sql`${users.mobile} = ${mobile} and ${ours}`;
    const start = startSession(writing, at, owner);
    const end = endReplaced(writing, at);
    const record = recordEvent(writing, 'signed_up', owner);
    const refusal = refusalOf({ mobile, purpose }, now);
    const verdict = db
      .select({ ...named({ ours, refusal }), user: userColumns })
      .from(sql`(select 1)`)
      .leftJoin(users, eq(users.mobile, mobile));
    return { redeem, insert, count, start, end, record, verdict };
  },
);

interface RegistrationRow {
  ours: number;
  refusal: ErrandRefusal | null;
  user: User | null;
}

function readVerdict(row: RegistrationRow, recalled = false): RegistrationVerdict {
  if (row.ours && row.user !== null) return { verdict: 'ok', user: row.user };
  if (row.refusal !== null) return { verdict: row.refusal };
  if (recalled) throw new Error('the batch did not happen');
  return { verdict: 'code_expired' };
}

/** A live session and its user; the user is null when that row is gone. */
export interface Visitor {
  sessionId: string;
  tokenHash: string;
  createdAt: number;
  expiresAt: number;
  lastSeenAt: number;
  user: User | null;
}

/** A visitor who has an account. */
export type Guest = Visitor & { user: User };

/** SQL: the condition on `users` that picks the account of a guest while that session lives. */
export const visiting = ({ now }: Ledger, { tokenHash, user }: Guest) =>
  sql`${eq(users.id, user.id)} and exists (select 1 from ${sessions} where ${isLive(tokenHash, now)})`;

/** Who a session token belongs to, or null when it belongs to nobody. One read. */
export async function findVisitor(
  ledger: Ledger,
  token: string | undefined,
): Promise<Visitor | null> {
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
