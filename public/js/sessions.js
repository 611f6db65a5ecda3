/** Where one is logged in, and ending it there. */
import { endOtherSessions, endSession, fetchSessions } from './api.js';
import { startForm } from './forms.js';
import { dateText, text } from './language.js';
import { make, startList } from './list.js';
import { stay } from './router.js';
import { owner, sessionEnded } from './user.js';

const form = document.getElementById('sessions-form');
const others = document.getElementById('end-others');

export function startSessions() {
  const load = startList('sessions', fetchSessions, draw);
  const ended = async () => {
    await load();
    stay('sessions', 'sessionsEnded');
  };
  startForm(form, {
    send: (_, { value }) => (value === 'others' ? endOtherSessions() : endSession(value)),
    owner,
    // `4002`: it has ended by itself meanwhile.
    outcomes: { 0: ended, 4002: ended, 4101: sessionEnded },
  });
}

/** This one first, then the latest. */
function draw({ sessions }) {
  const sorted = [true, false].flatMap((here) =>
    sessions.filter(({ current }) => current === here),
  );
  form.querySelector('ul').replaceChildren(...sorted.map(itemOf));
  others.hidden = sessions.length < 2;
}

function itemOf({ id, current, device, created_at: since, last_seen_at: seen }) {
  const began = dateText(since, { dateStyle: 'medium', timeStyle: 'short' });
  const used = dateText(seen, { dateStyle: 'medium' }); // it is exact to half a day
  const about = make(
    'div',
    '',
    make('p', 'what', device),
    make('p', 'hint', text('sessionSince', { date: began })),
    make('p', 'hint', text('sessionUsed', { date: used })),
  );
  return make(
    'li',
    '',
    about,
    current ? make('p', 'badge', text('thisDevice')) : endButton(id, device, began),
  );
}

/** With the time in its name: two devices may be called the same. */
function endButton(id, device, date) {
  const button = make('button', 'quiet', text('endSession'));
  button.value = id;
  button.ariaLabel = text('endSessionOf', { device, date });
  return button;
}
