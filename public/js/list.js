/** A list of the account's: fetched each time it is opened, and again when it has changed. */
import { noticeOfAnswer, clearNotice } from './forms.js';
import { addView, heading, nameShown } from './router.js';
import { isLoggedIn, sessionEnded } from './user.js';

/**
 * Starts the view `name`, whose form has a list, a line for the meantime and a button to try again. `draw` puts the
 * answer's data into the list. Returns what fetches it again.
 */
export function startList(name, fetchList, draw) {
  const form = document.querySelector(`#${name} form`);
  const list = form.querySelector('ul');
  const again = form.querySelector('.again');
  let latest = 0;

  async function load() {
    const turn = (latest += 1);
    again.hidden = true;
    list.ariaBusy = 'true';
    const answer = await fetchList();
    if (turn !== latest || nameShown() !== name) return;
    list.ariaBusy = null;
    if (answer.errno === '0') draw(answer.data);
    else if (['4101', '4002'].includes(answer.errno)) sessionEnded();
    else {
      noticeOfAnswer(form, answer);
      again.hidden = false;
    }
  }
  const reload = () => {
    if (nameShown() !== name) return;
    clearNotice(form);
    void load();
  };
  again.addEventListener('click', () => {
    heading().focus(); // the button goes
    reload();
  });
  addEventListener('online', () => again.hidden || reload());
  document.addEventListener('language', reload); // devices are in words of the service's
  addView(name, {
    isOpen: isLoggedIn,
    enter: () => {
      list.replaceChildren();
      clearNotice(form);
      void load();
    },
  });
  return load;
}

/** An element with a class and what it holds, texts as text. */
export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
}
