/** What tests of an account's life share. */
import { MOBILE, type Call, type World } from './world.ts';

/** Signs up and asks for a code of that purpose; the code, and the first session. */
export async function accountCode(world: World, purpose: string, mobile = MOBILE) {
  const session = await world.signUp(mobile);
  world.advance(60_000);
  return { session, code: await world.code(mobile, purpose, { session }) };
}

/** Empties the stores of what an earlier world of the same test left. */
export async function startOver(world: World): Promise<void> {
  const tables = ['users', 'sessions', 'sms_issues', 'login_tries', 'security_events'];
  await world.db.batch(tables.map((table) => world.db.prepare(`delete from ${table}`)));
}

export const isLive = async (world: World, session: string) =>
  (await world.call('/session', { session })).errno === '0';

export const resetPassword = (
  world: World,
  code: unknown,
  password = 'a new password',
  call: Call = {},
) =>
  world.call('/password-resets', {
    method: 'POST',
    body: { mobile: MOBILE, sms_code: code, password },
    ...call,
  });

export const changePassword = (
  world: World,
  session: string,
  old: string,
  password = 'a new password',
  call: Call = {},
) =>
  world.call('/user/password', {
    method: 'PUT',
    body: { old_password: old, password },
    session,
    ...call,
  });

export const changeName = (world: World, session: string, name: unknown) =>
  world.call('/user/name', { method: 'PUT', body: { name }, session });

export const leave = (world: World, session: string, proof: unknown) =>
  world.call('/user', { method: 'DELETE', body: proof, session });

/** The kinds of the account's events, the latest first. */
export async function eventKinds(world: World, session: string): Promise<string[]> {
  const reply = await world.call('/user/events', { session });
  const events = (reply.data?.['events'] ?? []) as { kind: string }[];
  return events.map(({ kind }) => kind);
}
