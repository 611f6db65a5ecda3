/** Fields and what is wrong with them. The error of `#x` stands in `#x-error`, which describes it. */
import { newPasswordProblem } from './input.js';
import { announce, hush, say, text } from './language.js';

/** Of each field: the text that was read last, which is what an answer is about. */
const asked = new WeakMap();

const errorOf = (input) => document.getElementById(`${input.id}-error`);

export function showError(input, key, params) {
  input.ariaInvalid = 'true';
  say(errorOf(input), key, params);
}

/** The same, and the focus goes there to put it right: unless something else was typed since, which nobody has refused. */
export function refuse(input, key, params) {
  if (input.value !== '' && input.value !== asked.get(input)) return;
  showError(input, key, params);
  leadTo(input);
  input.select();
}

/** A screen reader that the focus leads to a field reads its error. Where the focus is already, it has to be told. */
function leadTo(input) {
  const { text: key, params } = errorOf(input).dataset;
  if (document.activeElement === input) announce(key, JSON.parse(params));
  input.focus();
}

export function clearError(input) {
  input.ariaInvalid = null;
  hush(errorOf(input));
}

/** An error is about what was typed: it goes when that changes. The text is tidied up when the field is left. */
export function watchField(input, clean) {
  input.addEventListener('input', () => clearError(input));
  if (clean === undefined) return;
  input.addEventListener('change', () => {
    input.value = clean(input.value);
  });
}

/**
 * Reads the fields: `[[input, clean, problemOf], …]`. Marks each that is wrong, moves the focus to the first of
 * them, and returns null; else the values in order. A box to tick has the value `on` or ''.
 */
export function readFields(fields) {
  const values = [];
  let firstWrong;
  for (const [input, clean, problemOf] of fields) {
    const isBox = input.type === 'checkbox';
    const value = isBox && !input.checked ? '' : clean(input.value);
    if (!isBox) input.value = value;
    asked.set(input, value);
    const problem = problemOf(value);
    if (problem === null) clearError(input);
    else showError(input, problem);
    if (problem !== null) firstWrong ??= input;
    values.push(value);
  }
  if (firstWrong !== undefined) leadTo(firstWrong);
  return firstWrong === undefined ? values : null;
}

/** Says below a password to be, in `#x-hint`, what it needs and when it has it. */
export function startNewPassword(input) {
  const hint = document.getElementById(`${input.id}-hint`);
  const show = () => {
    const enough = newPasswordProblem(input.value) === null;
    say(hint, enough ? 'passwordEnough' : 'passwordHint');
    hint.dataset.state = enough ? 'good' : '';
  };
  watchField(input);
  input.addEventListener('input', show);
  input.form.addEventListener('reset', () => setTimeout(show)); // the event comes before its effect
  show();
}

/** Show and hide of a password, as the button beside it. */
export function startReveal(button) {
  const input = document.getElementById(button.dataset.reveals);
  const set = (shown) => {
    input.type = shown ? 'text' : 'password';
    say(button, shown ? 'hide' : 'show');
    button.dataset.label = shown ? 'hidePassword' : 'showPassword';
    button.ariaLabel = text(button.dataset.label);
  };
  set(false);
  button.addEventListener('click', () => set(input.type === 'password'));
  // Shown only until it is sent: a password manager and the next view must find a password field.
  input.form.addEventListener('submit', () => set(false));
  input.form.addEventListener('reset', () => set(false));
}
