/** What a code can be for: the views of its two steps, what the second one asks for, and which texts they have. */
import { say } from './language.js';

export const PURPOSES = {
  signup: { send: 'signup', code: 'signup-code', hasPassword: true },
  login: { send: 'login-sms', code: 'login-code' },
  reset: { send: 'reset', code: 'reset-code', hasPassword: true },
  delete: { send: 'leave-sms', code: 'leave-code', isGrave: true },
};

/**
 * Fills a section with the texts of a purpose, and shows what is for that purpose alone, or only for who is logged in
 * (`inside`) or not (`outside`): `data-for` has the words, of which one must fit.
 */
export function dressFor(section, purpose, isInside) {
  const place = isInside ? 'inside' : 'outside';
  const words = [purpose, place, `${purpose}-${place}`];
  for (const element of section.querySelectorAll('[data-suffix]')) {
    say(element, purpose + element.dataset.suffix);
  }
  for (const element of section.querySelectorAll('[data-for]')) {
    element.hidden = !element.dataset.for.split(' ').some((word) => words.includes(word));
  }
}
