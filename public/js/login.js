/** Log-in by password. */
import { logIn } from './api.js';
import { draft, keep } from './draft.js';
import { clearError, watchField } from './fields.js';
import { clearNotice, notice, startForm } from './forms.js';
import { cleanMobile, mobileProblem, passwordProblem } from './input.js';
import { addView } from './router.js';
import { comeIn, isLoggedOut } from './user.js';
import { passwordOf, showWait } from './wait.js';

const form = document.getElementById('login-form');
const mobileInput = document.getElementById('login-mobile');
const passwordInput = document.getElementById('password');

export function startLogin() {
  watchField(mobileInput, cleanMobile);
  watchField(passwordInput);
  mobileInput.addEventListener('input', () => {
    keep({ mobile: mobileInput.value, sentFor: '' });
    clearNotice(form);
    showWait();
  });
  startForm(form, {
    fields: () => [
      [mobileInput, cleanMobile, mobileProblem],
      [passwordInput, String, passwordProblem],
    ],
    send: ([mobile, password]) => {
      keep({ mobile });
      return logIn(mobile, password);
    },
    subject: () => passwordOf(cleanMobile(mobileInput.value)),
    outcomes: {
      0() {
        form.reset();
        return comeIn(form);
      },
      4004: [passwordInput, 'loginWrong'],
      4104: () => notice(form, 'blocked'),
    },
  });
  addView('login', { isOpen: isLoggedOut, enter });
}

function enter() {
  if (mobileInput.value !== draft.mobile) clearError(mobileInput);
  mobileInput.value = draft.mobile;
  clearError(passwordInput);
  clearNotice(form);
  showWait();
}
