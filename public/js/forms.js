/** Forms: one submission at a time, what its answers mean, and what is said of the form as a whole. */
import { readFields, refuse } from './fields.js';
import { announce, hush, say, silence } from './language.js';
import { nameShown } from './router.js';
import { countDownOn, secondsLeft, startWait } from './wait.js';

/** Past this, silence would leave those who do not see the button in doubt. */
export const SLOW_MS = 1000;

const noticeOf = (form) => form.querySelector('.notice');

/** A message about the form as a whole; its region speaks up by itself. Where a screen shows but a part, it comes in sight. */
export function notice(form, key, params) {
  const element = noticeOf(form);
  hush(element);
  say(element, key, params);
  element.scrollIntoView({ block: 'nearest' });
}

export function clearNotice(form) {
  hush(noticeOf(form));
}

/**
 * A form that asks the service. `fields()` are those to read, `send(values, button)` asks, and `outcomes` has what
 * each errno means here: `[input, key]` refuses a field, a function gets the answer and the values. What has no row
 * is said of the form as a whole. `subject()` is whom a wait is about, and `topic()` all that an answer is about: when
 * the form is about something else by the time of the answer, a refusal is not said there. `owner()` is whose account
 * it is about: to somebody else an answer means nothing at all.
 */
export function startForm(form, options) {
  const { fields = () => [], send, outcomes, owner = () => null } = options;
  const { subject = () => form.id, topic = subject } = options;
  countDownOn(form.querySelector('button[data-ready]:not([type])'), subject);
  onSubmit(form, async (button) => {
    const whom = subject();
    const left = secondsLeft(whom);
    if (left > 0) return noticeOfWait(form, left, whom);
    const values = readFields(fields());
    if (values === null) return;
    const [what, who] = [topic(), owner()];
    const answer = await send(values, button);
    if (owner() !== who) return;
    const outcome = outcomes[answer.errno];
    if (answer.errno !== '0' && topic() !== what) noteWait(whom, answer);
    else if (outcome === undefined) noticeOfAnswer(form, answer, whom);
    else if (Array.isArray(outcome)) refuse(...outcome);
    else await outcome(answer, values);
  });
}

/** Runs `work` on each submission, and lets none begin while one is under way. */
export function onSubmit(form, work) {
  let view;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (form.ariaBusy === 'true') {
      // Impatience needs no answer. Another view of the same form does: there, nothing has been sent yet.
      if (nameShown() !== view) notice(form, 'busy');
      return;
    }
    view = nameShown();
    const button = event.submitter ?? form.querySelector('button:not([type])');
    form.ariaBusy = 'true';
    button.dataset.pressed = '';
    clearNotice(form);
    silence();
    const slow = setTimeout(announce, SLOW_MS, 'busy');
    try {
      await work(button);
    } finally {
      clearTimeout(slow);
      silence('busy');
      form.ariaBusy = null;
      if (noticeOf(form).dataset.text === 'busy') clearNotice(form);
      delete button.dataset.pressed;
    }
  });
}

/** What the answer means when no row of its own says so. */
export function noticeOfAnswer(form, answer, subject = form.id) {
  const { errno, errmsg, data, lang } = answer;
  const wait = data.retry_after;
  noteWait(subject, answer);
  if (wait > 0 && (errmsg === '' || whyOf(form) !== null)) noticeOfWait(form, wait, subject);
  else if (['offline', 'unreachable', 'fault', 'nonsense'].includes(errno)) notice(form, errno);
  else if (['4001', '4301', '4500'].includes(errno)) notice(form, 'fault');
  else if (wait > 0) notice(form, 'refusedFor', { text: errmsg, wait, of: subject, lang });
  else notice(form, 'verbatim', { text: errmsg, lang });
}

/** For how long. Where the form says why, that is read out, and comes in sight. */
function noticeOfWait(form, wait, of) {
  const why = whyOf(form);
  if (why === null) return notice(form, 'stillWaiting', { wait, of });
  announce(why.dataset.text, { wait });
  why.scrollIntoView({ block: 'nearest' });
}

const whyOf = (form) => form.querySelector('.why:not(:empty)');

function noteWait(subject, { data, errno }) {
  if (data.retry_after > 0) startWait(subject, data.retry_after, errno);
}
