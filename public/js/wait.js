/** The pause before another code can be sent to a mobile, shown on the buttons that would send it. */
import { draft, keep } from './draft.js';
import { announce, say } from './language.js';

const buttons = [];
let timer;

/** `keys` are the texts of the button: ready, and counting. `mobileNow` says which mobile it is about. */
export function countDownOn(button, keys, mobileNow) {
  buttons.push({ button, keys, mobileNow });
  showWait();
}

export function startWait(mobile, seconds) {
  keep({ waits: mobile, until: Date.now() + seconds * 1000 });
  showWait();
}

/** Whole seconds, rounded up: 0 means that a code can be sent. */
export function secondsLeft(mobile) {
  if (mobile !== draft.waits) return 0;
  return Math.max(0, Math.ceil((draft.until - Date.now()) / 1000));
}

/** Brings the buttons up to date, and comes back at the next whole second for as long as there is one. */
export function showWait() {
  clearTimeout(timer);
  for (const { button, keys, mobileNow } of buttons) {
    const left = secondsLeft(mobileNow());
    // Not `disabled`: that would throw the focus away, and hide the button from those who look for it by keyboard.
    button.ariaDisabled = left > 0 ? 'true' : null;
    if (left > 0) say(button, keys.counting, { wait: left });
    else say(button, keys.ready);
  }
  const leftMs = draft.until - Date.now();
  if (leftMs > 0) timer = setTimeout(tick, leftMs % 1000 || 1000);
}

function tick() {
  const offered = buttons.some(({ button }) => !button.closest('section').hidden);
  if (offered && secondsLeft(draft.waits) === 0) announce('waitOver');
  showWait();
}
