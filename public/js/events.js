/** What happened to the account, in words, the latest first. */
import { fetchEvents } from './api.js';
import { dateText, hasText, text } from './language.js';
import { make, startList } from './list.js';

/** As many as one reads at a time. */
const PAGE = 20;
/** Done by the operator of the service, on no device of the owner's. */
const BY_OPERATOR = ['ended_by_operator', 'blocked', 'unblocked'];

const list = document.getElementById('event-list');
const more = document.getElementById('more-events');

let rest = [];

export function startEvents() {
  startList('events', fetchEvents, ({ events }) => {
    list.replaceChildren();
    rest = events;
    drawMore();
  });
  more.addEventListener('click', () => {
    const first = list.children.length;
    drawMore();
    list.children[first].focus();
  });
}

function drawMore() {
  list.append(...rest.slice(0, PAGE).map(itemOf));
  rest = rest.slice(PAGE);
  more.hidden = rest.length === 0;
  document.getElementById('events-end').hidden = !more.hidden;
}

function itemOf({ kind, device, at }) {
  const key = `event_${kind}`;
  const what = text(hasText(key) ? key : 'event_other');
  const when = dateText(at, { dateStyle: 'medium', timeStyle: 'short' });
  const where = BY_OPERATOR.includes(kind) ? '' : `${device} · `;
  const about = [make('p', 'what', what), make('p', 'hint', where + when)];
  const item = make('li', kind.endsWith('_failed') ? 'failed' : '', make('div', '', ...about));
  item.tabIndex = -1; // "show more" goes on at the first new one
  return item;
}
