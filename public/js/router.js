/** One view at a time, named by the URL's fragment, so that reload, back and links work. */

/** A view without a name of its own in the URL: trying again leads to where one wanted to go. */
export const TROUBLE = 'trouble';

const entrances = new Map();
let guard = (name) => name;
let shown;

export function onEnter(name, enter) {
  entrances.set(name, enter);
}

/** `chosen` says which view is shown for a name: not everyone may see every view. */
export function startRouter(chosen) {
  guard = chosen;
  addEventListener('hashchange', () => moveTo(location.hash.slice(1)));
}

/** Shows what the URL names. */
export function showCurrent() {
  show(location.hash.slice(1));
}

/** Goes to a view; `focus` is the element to continue at, its heading if there is none. */
export function go(name, focus) {
  history.pushState(null, '', `#${name}`);
  moveTo(name, focus);
}

function moveTo(name, focus) {
  show(name);
  (focus ?? document.querySelector(`#${shown} h1`)).focus();
}

function show(name) {
  const allowed = guard(name);
  if (allowed !== name && allowed !== TROUBLE) history.replaceState(null, '', `#${allowed}`);
  shown = allowed;
  entrances.get(allowed)?.();
  document.getElementById('waiting').hidden = true;
  for (const view of document.querySelectorAll('main > section')) view.hidden = view.id !== allowed;
}
