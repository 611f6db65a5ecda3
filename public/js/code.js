/** The second step of whatever takes an SMS code: the code, and what the purpose asks for beside it. */
import { leaveByCode, logInByCode, register, resetPassword } from './api.js';
import { draft } from './draft.js';
import { clearError, refuse, startNewPassword, watchField } from './fields.js';
import { clearNotice, notice, startForm } from './forms.js';
import { cleanCode, codeProblem, mobileProblem, newPasswordProblem, sureProblem } from './input.js';
import { say } from './language.js';
import { awaitCode, stopWaiting } from './otp.js';
import { dressFor, PURPOSES } from './purposes.js';
import { addView, go } from './router.js';
import {
  comeIn,
  goOut,
  isLoggedIn,
  isLoggedOut,
  mobileNow,
  owner,
  sessionEnded,
  welcome,
} from './user.js';
import { countDownOn, endWait, passwordOf, secondsLeft, showWait } from './wait.js';

const CODE_LIFETIME_MS = 5 * 60_000;

const section = document.getElementById('code');
const form = document.getElementById('code-form');
const submit = document.getElementById('use-code');
const sentTo = document.getElementById('sent-to');
const codeInput = document.getElementById('sms-code');
const passwordInput = document.getElementById('new-password');
const sureBox = document.getElementById('code-sure');

const codeField = [codeInput, cleanCode, codeProblem];
const passwordField = [passwordInput, String, newPasswordProblem];
const sureField = [sureBox, String, sureProblem];

/** For each purpose: what the code is exchanged for, and what comes then. */
const ERRANDS = {
  signup: { use: register, done: signupDone },
  login: { use: logInByCode, done: () => comeIn(form) },
  reset: { use: resetPassword, done: resetDone },
  delete: { use: (_, code) => leaveByCode(code), done: deleteDone },
};

let purpose;

export function startCode() {
  watchField(codeInput, cleanCode);
  watchField(sureBox);
  startNewPassword(passwordInput);
  const resend = document.getElementById('resend');
  countDownOn(resend, mobileNow);
  resend.addEventListener('click', sendAgain);
  document.getElementById('change').addEventListener('click', change);
  startForm(form, {
    fields,
    send,
    outcomes: outcomes(),
    topic: () => `${purpose} ${sentTo.value}`,
  });
  for (const [name, { code }] of Object.entries(PURPOSES)) {
    const isOpen = name === 'delete' ? isLoggedIn : () => canUse(name);
    addView(code, { section: 'code', isOpen, enter: () => enter(name), leave: stopWaiting });
  }
}

/** There is something to enter a code for, by somebody whom it concerns. */
function canUse(name) {
  return (name === 'reset' || isLoggedOut()) && mobileProblem(mobileNow()) === null;
}

function enter(name) {
  const mobile = mobileNow();
  if (mobile !== sentTo.value || name !== purpose) {
    form.reset();
    for (const [input] of [codeField, passwordField, sureField]) clearError(input);
  }
  purpose = name;
  dressFor(section, purpose, isLoggedIn());
  sentTo.value = mobile;
  submit.dataset.ready = `${purpose}Submit`;
  submit.className = PURPOSES[purpose].isGrave ? 'danger' : 'primary';
  const lead = document.getElementById('code-lead');
  const isSent = draft.sentFor === purpose && Date.now() < draft.sentAt + CODE_LIFETIME_MS;
  say(lead, isSent ? 'codeSent' : 'codeExpected');
  clearNotice(form);
  showWait();
  void awaitCode(fillIn);
}

/** A code by itself is all that a log-in needs; where there is more to fill in, one goes on there. */
function fillIn(code) {
  codeInput.value = code;
  clearError(codeInput);
  const next = fields()[1];
  if (next === undefined) form.requestSubmit();
  else next[0].focus();
}

/** Another code costs another captcha, which is in the first step. */
function sendAgain() {
  const left = secondsLeft(mobileNow());
  if (left > 0) return notice(form, 'stillWaiting', { wait: left, of: mobileNow() });
  return go(PURPOSES[purpose].send, { focus: document.getElementById('captcha') });
}

function change() {
  const mobileInput = document.getElementById('mobile');
  go(PURPOSES[purpose].send, { focus: mobileInput });
  mobileInput.select();
}

/** Another code has been sent: the one that was typed is worth nothing, and what was said of it does not hold. */
export function forgetCode() {
  codeInput.value = '';
  clearError(codeInput);
}

function fields() {
  const { hasPassword, isGrave } = PURPOSES[purpose];
  return [codeField, ...(hasPassword ? [passwordField] : []), ...(isGrave ? [sureField] : [])];
}

async function send([code, password]) {
  stopWaiting();
  const { use, done } = ERRANDS[purpose];
  const asked = { done, mobile: mobileNow(), by: owner() };
  return { ...(await use(asked.mobile, code, password)), ...asked };
}

const outcomes = () => ({
  0(answer) {
    form.reset();
    return answer.done(answer);
  },
  4002: [codeInput, 'codeExpired'],
  4003: () => leadToLogin('taken'),
  4004: ({ data }) => refuseCode(data.attempts_left),
  4101: sessionEnded,
  // The page checks all else itself.
  4103: [passwordInput, 'passwordCommon'],
  4104: () => notice(form, 'blocked'),
});

/** To ask the service whether the cookie was kept would be two requests more for each sign-up. */
function signupDone({ data }) {
  if (navigator.cookieEnabled) welcome(data, 'welcomeNew');
  else leadToLogin('notKept');
}

/** There is an account for that number. */
function leadToLogin(key) {
  form.reset();
  go('login', { from: PURPOSES.signup.code });
  notice(document.getElementById('login-form'), key);
}

/** With a new password, what went wrong with the old one is forgiven. */
function resetDone({ mobile }) {
  endWait(passwordOf(mobile));
  return comeIn(form, 'passwordReset');
}

/** Somebody else may be there by now. */
function deleteDone({ by }) {
  if (owner() === by) goOut('signup', 'gone');
}

function refuseCode(left) {
  if (left === 0) refuse(codeInput, 'codeWrongLast');
  else refuse(codeInput, 'codeWrong', { n: left });
}
