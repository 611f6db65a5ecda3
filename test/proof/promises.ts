/**
 * The promises I1–I9, asserted on what was seen from outside: messages that left, answers that were given, lines
 * that were logged. Nothing here trusts the model's account of how they came about. (I10 is the weather.)
 */
import { expect } from 'vitest';
import type { Seen } from './explain.ts';
import { DAY, HOUR, MINUTE, type State } from './model.ts';
import { drawIdIn } from './model-sms.ts';
import { type Policy, shareOf } from './model-volume.ts';
import { checkAccounts } from './promises-account.ts';

export interface Message {
  by: number;
  mobile: string;
  purpose: string;
  code: string;
  now: number;
  /** Whether the vendor said yes, and was heard. */
  confirmed: boolean;
}

/** A request and what became of it; the errno is null when nobody heard it. */
export type Answered = Seen & { step: number; errno: string | null };

export interface Facts {
  step: number;
  messages: Message[];
  answers: Answered[];
  /** The log of the latest step. */
  lines: string[];
}

export function checkPromises(facts: Facts, state: State, policy: Policy, tokens: string[]): void {
  oneMessagePerDrawing(facts);
  for (const messages of Object.values(Object.groupBy(facts.messages, ({ mobile }) => mobile))) {
    if (messages !== undefined) messagesAreSpaced(messages);
  }
  const forSignup = facts.messages.filter(({ purpose }) => purpose === 'signup');
  expect(mostWithin(facts.messages, DAY), 'I3: the budget').toBeLessThanOrEqual(policy.budget);
  expect(mostWithin(forSignup, DAY), 'I3: its part for sign-up').toBeLessThanOrEqual(
    shareOf(policy, 'signup'),
  );
  cooldownsAreShort(facts);
  checkAccounts(facts);
  const mobiles = state.users.map(({ mobile }) => mobile);
  expect(new Set(mobiles).size, 'I6: one user a mobile').toBe(mobiles.length);
  nothingIsLogged(facts, tokens);
}

function oneMessagePerDrawing({ messages, answers }: Facts): void {
  const drawingOf = (seen: Seen) => seen.met.find(({ kind }) => kind === 'kv.get')?.found;
  const paid = new Set<string>();
  const wrong = new Set<string>();
  const sent = new Set(messages.map(({ by }) => by));
  for (const seen of answers) {
    const record = drawingOf(seen);
    if (seen.request.kind !== 'ask' || typeof record !== 'string') continue;
    const drawId = drawIdIn(record);
    if (seen.errno === '4004') wrong.add(drawId);
    if (!sent.has(seen.by)) continue;
    expect(paid.has(drawId), 'I1: one captcha, one SMS').toBe(false);
    paid.add(drawId);
  }
  expect(
    [...paid].filter((drawId) => wrong.has(drawId)),
    'I1: none after a wrong one',
  ).toEqual([]);
}

function messagesAreSpaced(messages: Message[]): void {
  const byTime = messages.toSorted((a, b) => a.now - b.now);
  for (const [index, message] of byTime.entries()) {
    const before = byTime[index - 1];
    const soon = before !== undefined && message.now - before.now < MINUTE;
    if (soon) expect(before.confirmed, 'I2: one SMS a minute').toBe(false);
  }
  expect(mostWithin(messages, HOUR), 'I2: five an hour').toBeLessThanOrEqual(5);
  expect(mostWithin(messages, DAY), 'I2: ten a day').toBeLessThanOrEqual(10);
}

function cooldownsAreShort({ answers }: Facts): void {
  const cooled = answers.filter(({ answered }) => answered?.errmsg === '发送过于频繁,请稍后重试');
  for (const { answered } of cooled) {
    expect(answered?.retryAfter, 'the cooldown never exceeds 60 s').toBeLessThanOrEqual(60);
  }
}

function nothingIsLogged({ messages, lines, answers }: Facts, tokens: string[]): void {
  const log = lines.join('\n');
  expect(/(?<![0-9A-Za-z_-])1[3-9][0-9]{9}(?![0-9A-Za-z_-])/.exec(log), 'I9: mobiles').toBeNull();
  const passwords = answers.flatMap(({ request }) => [
    ...('password' in request ? [request.password] : []),
    ...('next' in request ? [request.next] : []),
  ]);
  const secrets = new Set([...messages.map(({ code }) => code), ...passwords, ...tokens]);
  const found = [...secrets].filter((secret) => log.includes(secret));
  expect(
    found.filter((secret) => isWord(log, secret)),
    'I9: secrets',
  ).toEqual([]);
}

/** A digest or a time may hold six digits by chance; a word by itself is no chance. */
const isWord = (text: string, word: string) =>
  new RegExp(`(?<![A-Za-z0-9_-])${word}(?![A-Za-z0-9_-])`).test(text);

/** The most messages in any stretch of that length. */
function mostWithin(messages: Message[], milliseconds: number): number {
  const starts = messages.map((message) => message.now);
  const counts = starts.map(
    (start) => starts.filter((now) => now >= start && now < start + milliseconds).length,
  );
  return Math.max(0, ...counts);
}
