/**
 * Registration: the right code, then the account and its first session in one batch. One mobile has at most one account,
 * and a code makes at most one: that batch decides both at once.
 */
import { eq, sql } from 'drizzle-orm';
import type { Refusal, Result } from '../answers.ts';
import { decide, type Ledger, named, REQUEST_PARAMS, verdictOf } from '../db/ledger.ts';
import { insertWhere } from '../db/insert.ts';
import { users } from '../db/schema.ts';
import { preparedBatch } from '../db/prepared.ts';
import {
  endReplaced,
  type NewSession,
  SESSION_PARAMS,
  startSession,
} from '../sessions/sessions.ts';
import type { CodeStore } from '../sms/codes.ts';
import { type ErrandRefusal, refusalOf } from '../sms/errands.ts';
import { type Issue, ISSUE_KEY } from '../sms/issues.ts';
import type { Purpose } from '../sms/purpose.ts';
import { redemption, withCode } from '../sms/redeem.ts';
import { countVerified, slotOf } from '../sms/volume.ts';
import { recordEvent } from './events.ts';
import { hashPassword, type PasswordPolicy } from './password.ts';
import { type User, userColumns } from './users.ts';

export interface CodeForm {
  mobile: string;
  code: string;
  /** The password to have from now on. */
  password: string;
}

/** Makes an account for whoever has the code, and starts `session` for it. Hashes only when the code is right. */
export function register(
  ledger: Ledger,
  codes: CodeStore,
  passwords: PasswordPolicy,
  { mobile, code, password }: CodeForm,
  session: NewSession,
): Promise<Result<{ user: User }>> {
  return withCode(ledger, codes, { mobile, purpose: 'signup' }, code, async (issue) => {
    const passwordHash = await hashPassword(passwords, password);
    return registerUser(ledger, issue, passwordHash, session);
  });
}

type RegistrationVerdict = { verdict: 'ok'; user: User } | Refusal<ErrandRefusal | 'code_expired'>;

/**
 * Uses the code, makes the account and its first session, all or nothing. Whoever uses the issue first wins; the
 * others are told that the mobile is registered.
 */
function registerUser(
  ledger: Ledger,
  issue: Issue,
  passwordHash: string,
  session: NewSession,
): Promise<RegistrationVerdict> {
  const { now, requestId, userAgent } = ledger;
  const { issueId, issuedAt, mobile, purpose } = issue;
  const { id, tokenHash, replaces } = session;
  const values = {
    id,
    tokenHash,
    replaces,
    mobile,
    issuedAt,
    issueId,
    slot: slotOf(issuedAt),
    passwordHash,
    now,
    requestId,
    userAgent,
  };
  const shape = { purpose, replacing: replaces !== '' };
  const batch = registration(ledger.db, shape, values);
  return decide(
    ledger,
    'user_unsaved',
    async () => readVerdict(verdictOf((await batch()).verdict)),
    async () => readVerdict(verdictOf((await batch('verdict')).verdict), true),
  );
}

const registration = preparedBatch(
  [...SESSION_PARAMS, ...ISSUE_KEY, 'slot', 'passwordHash', ...REQUEST_PARAMS],
  (db, at, { purpose, replacing }: { purpose: Purpose; replacing: boolean }) => {
    const request = { db, ...at };
    const { mobile, now, passwordHash } = at;
    const { ours, redeem } = redemption(request, { ...at, purpose });
    const count = countVerified(request, at.slot, ours);
    const user = {
      id: sql`null`, // the next one
      mobile,
      name: mobile,
      passwordHash,
      avatarUrl: sql`''`,
      createdAt: now,
      updatedAt: now,
      passwordVersion: sql`1`,
    };
    const insert = insertWhere(db, users, user, sql`where ${ours}`).onConflictDoNothing();
    const owner = sql`${users.mobile} = ${mobile} and ${ours}`;
    const start = startSession(request, at, owner);
    const end = replacing && { end: endReplaced(request, at) };
    const record = recordEvent(request, 'signed_up', owner);
    const refusal = refusalOf({ mobile, purpose }, now);
    const verdict = db
      .select({ ...named({ ours, refusal }), user: userColumns })
      .from(sql`(select 1)`)
      .leftJoin(users, eq(users.mobile, mobile));
    return { redeem, count, insert, start, ...end, record, verdict };
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
