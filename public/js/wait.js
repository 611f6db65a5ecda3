/** The pause before something can be tried again, shown on the button that would do it. */
import { draft, keep } from './draft.js';
import { announce, hush, say, silence } from './language.js';

/** `button` has the keys of its texts as `data-ready` and `data-counting`; `counted` is what it counted for, if it did. */
const buttons = [];
let timer;

/** `subject` says what the wait is about: a mobile, its password, or a form. */
export function countDownOn(button, subject) {
  buttons.push({ button, subject });
  showWait();
}

/** The errno of a password that was mistyped too often. Another one makes wait whoever asks too often for anything. */
const TOO_OFTEN = '4201';

/** What a wrong password costs is one wait for every form that asks for the password of that mobile. */
export const passwordOf = (mobile) => `password of ${mobile}`;

/** `errno` is what the service refused with. */
export function startWait(subject, seconds, errno) {
  const now = Date.now();
  keepPauses(subject, [[subject, { since: now, until: now + seconds * 1000, errno }]]);
}

/** There is nothing to wait for any more, if there was. */
export function endWait(subject) {
  keepPauses(subject, []);
}

/** Those of other subjects that are not over, and `more`. */
function keepPauses(subject, more) {
  const others = Object.entries(draft.pauses).filter(
    ([other]) => other !== subject && msLeft(other) > 0,
  );
  keep({ pauses: Object.fromEntries([...others, ...more]) });
  showWait();
}

/** None on a clock that was set back since: rather the service says that it is too early than that one waits for hours. */
function msLeft(subject) {
  const { since, until } = draft.pauses[subject] ?? {};
  const now = Date.now();
  return since <= now && until > now ? until - now : 0;
}

/** Whole seconds, rounded up: 0 means that there is nothing to wait for. */
export function secondsLeft(subject) {
  return Math.ceil(msLeft(subject) / 1000);
}

/** Brings the buttons up to date, and comes back at the next whole second for as long as there is one. */
export function showWait() {
  clearTimeout(timer);
  for (const one of buttons) {
    const { button, counted } = one;
    const subject = one.subject();
    const left = secondsLeft(subject);
    const { ready, counting = 'tryIn' } = button.dataset;
    // Of another number there is nothing to say: it never had to wait.
    if (left === 0 && counted === subject) isOver(button, subject);
    one.counted = left > 0 ? subject : undefined;
    sayWhy(button.form, left, subject);
    // Not `disabled`: that would throw the focus away, and hide the button from those who look for it by keyboard.
    button.ariaDisabled = left > 0 ? 'true' : null;
    if (left > 0) say(button, counting, { wait: left });
    else say(button, ready);
  }
  const next = Math.min(...Object.keys(draft.pauses).map((one) => untilNextSecond(msLeft(one))));
  if (next < Infinity) timer = setTimeout(showWait, next);
}

/** Why the password is not taken, and what goes on without it, for as long as that is so: not only when it is refused. */
function sayWhy(form, left, subject) {
  const element = form.querySelector('.why');
  if (element === null) return;
  const { why } = element.dataset;
  if (left > 0 && draft.pauses[subject].errno === TOO_OFTEN)
    return say(element, why, { wait: left });
  hush(element);
  silence(why);
}

const untilNextSecond = (leftMs) => (leftMs > 0 ? leftMs % 1000 || 1000 : Infinity);

/**
 * Says so where it can be seen, and takes back what was said of this wait. While another button of the form still
 * counts, that one can try again says too much, unless it was said of this one that it cannot.
 */
function isOver(button, subject) {
  if (button.closest('[hidden]') !== null) return;
  const notice = button.form.querySelector('.notice');
  const { text, params = '{}' } = notice.dataset;
  const wasSaid = text !== undefined && JSON.parse(params).of === subject;
  const counts = (other) => other.button.form === button.form && secondsLeft(other.subject()) > 0;
  if (wasSaid) hush(notice);
  if (wasSaid || !buttons.some(counts)) announce('waitOver');
}
