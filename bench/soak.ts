/**
 * `npm run bench:soak [-- --minutes 30] [--json FILE]`: what pages do all day, for half an hour: rate, errors, latency, memory and size,
 * with a ledger that is full of rows whose time comes meanwhile and the sweep at work. A line a minute.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { stop } from '../scripts/operate/options.ts';
import { fill } from './fill.ts';
import { serveOurs } from './served.ts';
import { ask, nextMobile, PASSWORD, type Reply, signUp } from './sign-up.ts';
import { quantile } from './statistics.ts';
import { progress, table } from './table.ts';

const CONCURRENCY = 8;
const MINUTE_MS = 60_000;
/** Rows of each kind that are there from the start. Their time comes evenly over the soak. */
const ROWS = 100_000;
const USERS_KEPT = 1000;

const { values: options } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, json: { type: 'string' } },
});
const minutes = Number(options.minutes);
if (!(Number.isInteger(minutes) && minutes > 0)) stop('--minutes takes a whole number from 1');

progress('bundling, and filling the tables');
const { served } = await serveOurs();
const api = `${served.url}/api/v1.0`;
const start = Date.now();
const end = start + minutes * MINUTE_MS;
await fill(served.db, { users: ROWS, now: start, leaving: minutes * MINUTE_MS });

let took: number[] = [];
let faults = 0;
let firstFault = '';
const people: { mobile: string; cookie: string }[] = [];
const somebody = () => people[Math.floor(Math.random() * people.length)];

/** What a request may answer without anything being wrong with the service. */
const isFault = ({ status, text }: Reply) =>
  status >= 500 || /"errno":"(4001|4301|4500)"/.test(text);

function note(reply: Reply): Reply {
  took.push(reply.ms);
  if (isFault(reply)) {
    faults += 1;
    firstFault ||= reply.text.slice(0, 200);
  }
  return reply;
}

const post = (path: string, body: unknown) =>
  ask(`${api}${path}`, { method: 'POST', body: JSON.stringify(body) });

/** Out of a hundred visits, so many do this. */
const VISITS: [number, () => Promise<unknown>][] = [
  [25, newUser],
  [25, async () => note(await ask(`${api}/imagecode/c${nextMobile()}`))],
  [20, async () => note(await ask(`${api}/user`, { cookie: somebody()?.cookie ?? '' }))],
  [10, logIn],
  [10, wrongCaptcha],
  [5, async () => note(await ask(`${api}/session`))],
  [5, async () => note(await post('/users', { mobile: 'x' }))],
];

async function newUser() {
  const mobile = nextMobile();
  const replies = await signUp(served, mobile);
  replies.forEach(note);
  people.push({ mobile, cookie: replies[2]?.cookie ?? '' });
  if (people.length > USERS_KEPT) people.shift();
}

async function logIn() {
  const mobile = somebody()?.mobile ?? nextMobile();
  note(await post('/sessions', { mobile, password: PASSWORD }));
}

async function wrongCaptcha() {
  const mobile = nextMobile();
  note(await ask(`${api}/imagecode/w${mobile}`, { host: 'bench.example' }));
  note(await ask(`${api}/smscode/${mobile}?id=w${mobile}&text=0000`));
}

async function visitUntilTheEnd() {
  while (Date.now() < end) {
    let turn = Math.random() * 100;
    const visit = VISITS.find(([share]) => (turn -= share) < 0);
    try {
      await visit?.[1]();
    } catch (error) {
      faults += 1;
      firstFault ||= String(error);
    }
  }
}

const head = [
  'minute',
  'requests/s',
  'faults',
  'p50 ms',
  'p99 ms',
  'workerd MB',
  'stores MB',
  'users',
  'issues',
  'claims',
  'sessions',
  'sweep ms',
];
const rows: string[][] = [];

async function observe() {
  for (let minute = 1; minute <= minutes; minute++) {
    const began = Date.now();
    await new Promise((resolve) => setTimeout(resolve, start + minute * MINUTE_MS - began));
    const seconds = (Date.now() - began) / 1000;
    const numbers = took;
    took = [];
    const swept = performance.now();
    await served.sweep();
    const sweepMs = performance.now() - swept;
    const counted = await served.db
      .prepare(
        `select (select count(*) from users) users, (select count(*) from sms_issues) issues,
          (select count(*) from captcha_claims) claims, (select count(*) from sessions) sessions`,
      )
      .first<Record<string, number>>();
    const row = [
      minute,
      (numbers.length / seconds).toFixed(0),
      faults,
      quantile(numbers, 0.5).toFixed(1),
      quantile(numbers, 0.99).toFixed(1),
      (served.rss() / 1e6).toFixed(0),
      (served.stored() / 1e6).toFixed(0),
      ...['users', 'issues', 'claims', 'sessions'].map((name) => counted?.[name] ?? NaN),
      sweepMs.toFixed(0),
    ].map(String);
    rows.push(row);
    progress(row.map((cell, i) => `${head[i] ?? ''} ${cell}`).join(', '));
  }
}

for (let user = 0; user < CONCURRENCY; user++) await newUser();
await Promise.all([observe(), ...Array.from({ length: CONCURRENCY }, visitUntilTheEnd)]);
progress('');
console.log(`\n${table(head, rows)}`);
console.log(faults === 0 ? '\nno faults' : `\n${faults} faults; the first: ${firstFault}`);
if (options.json !== undefined) writeFileSync(options.json, JSON.stringify({ head, rows, faults }));
await served.stop();
process.exit(faults === 0 ? 0 : 1);
