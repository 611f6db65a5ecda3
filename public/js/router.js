/** One view at a time, named by the URL's fragment, so that reload, back and links work. */
import { hush, say, silence } from './language.js';

/** A view without a name of its own in the URL: trying again leads to where one wanted to go. */
export const TROUBLE = 'trouble';

const BRAND = document.title;
const doneText = document.getElementById('done');
const views = new Map();
let choose;
let shown;

/**
 * Names a view. `section` is the id of its element, `isOpen` says whether it may be seen now, `enter` makes it ready
 * each time it opens, and `leave` tidies up behind it.
 */
export function addView(name, view) {
  views.set(name, { section: name, ...view });
}

/** `chosen(name, view)` says which view is shown for a name: there may be none, or not everyone may see it. */
export function startRouter(chosen) {
  choose = chosen;
  addEventListener('hashchange', () => shown !== undefined && moveTo(nameInUrl()));
  document.addEventListener('language', showTitle);
}

const nameInUrl = () => location.hash.slice(1);

export const nameShown = () => shown;

/** Shows what the URL names. Whose view is gone by that, or what had the focus there, goes on from the heading. */
export function showCurrent() {
  const before = shown;
  const { activeElement: focused } = document;
  show(nameInUrl());
  const isLost = !focused.isConnected || focused.closest('[hidden]') !== null;
  if (before !== undefined && (before !== shown || isLost)) heading().focus();
}

/**
 * Goes to a view. `focus` is the element to continue at, its heading if there is none; `done` is what to say there.
 * `from` is where one has to be still: who went elsewhere before the answer came is told, but not moved.
 */
export function go(name, { from = shown, focus, done } = {}) {
  if (shown === from) {
    history.pushState(null, '', `#${name}`);
    moveTo(name, focus);
  }
  if (done !== undefined) tell(done);
}

/** Says that something was done in the view `name`, which stays as it is, and goes on from its heading. */
export function stay(name, done) {
  if (shown === name) heading().focus();
  tell(done);
}

/** Says that something was done, wherever one is. */
export function tell(done, params) {
  say(doneText, done, params);
}

function moveTo(name, focus) {
  show(name);
  scrollTo(0, 0);
  (focus ?? heading()).focus();
}

function show(name) {
  const allowed = choose(name, views.get(name));
  if (allowed !== name && allowed !== TROUBLE) history.replaceState(null, '', `#${allowed}`);
  if (allowed !== shown) views.get(shown)?.leave?.();
  shown = allowed;
  hush(doneText);
  silence();
  const { section, enter } = views.get(allowed);
  enter?.();
  document.getElementById('waiting').hidden = true;
  for (const view of document.querySelectorAll('main > section')) view.hidden = view.id !== section;
  showTitle();
}

/** Where one goes on when what had the focus is gone. */
export const heading = () => document.querySelector('main > section:not([hidden]) h1');

function showTitle() {
  const title = heading()?.textContent;
  document.title = title ? `${title} · ${BRAND}` : BRAND;
}
