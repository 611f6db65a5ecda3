/**
 * Who may have a code for which purpose: the same condition stands where a code is asked for, where a try is taken
 * and where the code is used.
 */
import { type SQL, sql } from 'drizzle-orm';
import { sessions, users } from '../db/schema.ts';
import type { Param } from '../db/prepared.ts';
import { isLive } from '../sessions/sessions.ts';
import { isBlocked, isRegistered } from '../users/standing.ts';
import type { Purpose } from './purpose.ts';

export interface Errand {
  mobile: string;
  purpose: Purpose;
  /** For `delete`: the token hash of the session that asks. */
  tokenHash?: string | undefined;
}

export type ErrandRefusal = 'sms_registered' | 'user_unknown' | 'user_blocked' | 'logged_out';

/** An errand as the parameters of a statement. */
export interface ErrandParams {
  mobile: Param<string>;
  purpose: Purpose;
  tokenHash?: Param<string> | undefined;
}

/** SQL: why the mobile may not have or use a code of this purpose now, or null. */
export function refusalOf(errand: ErrandParams, now: Param<number>): SQL<ErrandRefusal | null> {
  const { mobile, purpose } = errand;
  const blocked = sql`when ${isBlocked(mobile)} then 'user_blocked'`;
  const registered = isRegistered(mobile);
  if (purpose === 'signup') {
    return sql`case ${blocked} when ${registered} then 'sms_registered' end`;
  }
  const unfit = sql`${blocked} when not ${registered} then 'user_unknown'`;
  if (purpose !== 'delete') return sql`case ${unfit} end`;
  return sql`case when not ${isVisitor(errand, now)} then 'logged_out' ${unfit} end`;
}

const isVisitor = ({ mobile, tokenHash = '' }: ErrandParams, now: Param<number>) =>
  sql`exists (select 1 from ${sessions} join ${users} on ${users.id} = ${sessions.userId}
    where ${isLive(tokenHash, now)} and ${users.mobile} = ${mobile})`;
