/** The second step of signing up: the code and a password make the account. */
import { register } from './api.js';
import { welcome } from './account.js';
import { draft, keep } from './draft.js';
import { readFields, showError, watchField } from './fields.js';
import { clearNotice, notice, noticeOfAnswer, onSubmit } from './forms.js';
import { cleanCode, cleanMobile, codeProblem, mobileProblem, newPasswordProblem } from './input.js';
import { say } from './language.js';
import { go, onEnter } from './router.js';
import { countDownOn, secondsLeft, showWait } from './wait.js';

const form = document.getElementById('register-form');
const sentTo = document.getElementById('sent-to');
const codeInput = document.getElementById('sms-code');
const passwordInput = document.getElementById('new-password');
const passwordHint = document.getElementById('new-password-hint');

/** There is something to enter a code for. */
export const canRegister = () => mobileProblem(cleanMobile(draft.mobile)) === null;

export function startRegister() {
  watchField(codeInput, cleanCode);
  watchField(passwordInput);
  passwordInput.addEventListener('input', showHint);
  showHint();
  const texts = { ready: 'resend', counting: 'resendIn' };
  countDownOn(document.getElementById('resend'), texts, () => sentTo.value);
  document.getElementById('resend').addEventListener('click', sendAgain);
  document.getElementById('change').addEventListener('click', change);
  onSubmit(form, submit);
  onEnter('code', enter);
}

function enter() {
  const mobile = cleanMobile(draft.mobile);
  if (mobile !== sentTo.value) codeInput.value = '';
  sentTo.value = mobile;
  say(document.getElementById('code-lead'), draft.sent ? 'codeSent' : 'codeExpected');
  clearNotice(form);
  showWait();
}

function showHint() {
  const enough = newPasswordProblem(passwordInput.value) === null;
  say(passwordHint, enough ? 'passwordEnough' : 'passwordHint');
  passwordHint.dataset.state = enough ? 'good' : '';
}

/** Another code costs another captcha, which is in the first step. */
function sendAgain() {
  const left = secondsLeft(sentTo.value);
  if (left > 0) return notice(form, 'stillWaiting', { wait: left });
  return go('signup', document.getElementById('captcha'));
}

function change() {
  go('signup', document.getElementById('mobile'));
  document.getElementById('mobile').select();
}

async function submit() {
  const values = readFields([
    [codeInput, cleanCode, codeProblem],
    [passwordInput, String, newPasswordProblem],
  ]);
  if (values === null) return;
  const [code, password] = values;
  react(await register(sentTo.value, code, password));
}

function react(answer) {
  switch (answer.errno) {
    case '0':
      form.reset();
      showHint();
      keep({ mobile: '', sent: false });
      return welcome(answer.data);
    case '4002':
      return refuse(codeInput, 'codeExpired');
    case '4004':
      return refuseCode(answer.data.attempts_left);
    case '4103':
      // The page checks all else itself.
      return refuse(passwordInput, 'verbatim', { text: answer.errmsg });
    case '4003':
      form.reset();
      go('login');
      return notice(document.getElementById('login-form'), 'taken');
    default:
      return noticeOfAnswer(form, answer);
  }
}

function refuseCode(left) {
  if (left === 0) refuse(codeInput, 'codeWrongLast');
  else refuse(codeInput, 'codeWrong', { n: left });
  codeInput.select();
}

function refuse(input, key, params) {
  showError(input, key, params);
  input.focus();
}
