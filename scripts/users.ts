/**
 * `npm run users -- find|block|unblock|end-sessions|delete <mobile> [--remote]`: what operators do to one mobile. A
 * blocked mobile can neither log in nor get codes, and its sessions end; it stays blocked without an account too. Doing
 * something twice is no error, but it says that nothing was there to change: the mobile may be mistyped.
 */
import { randomUUID } from 'node:crypto';
import type { securityEvents } from '../src/db/schema.ts';
import { maskMobile, MOBILE } from '../src/lib/mobile.ts';
import { localTime } from '../src/lib/time.ts';
import { NEEDS_RESET } from '../src/users/password.ts';
import { database, quoted, type Row, WHICH_DATABASE } from './d1.ts';
import { messageOf } from './operate/message.ts';
import { argumentsOf, stop } from './operate/options.ts';
import { agrees, terminal } from './operate/terminal.ts';

const USAGE = `npm run users -- find|block|unblock|end-sessions|delete <mobile> [--remote] [--persist-to <folder>]
--yes: a deployed account is deleted without a question`;

const { values, positionals } = argumentsOf(USAGE, {
  ...WHICH_DATABASE,
  yes: { type: 'boolean' },
});
const [verb = '', mobile = ''] = positionals;
if (positionals.length !== 2) stop(USAGE);
if (!MOBILE.test(mobile)) stop(`mobile malformed\n${USAGE}`);

const db = database(values);
const is = `mobile = ${quoted(mobile)}`;
const user = `(select id from users where ${is})`;
const END_CODES = `update sms_issues set expires_at = 0 where ${is} and used_at is null`;
/** Tells the owner of the account, if there is one, where `guard` holds. */
const note = (kind: (typeof securityEvents.kind.enumValues)[number], guard: string) =>
  `insert into security_events (id, user_id, kind, at, user_agent)
    select '${randomUUID()}', id, '${kind}', ${Date.now()}, '' from users where ${is} and ${guard}`;
const IS_BLOCKED = `exists (select 1 from blocked_mobiles where ${is})`;
const END_SESSIONS = `delete from sessions where user_id = ${user}`;

interface Verb {
  /** Runs as one text; the statement that returns rows tells whether there was anything to change. */
  sql: string;
  done: string;
  nothing: string;
}
const VERBS: Record<string, Verb> = {
  block: {
    sql: `${note('blocked', `not ${IS_BLOCKED}`)}; insert into blocked_mobiles values (${quoted(mobile)}, ${Date.now()}) on conflict do nothing returning 1; ${END_SESSIONS};`,
    done: 'is blocked, and its sessions are ended',
    nothing: 'was blocked already, and has no session',
  },
  unblock: {
    sql: `${note('unblocked', IS_BLOCKED)}; delete from blocked_mobiles where ${is} returning 1;`,
    done: 'is blocked no more',
    nothing: 'was not blocked',
  },
  'end-sessions': {
    sql: `${note('ended_by_operator', `exists (select 1 from sessions where user_id = ${user})`)}; ${END_CODES}; ${END_SESSIONS} returning 1;`,
    done: 'has no session any more, nor a code to start one with',
    nothing: 'had no session, and has no code to start one with',
  },
  delete: {
    sql: `${END_CODES}; ${END_SESSIONS}; delete from security_events where user_id = ${user}; delete from users where ${is} returning 1;`,
    done: 'has no account any more',
    nothing: 'had no account',
  },
};

try {
  if (verb === 'find') await find();
  else await act(VERBS[Object.hasOwn(VERBS, verb) ? verb : ''] ?? stop(USAGE));
} catch (error) {
  console.error(`The database could not be asked: ${messageOf(error)}`);
  process.exit(1);
}

async function act({ sql, done, nothing }: Verb): Promise<void> {
  if (verb === 'delete' && !(await mayDelete())) {
    console.error('Nothing was deleted.');
    process.exit(1);
  }
  const changed = (await db.query(sql)).flat().length > 0;
  console.log(`${maskMobile(mobile)} ${changed ? done : nothing}.`);
}

/** Asks whoever types it before a deployed account goes; a program, which nobody could answer for, has decided. */
async function mayDelete(): Promise<boolean> {
  if (!values.remote || values.yes || !process.stdin.isTTY) return true;
  const question = `Delete the account of ${mobile} from the deployed database?`;
  return agrees(terminal(), question).catch(() => false); // Ctrl+C
}

async function find(): Promise<void> {
  const [users = [], blocked = [], sessions = [], events = [], codes = []] = await db.query(
    `select id, name, created_at, password_hash = '${NEEDS_RESET}' as needs_reset from users where ${is};
     select blocked_at from blocked_mobiles where ${is};
     select count(*) as live from sessions where user_id = ${user} and expires_at > ${Date.now()};
     select kind, at from security_events where user_id = ${user} order by at desc limit 10;
     select issue_id, purpose, issued_at, outcome, attempts, used_at is not null as used from sms_issues where ${is}
       order by issued_at desc limit 20;`,
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
  if (codes.length > 0) console.log('Codes of the last day:');
  for (const code of codes) console.log(codeLine(code));
}

/** By its `send_id` the log has what each vendor said. */
function codeLine(code: Row): string {
  const used = code['used'] === 1 ? ', used' : '';
  return `${time(code, 'issued_at')} for ${text(code, 'purpose')}: ${text(code, 'outcome')}, tries ${text(code, 'attempts')}${used} (send_id ${text(code, 'issue_id')})`;
}

function text(row: Row | undefined, column: string): string {
  const value = row?.[column];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function time(row: Row, column: string): string {
  return `${localTime(Number(row[column]))} (UTC+8)`;
}
