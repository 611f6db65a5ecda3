/** Log-in by password. */
import { loadAccount } from './account.js';
import { logIn } from './api.js';
import { draft, keep } from './draft.js';
import { readFields, showError, watchField } from './fields.js';
import { clearNotice, noticeOfAnswer, onSubmit } from './forms.js';
import { cleanMobile, mobileProblem, passwordProblem } from './input.js';
import { onEnter } from './router.js';

const form = document.getElementById('login-form');
const mobileInput = document.getElementById('login-mobile');
const passwordInput = document.getElementById('password');

export function startLogin() {
  watchField(mobileInput, cleanMobile);
  watchField(passwordInput);
  mobileInput.addEventListener('input', () => keep({ mobile: mobileInput.value, sent: false }));
  onSubmit(form, submit);
  onEnter('login', () => {
    mobileInput.value = draft.mobile;
    clearNotice(form);
  });
}

async function submit() {
  const values = readFields([
    [mobileInput, cleanMobile, mobileProblem],
    [passwordInput, String, passwordProblem],
  ]);
  if (values === null) return;
  const [mobile, password] = values;
  keep({ mobile });
  const answer = await logIn(mobile, password);
  if (answer.errno === '0') {
    form.reset();
    keep({ mobile: '' });
    await loadAccount();
  } else if (answer.errno === '4004') {
    showError(passwordInput, 'loginWrong');
    passwordInput.select();
  } else noticeOfAnswer(form, answer);
}
