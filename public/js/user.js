/** Who is logged in, and how one gets in and out. Other tabs of the browser are told. */
import { fetchSession, fetchUser } from './api.js';
import { draft, keep } from './draft.js';
import { notice, noticeOfAnswer } from './forms.js';
import { cleanMobile } from './input.js';
import { go, nameShown, showCurrent } from './router.js';

/** The other tabs, or nothing where the browser refuses to reach them: Firefox does, with all cookies blocked. */
const tabs = openChannel();

let user = null;
let trouble = null;
/** What a log-in still has to do once the service tells who came in, or nothing. */
let arrive = null;
/** The latest question who is there. Who comes or goes makes one that is under way too late. */
let latest = 0;

export const userNow = () => user;
export const isInTrouble = () => trouble !== null;
export const isLoggedIn = () => user !== null;
export const isLoggedOut = () => user === null;

/** Whose account the account's forms are about: an id, that outlives a new name. */
export const owner = () => user?.user_id;

/** The mobile that a code is for: one's own, or the one that was typed. */
export const mobileNow = () => user?.mobile ?? cleanMobile(draft.mobile);

function openChannel() {
  try {
    return new BroadcastChannel('edge-signup');
  } catch {
    return undefined;
  }
}

/** Calls back when somebody has come or gone in another tab. */
export function onOtherTab(look) {
  tabs?.addEventListener('message', look);
}

function tellOtherTabs() {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel reaches its own origin only
  tabs?.postMessage('');
}

/** What somebody typed is not left to whoever comes next. */
export function setUser(newUser) {
  if (user !== null && newUser?.user_id !== user.user_id) {
    for (const form of document.forms) form.reset();
    keep({ mobile: '', sentFor: '', pauses: {} });
  }
  user = newUser;
  document.dispatchEvent(new Event('user'));
}

/**
 * Asks the service who is there, and shows what the URL names, or that nobody can tell. A log-in that trouble came in
 * between goes on when the trouble is over.
 */
export async function begin() {
  const turn = (latest += 1);
  const found = await findUser();
  if (turn !== latest) return;
  trouble = found.trouble;
  const hasGone = trouble === null && user !== null && found.user === null;
  if (trouble === null) setUser(found.user);
  showCurrent();
  if (hasGone) keep({ wanted: '' }); // whoever comes next did not want it
  if (trouble !== null) return noticeOfAnswer(document.getElementById('trouble-form'), trouble);
  arrive?.();
  arrive = null;
}

/** Who is there, or the answer of the service when it could not tell. */
async function findUser() {
  const session = await fetchSession();
  const answer = session.errno === '0' ? await fetchUser() : session;
  if (answer.errno === '0') return { user: answer.data, trouble: null };
  // `4002`: gone between the two questions, the same as nobody.
  const isNobody = ['4101', '4002'].includes(answer.errno);
  return { user: null, trouble: isNobody ? null : answer };
}

/** After a log-in by `form`, whose answer does not say much about the user. `done` is what to say then. */
export async function comeIn(form, done) {
  arrive = () => (user === null ? notice(form, 'notKept') : welcome(user, done));
  await begin();
}

/** After a registration, whose answer is the user. */
export function welcome(newUser, done) {
  latest += 1;
  setUser(newUser);
  const view = draft.wanted || 'account';
  keep({ mobile: '', sentFor: '', wanted: '' });
  tellOtherTabs();
  go(view, { done });
}

/** After a log-out, or the end of the account. */
export function goOut(view, done) {
  latest += 1;
  arrive = null;
  setUser(null);
  keep({ mobile: '', sentFor: '', wanted: '' });
  tellOtherTabs();
  go(view, { done });
}

/** The service no longer knows us: log in again, and go on with what one wanted. */
export function sessionEnded() {
  const wanted = nameShown();
  goOut('login');
  keep({ wanted });
  notice(document.getElementById('login-form'), 'loginExpired');
}
