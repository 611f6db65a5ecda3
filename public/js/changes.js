/** What changes the account by one small form each: its name, its password, its end. */
import { changeName, changePassword, leaveByPassword } from './api.js';
import { clearError, startNewPassword, watchField } from './fields.js';
import { clearNotice, startForm } from './forms.js';
import {
  cleanName,
  nameProblem,
  newPasswordProblem,
  passwordProblem,
  sureProblem,
} from './input.js';
import { addView, go } from './router.js';
import { goOut, isLoggedIn, owner, sessionEnded, setUser, userNow } from './user.js';
import { passwordOf, showWait } from './wait.js';

const subject = () => passwordOf(userNow()?.mobile);
const element = (id) => document.getElementById(id);

export function startChanges() {
  startRename();
  startPasswordChange();
  startLeaving();
}

function startRename() {
  const form = element('rename-form');
  const name = element('name');
  watchField(name, cleanName);
  startForm(form, {
    fields: () => [[name, cleanName, nameProblem]],
    send: ([typed]) => changeName(typed),
    owner,
    outcomes: {
      0({ data }) {
        setUser({ ...userNow(), name: data.name });
        go('account', { from: 'rename', done: 'nameChanged' });
      },
      4101: sessionEnded,
      4103: [name, 'nameForbidden'],
    },
  });
  addChange('rename', form, () => {
    name.value ||= userNow().name;
  });
}

function startPasswordChange() {
  const form = element('password-form');
  const old = element('old-password');
  const chosen = element('chosen-password');
  watchField(old);
  startNewPassword(chosen);
  startForm(form, {
    fields: () => [
      [old, String, passwordProblem],
      [chosen, String, newPasswordProblem],
    ],
    send: (passwords) => changePassword(...passwords),
    subject,
    owner,
    outcomes: {
      0: () => go('account', { from: 'change-password', done: 'passwordChanged' }),
      4101: sessionEnded,
      4103: [chosen, 'passwordCommon'],
      4106: [old, 'passwordWrong'],
    },
  });
  addChange('change-password', form);
}

function startLeaving() {
  const form = element('leave-form');
  const password = element('leave-password');
  const sure = element('leave-sure');
  for (const input of [password, sure]) watchField(input);
  startForm(form, {
    fields: () => [
      [password, String, passwordProblem],
      [sure, String, sureProblem],
    ],
    send: ([typed]) => leaveByPassword(typed),
    subject,
    owner,
    outcomes: {
      0: () => goOut('signup', 'gone'),
      4002: sessionEnded,
      4101: sessionEnded,
      4106: [password, 'passwordWrong'],
    },
  });
  addChange('leave', form);
}

/** A view of the account with a form, which keeps nothing of what was typed once it is left. */
function addChange(name, form, fill = () => {}) {
  const enter = () => {
    clearNotice(form);
    for (const input of form.querySelectorAll('[autocomplete="username"]')) {
      input.value = userNow().mobile;
    }
    fill();
    showWait();
  };
  const leave = () => {
    form.reset();
    for (const input of form.querySelectorAll('[aria-invalid]')) clearError(input);
  };
  addView(name, { isOpen: isLoggedIn, enter, leave });
}
