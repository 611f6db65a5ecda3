/** The account at a glance, what one can take along, and the way out. */
import { fetchExport, logOut } from './api.js';
import { startForm } from './forms.js';
import { dateText } from './language.js';
import { addView } from './router.js';
import { goOut, isLoggedIn, owner, sessionEnded, userNow } from './user.js';

const logOutForm = document.getElementById('logout-form');
const exportForm = document.getElementById('export-form');

const loggedOut = () => goOut('login', 'loggedOut');

export function startAccount() {
  startForm(logOutForm, { send: logOut, outcomes: { 0: loggedOut, 4101: loggedOut } });
  startForm(exportForm, {
    send: fetchExport,
    owner,
    outcomes: { 0: ({ data }) => save(data), 4002: sessionEnded, 4101: sessionEnded },
  });
  document.addEventListener('user', showUser);
  document.addEventListener('language', showUser);
  addView('account', { isOpen: isLoggedIn });
}

function showUser() {
  const user = userNow();
  document.getElementById('account-name').textContent = user?.name;
  document.getElementById('account-mobile').textContent = user?.mobile;
  document.getElementById('account-since').textContent =
    user && dateText(user.create_time, { dateStyle: 'long' });
}

/** Hands the data over as a file. */
function save(data) {
  const file = new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `account-${data.user.mobile}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser may still be asking where to put it
}
