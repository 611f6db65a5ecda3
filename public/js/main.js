/** Starts the pages: language, forms, who is logged in, and then the view that the URL names. */
import { findUser, isLoggedIn, startAccount } from './account.js';
import { startReveal } from './fields.js';
import { noticeOfAnswer } from './forms.js';
import { hush, say, startLanguage } from './language.js';
import { startLogin } from './login.js';
import { canRegister, startRegister } from './register.js';
import { showCurrent, startRouter, TROUBLE } from './router.js';
import { startSend } from './send.js';

let trouble = null;

startLanguage();
startSend();
startRegister();
startLogin();
startAccount(begin);
startRouter(chosen);
for (const button of document.querySelectorAll('[data-reveals]')) startReveal(button);

addEventListener('offline', showConnection);
addEventListener('online', showConnection);
showConnection();

await begin();

async function begin() {
  trouble = await findUser();
  showCurrent();
  if (trouble !== null) noticeOfAnswer(document.getElementById('trouble-form'), trouble);
}

/** The view for a name in the URL. */
function chosen(name) {
  if (trouble !== null) return TROUBLE;
  if (isLoggedIn()) return 'account';
  if (name === 'login') return 'login';
  if (name === 'code' && canRegister()) return 'code';
  return 'signup';
}

function showConnection() {
  const banner = document.getElementById('offline');
  if (navigator.onLine) hush(banner);
  else say(banner, 'offline');
}
