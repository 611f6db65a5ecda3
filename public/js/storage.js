/** Web storage, for a page that must also work where the browser refuses it. `area` is a property of `window`. */

const PREFIX = 'edge-signup.';

/** What was stored under the name, or null. */
export function load(area, name) {
  try {
    return JSON.parse(window[area].getItem(PREFIX + name));
  } catch {
    return null;
  }
}

export function store(area, name, value) {
  try {
    window[area].setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Full or forbidden: the page goes on without.
  }
}
