/**
 * The service under load from parallel clients, killed in the middle and started again: no acknowledged registration
 * is missing, nobody is a user twice, no mobile got more SMS than it may.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { database } from '../../scripts/d1.ts';
import { type Service, startService } from './service.ts';

const PEOPLE = 60;
const AT_ONCE = 12;
const CRASH_AFTER = 15;
const COOLDOWN_MS = 60_000;
const mobiles = Array.from({ length: PEOPLE }, (_, i) => `139${String(i).padStart(8, '0')}`);
const PASSWORDS = ['correct horse one', 'correct horse two'];
const SETTINGS = { PASSWORD_ITERATIONS: '1000' };

const state = mkdtempSync(join(tmpdir(), 'edge-signup-'));
const runs: Service[] = [];
let running: Promise<Service> = start();
after(async () => {
  await Promise.allSettled(runs.map((service) => service.stop()));
  rmSync(state, { recursive: true, force: true });
});

async function start(): Promise<Service> {
  const service = await startService({ state, vars: SETTINGS });
  runs.push(service);
  return service;
}

/** The errno of an answer; null when there was none, so that nobody can tell what happened. */
async function call(service: Service, path: string, body?: object): Promise<string | null> {
  const json = { 'Content-Type': 'application/json' };
  const init = body && { method: 'POST', headers: json, body: JSON.stringify(body) };
  try {
    const answer = await fetch(`${service.origin}/api/v1.0${path}`, init);
    const { errno }: { errno: string } = JSON.parse(await answer.text());
    return errno;
  } catch {
    return null;
  }
}

async function askCode(service: Service, mobile: string): Promise<string | null> {
  const id = crypto.randomUUID();
  try {
    const picture = await fetch(`${service.origin}/api/v1.0/imagecode/${id}`);
    await picture.text();
  } catch {
    return null;
  }
  const text = await service.line(`dev captcha ${id}`);
  return call(service, `/smscode/${mobile}?id=${id}&text=${text}`);
}

/** The password of each mobile whose registration was acknowledged. */
const registered = new Map<string, string>();
let crashed = false;
let unanswered = 0;

/** Asks twice at once for a code, and registers twice at once with it. False when an answer was lost. */
async function signUp(service: Service, mobile: string): Promise<boolean> {
  const asked = await Promise.all([askCode(service, mobile), askCode(service, mobile)]);
  assert.ok(asked.filter((errno) => errno === '0').length <= 1, `${mobile}: ${asked.join()}`);
  if (!asked.includes('0')) return !asked.includes(null);
  const code = await service.line(`dev sms ${mobile}`);
  const answers = await Promise.all(
    PASSWORDS.map((password) => call(service, '/users', { mobile, sms_code: code, password })),
  );
  const won = PASSWORDS.filter((_, i) => answers[i] === '0');
  assert.ok(won.length <= 1, `${mobile}: ${answers.join()}`);
  for (const password of won) registered.set(mobile, password);
  return !answers.includes(null);
}

async function work(queue: string[]): Promise<void> {
  for (let mobile = queue.shift(); mobile !== undefined; mobile = queue.shift()) {
    const answered = await signUp(await running, mobile);
    if (!answered) {
      unanswered += 1;
      await signUp(await running, mobile);
    }
    if (!crashed && registered.size >= CRASH_AFTER) {
      crashed = true;
      running = running.then((service) => service.crash()).then(start);
    }
  }
}

it('a crash under load loses and doubles nothing', { timeout: 300_000 }, async (t) => {
  const queue = [...mobiles];
  await Promise.all(Array.from({ length: AT_ONCE }, () => work(queue)));
  const service = await running;
  assert.equal(runs.length, 2);
  t.diagnostic(`${registered.size} of ${PEOPLE} registered; ${unanswered} were cut off`);
  assert.ok(registered.size > CRASH_AFTER, `${registered.size} have registered`);
  for (const [mobile, password] of registered) {
    assert.equal(await call(service, '/sessions', { mobile, password }), '0', mobile);
  }
  await service.stop();

  const [users = [], issues = []] = await database({ 'persist-to': state }).query(
    'select mobile from users; select mobile, issued_at, outcome from sms_issues order by issued_at;',
  );
  const accounts = users.map(({ mobile }) => String(mobile));
  assert.equal(new Set(accounts).size, accounts.length);
  assert.ok([...registered.keys()].every((mobile) => accounts.includes(mobile)));

  const printed = runs.map((run) => run.output()).join('');
  for (const mobile of mobiles) {
    const counted = issues.filter((issue) => issue['mobile'] === mobile);
    const lines = printed.split('\n').filter((line) => line.startsWith(`dev sms ${mobile} `));
    assert.ok(lines.length <= counted.length, `${mobile} got ${lines.length} SMS`);
    const times = counted.map(({ issued_at: at }) => Number(at));
    const tooSoon = times.some((at, i) => i > 0 && at - (times[i - 1] ?? 0) < COOLDOWN_MS);
    assert.ok(!tooSoon, `${mobile} got SMS at ${times.join()}`);
  }
});
