/** Who is logged in, and logging out. */
import { fetchSession, fetchUser, logOut } from './api.js';
import { notice, noticeOfAnswer, onSubmit } from './forms.js';
import { announce, languageTag, say } from './language.js';
import { go } from './router.js';

const form = document.getElementById('logout-form');
const loginForm = document.getElementById('login-form');
const troubleForm = document.getElementById('trouble-form');

let user = null;

export const isLoggedIn = () => user !== null;

export function startAccount(retry) {
  document.addEventListener('language', showUser);
  onSubmit(form, leave);
  onSubmit(troubleForm, retry);
}

/** Asks the service who is there. Returns its answer when it could not tell, else null. */
export async function findUser() {
  const session = await fetchSession();
  if (session.errno === '4101') return null;
  if (session.errno !== '0') return session;
  const answer = await fetchUser();
  if (answer.errno === '0') setUser(answer.data, 'welcomeBack');
  // Gone between the two questions: the same as nobody.
  return ['0', '4101', '4002'].includes(answer.errno) ? null : answer;
}

/** After a log-in, whose answer does not say much about the user. */
export async function loadAccount() {
  const trouble = await findUser();
  if (trouble === null && isLoggedIn()) return go('account');
  if (trouble !== null) return noticeOfAnswer(loginForm, trouble);
  return notice(loginForm, 'loginExpired');
}

/** After a registration, whose answer is the user. */
export function welcome(newUser) {
  setUser(newUser, 'welcomeNew');
  go('account');
}

function setUser(newUser, greeting) {
  user = newUser;
  say(document.getElementById('welcome'), greeting);
  showUser();
}

function showUser() {
  if (user === null) return;
  document.getElementById('account-name').textContent = user.name;
  document.getElementById('account-mobile').textContent = user.mobile;
  document.getElementById('account-since').textContent = dateText(user.create_time);
}

/** The service writes UTC+8, without saying so. */
function dateText(createTime) {
  const date = new Date(`${createTime.replace(' ', 'T')}+08:00`);
  return date.toLocaleDateString(languageTag(), { dateStyle: 'long' });
}

async function leave() {
  const answer = await logOut();
  if (answer.errno !== '0' && answer.errno !== '4101') return noticeOfAnswer(form, answer);
  user = null;
  go('login');
  return announce('loggedOut');
}
