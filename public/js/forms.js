/** Forms: one submission at a time, and what they say as a whole. */
import { announce, hush, say } from './language.js';

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

/** Runs `work` on each submission, and lets none begin while one is under way. */
export function onSubmit(form, work) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (form.ariaBusy === 'true') return;
    form.ariaBusy = 'true';
    clearNotice(form);
    const slow = setTimeout(announce, SLOW_MS, 'busy');
    try {
      await work();
    } finally {
      clearTimeout(slow);
      form.ariaBusy = null;
    }
  });
}

/** What the answer means when no row of its own says so. */
export function noticeOfAnswer(form, { errno, errmsg, data }) {
  if (['offline', 'unreachable', 'nonsense'].includes(errno)) notice(form, errno);
  else if (['4001', '4301', '4500'].includes(errno)) notice(form, 'fault');
  else if (data.retry_after > 0) {
    notice(form, 'refusedFor', { text: errmsg, wait: data.retry_after });
  } else notice(form, 'verbatim', { text: errmsg });
}
