/** The first step of signing up: a captcha buys an SMS code. */
import { sendCode } from './api.js';
import { captchaId, drawCaptcha, drawIfStale, dropCaptcha, startCaptcha } from './captcha.js';
import { draft, keep } from './draft.js';
import { readFields, showError, watchField } from './fields.js';
import { clearNotice, notice, noticeOfAnswer, onSubmit } from './forms.js';
import { captchaProblem, cleanCaptcha, cleanMobile, mobileProblem } from './input.js';
import { announce } from './language.js';
import { go, onEnter } from './router.js';
import { countDownOn, secondsLeft, showWait, startWait } from './wait.js';

/** The page's countdown after a success is agreed, not answered. */
const COOLDOWN_S = 60;

const form = document.getElementById('send-form');
const mobileInput = document.getElementById('mobile');
const captchaInput = document.getElementById('captcha');
const taken = document.getElementById('taken');

const mobileField = [mobileInput, cleanMobile, mobileProblem];
const captchaField = [captchaInput, cleanCaptcha, captchaProblem];

export function startSend() {
  startCaptcha();
  watchField(mobileInput, cleanMobile);
  watchField(captchaInput, cleanCaptcha);
  mobileInput.addEventListener('input', forgetAnswer);
  countDownOn(document.getElementById('send'), { ready: 'send', counting: 'sendIn' }, () =>
    cleanMobile(mobileInput.value),
  );
  onSubmit(form, submit);
  document.getElementById('have-code').addEventListener('click', skip);
  onEnter('signup', () => {
    mobileInput.value = draft.mobile;
    drawIfStale();
    showWait();
  });
}

/** Another number: what was said about the one before no longer holds. */
function forgetAnswer() {
  keep({ mobile: mobileInput.value, sent: false });
  taken.hidden = true;
  clearNotice(form);
  showWait();
}

/** For those who have a code already: the number is all that the next step needs. */
function skip() {
  const values = readFields([mobileField]);
  if (values === null) return;
  keep({ mobile: values[0] });
  go('code', document.getElementById('sms-code'));
}

async function submit() {
  taken.hidden = true;
  const left = secondsLeft(cleanMobile(mobileInput.value));
  if (left > 0) return notice(form, 'stillWaiting', { wait: left });
  const values = readFields([mobileField, captchaField]);
  if (values === null) return;
  const [mobile, typed] = values;
  keep({ mobile });
  react(mobile, await sendCode(mobile, captchaId(), typed));
}

function react(mobile, answer) {
  if (answer.errno === '0') dropCaptcha();
  else if (isSpent(answer)) drawCaptcha();
  switch (answer.errno) {
    case '0':
      startWait(mobile, COOLDOWN_S);
      keep({ mobile, sent: true });
      announce('codeSent');
      return go('code', document.getElementById('sms-code'));
    case '4002':
      return refuse(captchaInput, 'captchaExpired');
    case '4004':
      return refuse(captchaInput, 'captchaWrong');
    case '4003':
      taken.hidden = false;
      return refuse(mobileInput, 'taken');
    case '4301':
      return notice(form, 'notSent');
    case '4201':
    case '4202':
      return holdOff(mobile, answer);
    default:
      return noticeOfAnswer(form, answer);
  }
}

function holdOff(mobile, answer) {
  const seconds = answer.data.retry_after;
  if (seconds > 0) startWait(mobile, seconds);
  noticeOfAnswer(form, answer);
}

function refuse(input, key) {
  showError(input, key);
  input.focus();
}

/**
 * Whether the picture is of no more use. A cooldown leaves it alone, and is told from the caps, which do not, by its
 * length. Where the answer never came, the picture stays: if it was spent after all, the next answer says so.
 */
function isSpent({ errno, data }) {
  if (['4103', '4202', 'offline', 'unreachable'].includes(errno)) return false;
  return errno !== '4201' || data.retry_after > COOLDOWN_S;
}
