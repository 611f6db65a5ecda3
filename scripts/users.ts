/**
 * `npm run users -- find|block|unblock|end-sessions|delete <mobile> [--remote]`: what operators do to one mobile. A
 * blocked mobile can neither log in nor get codes, and its sessions end; it stays blocked without an account too.
 */
import { maskMobile, MOBILE } from '../src/lib/mobile.ts';
import { localTime } from '../src/lib/time.ts';
import { database, quoted, type Row, WHICH_DATABASE } from './d1.ts';
import { argumentsOf, stop } from './operate/options.ts';

const USAGE = 'npm run users -- find|block|unblock|end-sessions|delete <mobile> [--remote]';

const { values, positionals } = argumentsOf(USAGE, WHICH_DATABASE);
const [verb = '', mobile = ''] = positionals;
if (!MOBILE.test(mobile) || positionals.length > 2) stop(USAGE);

const db = database(values);
const is = `mobile = ${quoted(mobile)}`;
const user = `(select id from users where ${is})`;
const END_SESSIONS = `delete from sessions where user_id = ${user}`;

/** Each runs as one text of statements; what can be said twice means the same the second time. */
const VERBS: Record<string, { sql: string; done: string }> = {
  block: {
    sql: `insert into blocked_mobiles values (${quoted(mobile)}, ${Date.now()}) on conflict do nothing; ${END_SESSIONS};`,
    done: 'is blocked, and its sessions are ended',
  },
  unblock: { sql: `delete from blocked_mobiles where ${is};`, done: 'is blocked no more' },
  'end-sessions': { sql: `${END_SESSIONS};`, done: 'has no session any more' },
  delete: {
    sql: `${END_SESSIONS}; delete from security_events where user_id = ${user}; delete from users where ${is};`,
    done: 'has no account any more',
  },
};

try {
  if (verb === 'find') await find();
  else await act(VERBS[Object.hasOwn(VERBS, verb) ? verb : ''] ?? stop(USAGE));
} catch (error) {
  console.error(`The database could not be asked: ${error instanceof Error ? error.message : ''}`);
  process.exit(1);
}

async function act({ sql, done }: { sql: string; done: string }): Promise<void> {
  await db.query(sql);
  console.log(`${maskMobile(mobile)} ${done}.`);
}

async function find(): Promise<void> {
  const [users = [], blocked = [], sessions = [], events = []] = await db.query(
    `select id, name, created_at, password_hash = 'reset' as needs_reset from users where ${is};
     select blocked_at from blocked_mobiles where ${is};
     select count(*) as live from sessions where user_id = ${user} and expires_at > ${Date.now()};
     select kind, at from security_events where user_id = ${user} order by at desc limit 10;`,
  );
  const [account] = users;
  if (account === undefined) console.log(`${maskMobile(mobile)} has no account.`);
  else {
    console.log(`user ${text(account, 'id')} "${text(account, 'name')}"`);
    console.log(
      `since ${time(account, 'created_at')}, live sessions: ${text(sessions[0], 'live')}`,
    );
    if (account['needs_reset'] === 1)
      console.log('has no password that can be checked: needs a reset');
  }
  if (blocked[0] !== undefined) console.log(`blocked since ${time(blocked[0], 'blocked_at')}`);
  for (const event of events) console.log(`${time(event, 'at')} ${text(event, 'kind')}`);
}

function text(row: Row | undefined, column: string): string {
  const value = row?.[column];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function time(row: Row, column: string): string {
  return localTime(Number(row[column]));
}
