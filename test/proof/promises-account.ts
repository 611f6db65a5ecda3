/** The promises about accounts, on answers and messages alone: codes, sessions, passwords. */
import { expect } from 'vitest';
import { MINUTE } from './model.ts';
import type { Answered, Facts, Message } from './promises.ts';
import type { Request } from './requests.ts';

export function checkAccounts({ answers, messages }: Facts): void {
  codesAreUsedOnce(answers, messages);
  accountsAreOneAtATime(answers);
  endedSessionsStayEnded(answers);
  onlyThePasswordOpens(answers);
  guessesAreFew(answers);
}

const PURPOSE_OF: Partial<Record<Request['kind'], string>> = {
  register: 'signup',
  'login-by-code': 'login',
  reset: 'reset',
  'leave-by-code': 'delete',
};
const isDone = ({ errno }: Answered) => errno === '0';
/** Nobody knows whether it happened. */
const isOpen = ({ errno }: Answered) => errno === '4001' || errno === null;

/** Whose account the request is about: the mobile it names, or that of its session. */
function mobileOf(answers: readonly Answered[], request: Request): string | undefined {
  if ('mobile' in request) return request.mobile;
  if (!('session' in request) || request.session === null) return undefined;
  const start = answers.find(({ by }) => by === request.session)?.request;
  return start !== undefined && 'mobile' in start ? start.mobile : undefined;
}

function codesAreUsedOnce(answers: Answered[], messages: Message[]): void {
  const used = new Set<Message>();
  const shown = answers.flatMap((answer) => {
    const { request } = answer;
    const purpose = PURPOSE_OF[request.kind];
    if (purpose === undefined || !('code' in request)) return [];
    return [{ ...answer, purpose, code: request.code, mobile: mobileOf(answers, request) }];
  });
  for (const { code, mobile, now, purpose } of shown.filter(isDone)) {
    const isTheirs = (one: { mobile: string | undefined; purpose: string }) =>
      one.mobile === mobile && one.purpose === purpose;
    const message = messages.findLast((one) => isTheirs(one) && one.code === code);
    if (message === undefined) throw new Error('I4: a code for another mobile or purpose');
    expect(message.confirmed, 'I5: a code that was sent').toBe(true);
    expect(used.has(message), 'I4: once').toBe(false);
    used.add(message);
    expect(now - message.now, 'I4: not expired').toBeLessThan(5 * MINUTE);
    const guesses = shown.filter(
      (one) =>
        isTheirs(one) &&
        one.errno === '4004' &&
        one.now >= message.now &&
        one.now <= now &&
        /^[0-9]{6}$/.test(one.code),
    );
    expect(guesses.length, 'I4: not after five wrong tries').toBeLessThan(5);
  }
}

function accountsAreOneAtATime(answers: Answered[]): void {
  const made = answers.filter((one) => one.request.kind === 'register' && isDone(one));
  const left = answers.filter((one) => isLeave(one) && (isDone(one) || isOpen(one)));
  for (const [mobile, accounts] of Map.groupBy(made, ({ request }) => mobileOf(answers, request))) {
    const leaves = left.filter(({ request }) => mobileOf(answers, request) === mobile);
    expect(accounts.length, 'I6: one account at a time').toBeLessThanOrEqual(1 + leaves.length);
  }
}

const isLeave = ({ request: { kind } }: Answered) => kind === 'leave' || kind === 'leave-by-code';

function endedSessionsStayEnded(answers: Answered[]): void {
  const endedIn = new Map<number, number>();
  for (const answer of answers) {
    const { request, errno, step } = answer;
    if (!('session' in request)) continue;
    const isEnded = request.session !== null && (endedIn.get(request.session) ?? step) < step;
    if (isEnded && needsSession(request)) expect(['4101', '4001', null], 'I8').toContain(errno);
    if (isEnded && request.kind === 'ask' && request.purpose === 'delete') {
      expect(errno, 'I8').not.toBe('0');
    }
    if (errno !== '0') continue;
    for (const session of endedBy(answers, answer)) {
      if (session !== null && !endedIn.has(session)) endedIn.set(session, step);
    }
  }
}

const needsSession = ({ kind }: Request) =>
  !['ask', 'register', 'login', 'login-by-code', 'reset'].includes(kind);

const ENDS_ALL = ['register', 'reset', 'leave', 'leave-by-code'];
const ENDS_OTHERS = ['change-password', 'end-others'];
const ENDS_OWN = ['logout', 'login', 'login-by-code', ...ENDS_ALL];

/** The sessions that are over once that was answered `0`. What began in the same step may have come after. */
function endedBy(answers: Answered[], { request, step }: Answered): (number | null)[] {
  if (!('session' in request)) return [];
  const { kind, session } = request;
  if (kind === 'end-one') return [request.target];
  const own = ENDS_OWN.includes(kind) ? [session] : [];
  if (!ENDS_ALL.includes(kind) && !ENDS_OTHERS.includes(kind)) return own;
  const theirs = answers
    .filter((one) => one.step < step && isDone(one) && isStart(one.request))
    .filter((one) => mobileOf(answers, one.request) === mobileOf(answers, request))
    .map(({ by }) => by);
  return [...own, ...theirs.filter((by) => ENDS_ALL.includes(kind) || by !== session)];
}

const isProof = ({ kind }: Request) => ['login', 'change-password', 'leave'].includes(kind);
const isStart = ({ kind }: Request) =>
  ['register', 'login', 'login-by-code', 'reset'].includes(kind);

function onlyThePasswordOpens(answers: Answered[]): void {
  for (const [, theirs] of Map.groupBy(answers, ({ request }) => mobileOf(answers, request))) {
    let right = new Set<string>();
    for (const [, step] of Map.groupBy(theirs, (one) => one.step)) {
      const set = step.filter(
        (one) => isDone(one) && (newPasswordOf(one) !== null || isLeave(one)),
      );
      const perhaps = [...set, ...step.filter(isOpen)].flatMap((one) => newPasswordOf(one) ?? []);
      const before = right;
      right = new Set([...(set.length > 0 ? [] : before), ...perhaps]);
      for (const { request, errno } of step) {
        if (!isProof(request) || errno !== '0' || !('password' in request)) continue;
        expect([...before, ...right], 'only the password of the account').toContain(
          request.password,
        );
      }
    }
  }
}

function newPasswordOf({ request }: Answered): string | null {
  if (request.kind === 'register' || request.kind === 'reset') return request.password;
  return request.kind === 'change-password' ? request.next : null;
}

/** Five in ten minutes from the first one on: two such windows may touch. */
function guessesAreFew(answers: Answered[]): void {
  const tries = answers.filter(({ request }) => isProof(request) || request.kind === 'reset');
  const subjectOf = ({ request }: Answered) =>
    'address' in request ? `${mobileOf(answers, request)}|${request.address}` : undefined;
  for (const [, theirs] of Map.groupBy(tries, subjectOf)) {
    let wrong: number[] = [];
    for (const [, step] of Map.groupBy(theirs, (one) => one.step)) {
      const proofs = step.filter(({ request }) => isProof(request));
      const guesses = proofs.filter(({ errno }) => errno === '4004' || errno === '4106');
      const isForgiven =
        step.some((one) => isOpen(one) || isDone(one)) ||
        proofs.some(({ errno }) => errno === '4104');
      wrong = isForgiven ? [] : [...wrong, ...guesses.map(({ now }) => now)];
      const last = wrong.at(-1) ?? 0;
      const recent = wrong.filter((now) => now > last - 10 * MINUTE);
      expect(recent.length, 'few guesses at a password').toBeLessThan(10);
    }
  }
}
