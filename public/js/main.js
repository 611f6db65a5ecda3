/** Starts the pages: language, forms, who is logged in, and then the view that the URL names. */
import { startAccount } from './account.js';
import { startChanges } from './changes.js';
import { startCode } from './code.js';
import { keep } from './draft.js';
import { startEvents } from './events.js';
import { startReveal } from './fields.js';
import { onSubmit, SLOW_MS } from './forms.js';
import { announce, hush, say, startLanguage } from './language.js';
import { startLogin } from './login.js';
import { addView, startRouter, TROUBLE } from './router.js';
import { startSend } from './send.js';
import { startSessions } from './sessions.js';
import { begin, isInTrouble, isLoggedIn, onOtherTab } from './user.js';

startLanguage();
startSend();
startCode();
startLogin();
startAccount();
startChanges();
startSessions();
startEvents();
for (const button of document.querySelectorAll('[data-reveals]')) startReveal(button);

addView(TROUBLE, { isOpen: isInTrouble });
onSubmit(document.getElementById('trouble-form'), begin);
startRouter(chosen);

onOtherTab(begin);
// Out of the browser's cache comes a page as it was left: perhaps before a log-out.
addEventListener('pageshow', ({ persisted }) => persisted && void begin());
addEventListener('offline', showConnection);
addEventListener('online', showConnection);
addEventListener('online', () => isInTrouble() && void begin());
showConnection();

const slow = setTimeout(announce, SLOW_MS, 'busy');
await begin();
clearTimeout(slow);

/** The view for a name in the URL. A view for which one must log in is opened after the log-in. */
function chosen(name, view) {
  if (isInTrouble()) return TROUBLE;
  if (name !== TROUBLE && view?.isOpen()) return name;
  if (isLoggedIn()) return 'account';
  if (view?.isOpen !== isLoggedIn) return 'signup';
  keep({ wanted: name });
  return 'login';
}

function showConnection() {
  const banner = document.getElementById('offline');
  if (!navigator.onLine) return say(banner, 'offline');
  hush(banner);
  for (const notice of document.querySelectorAll('.notice[data-text="offline"]')) hush(notice);
}
