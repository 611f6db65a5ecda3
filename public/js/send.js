/** The first step of whatever takes an SMS code: a captcha buys it. */
import { sendCode } from './api.js';
import {
  captchaId,
  captchaProblem,
  captchaText,
  drawCaptcha,
  drawIfStale,
  dropCaptcha,
  startCaptcha,
  stopSpeaking,
} from './captcha.js';
import { forgetCode } from './code.js';
import { draft, keep } from './draft.js';
import { clearError, readFields, refuse, watchField } from './fields.js';
import { clearNotice, notice, noticeOfAnswer, startForm } from './forms.js';
import { cleanCaptcha, cleanMobile, mobileProblem } from './input.js';
import { announce, say } from './language.js';
import { dressFor, PURPOSES } from './purposes.js';
import { addView, go, nameShown, tell } from './router.js';
import { isLoggedIn, isLoggedOut, mobileNow, sessionEnded, userNow } from './user.js';
import { showWait, startWait } from './wait.js';

/** The page's countdown after a success is agreed, not answered. */
const COOLDOWN_S = 60;

const section = document.getElementById('ask');
const form = document.getElementById('send-form');
const mobileInput = document.getElementById('mobile');
const captchaInput = document.getElementById('captcha');
const instead = document.getElementById('instead');

const mobileField = [mobileInput, cleanMobile, mobileProblem];
const captchaField = [captchaInput, cleanCaptcha, captchaProblem];

/** Signing up and logging in are for those who are not logged in, leaving for those who are. */
const isOpen = {
  signup: isLoggedOut,
  login: isLoggedOut,
  reset: () => true,
  delete: isLoggedIn,
};

let purpose;

export function startSend() {
  startCaptcha();
  watchField(mobileInput, cleanMobile);
  watchField(captchaInput, cleanCaptcha);
  mobileInput.addEventListener('input', forgetAnswer);
  startForm(form, {
    fields: () => [mobileField, captchaField],
    send,
    subject: () => cleanMobile(mobileInput.value),
    topic: () => `${purpose} ${cleanMobile(mobileInput.value)}`,
    outcomes: {
      0: (answer, [mobile]) => codeSent(answer.purpose, mobile),
      4002: () => refuse(captchaInput, captchaText('Expired')),
      4003: () => pointTo('login', 'taken', 'loginInstead'),
      4004: () => refuse(captchaInput, captchaText('Wrong')),
      4101: sessionEnded,
      4104: refuseUser,
      4301: () => notice(form, 'notSent'),
    },
  });
  document.getElementById('have-code').addEventListener('click', skip);
  for (const [name, views] of Object.entries(PURPOSES)) {
    addView(views.send, {
      section: 'ask',
      isOpen: isOpen[name],
      enter: () => enter(name),
      leave: stopSpeaking,
    });
  }
}

function enter(name) {
  const mobile = userNow()?.mobile ?? draft.mobile;
  if (name !== purpose || mobile !== mobileInput.value) forgetAnswer();
  purpose = name;
  dressFor(section, purpose, isLoggedIn());
  mobileInput.value = mobile;
  mobileInput.readOnly = isLoggedIn();
  mobileInput.autocomplete = purpose === 'signup' ? 'tel-national' : 'username';
  drawIfStale();
  showWait();
}

/** Another number, or another purpose: what was said before no longer holds. */
function forgetAnswer(event) {
  if (event !== undefined) keep({ mobile: mobileInput.value, sentFor: '' });
  instead.hidden = true;
  for (const input of [mobileInput, captchaInput]) clearError(input);
  clearNotice(form);
  showWait();
}

/** For those who have a code already: the number is all that the next step needs. */
function skip() {
  if (readFields([mobileField]) === null) return;
  keep({ mobile: mobileInput.value });
  proceed();
}

/** By the time of the answer the form may say something else: what was asked goes with it. */
async function send([mobile, typed]) {
  instead.hidden = true;
  keep({ mobile });
  const asked = { purpose, id: captchaId() };
  const answer = await sendCode(mobile, asked.purpose, asked.id, typed);
  if (captchaId() === asked.id) {
    if (answer.errno === '0') dropCaptcha();
    else if (isSpent(answer)) drawCaptcha();
  }
  return { ...answer, purpose: asked.purpose };
}

/** Whoever still waits for it goes on to the second step. Who corrected the number or went elsewhere is only told. */
function codeSent(sentFor, mobile) {
  startWait(mobile, COOLDOWN_S);
  const isSameNumber = mobileNow() === mobile;
  if (isSameNumber) keep({ sentFor, sentAt: Date.now() });
  if (isSameNumber && nameShown() === PURPOSES[sentFor].send) {
    forgetCode();
    proceed();
    return announce('codeSent'); // the focus is in a field, which says nothing of it
  }
  tell('sentMeanwhile', { mobile });
  if (!section.hidden) drawIfStale();
}

function proceed() {
  go(PURPOSES[purpose].code, { focus: document.getElementById('sms-code') });
}

/** Says what is wrong with the number, and where one can go with it. */
function pointTo(view, key, linkKey) {
  const link = instead.firstElementChild;
  link.href = `#${view}`;
  say(link, linkKey);
  instead.hidden = false;
  refuse(mobileInput, key);
}

/** Nobody there, or somebody who is blocked: the service has one errno for both. */
function refuseUser(answer) {
  if (purpose === 'signup') refuse(mobileInput, 'blocked');
  else if (isLoggedOut()) pointTo('signup', 'unknown', 'signupInstead');
  else noticeOfAnswer(form, answer);
}

/**
 * Whether the picture is of no more use. A cooldown leaves it alone, and is told from the caps, which do not, by its
 * length. Where the answer never came, the picture stays: if it was spent after all, the next answer says so.
 */
function isSpent({ errno, data }) {
  if (['4103', '4202', 'offline', 'unreachable'].includes(errno)) return false;
  return errno !== '4201' || data.retry_after > COOLDOWN_S;
}
