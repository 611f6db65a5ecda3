/** Forms: one submission at a time, what its answers mean, and what is said of the form as a whole. */
import { readFields, refuse } from './fields.js';
import { announce, hush, say } from './language.js';
import { countDownOn, secondsLeft, startWait } from './wait.js';

/** Past this, silence would leave those who do not see the button in doubt. */
const SLOW_MS = 1000;

const noticeOf = (form) => form.querySelector('.notice');

/** A message about the form as a whole; its region speaks up by itself. */
export function notice(form, key, params) {
  const element = noticeOf(form);
  hush(element);
  say(element, key, params);
}

export function clearNotice(form) {
  hush(noticeOf(form));
}

/**
 * A form that asks the service. `fields()` are those to read, `send(values, button)` asks, and `outcomes` has what
 * each errno means here: `[input, key]` refuses a field, a function gets the answer and the values. What has no row
 * is said of the form as a whole. `subject()` is whom a wait is about.
 */
export function startForm(form, { fields = () => [], send, outcomes, subject = () => form.id }) {
  countDownOn(form.querySelector('button[data-ready]:not([type])'), subject);
  onSubmit(form, async (button) => {
    const left = secondsLeft(subject());
    if (left > 0) return notice(form, 'stillWaiting', { wait: left });
    const values = readFields(fields());
    if (values === null) return;
    const answer = await send(values, button);
    const outcome = outcomes[answer.errno];
    if (outcome === undefined) noticeOfAnswer(form, answer, subject());
    else if (Array.isArray(outcome)) refuse(...outcome);
    else await outcome(answer, values);
  });
}

/** Runs `work` on each submission, and lets none begin while one is under way. */
export function onSubmit(form, work) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (form.ariaBusy === 'true') return;
    const button = event.submitter ?? form.querySelector('button:not([type])');
    form.ariaBusy = 'true';
    button.dataset.pressed = '';
    clearNotice(form);
    const slow = setTimeout(announce, SLOW_MS, 'busy');
    try {
      await work(button);
    } finally {
      clearTimeout(slow);
      form.ariaBusy = null;
      delete button.dataset.pressed;
    }
  });
}

/** What the answer means when no row of its own says so. */
export function noticeOfAnswer(form, { errno, errmsg, data }, subject = form.id) {
  const wait = data.retry_after;
  if (wait > 0) startWait(subject, wait);
  if (['offline', 'unreachable', 'nonsense'].includes(errno)) notice(form, errno);
  else if (['4001', '4301', '4500'].includes(errno)) notice(form, 'fault');
  else if (wait > 0) notice(form, 'refusedFor', { text: errmsg, wait });
  else notice(form, 'verbatim', { text: errmsg });
}
