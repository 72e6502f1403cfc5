// The list of conversations. Only the rows in sight exist, so ten thousand numbers cost as much as ten.

import { byId, el, reconcile } from './dom.js';
import { itemsFound } from './mailbox.js';
import { changed, nameOf, on, personOf, phone, state } from './state.js';
import { channelText, dayText, minuteText, statusWords } from './words.js';

const ROW_PX = 72; // as in messages.css
const BEYOND = 4; // rows drawn above and below what is in sight

let shown = []; // the conversations that match
let list = null;
let filler = null;
const rows = new Map(); // number -> row, of those drawn

const initials = (name) => (/^\p{L}/u.test(name) ? [...name][0].toUpperCase() : name.slice(-2));

function when(ms) {
  return dayText(ms) === dayText(Date.now()) ? minuteText(ms) : dayText(ms);
}

function preview(conversation) {
  const item = itemsFound(conversation, state.query).at(-1);
  if (item === undefined) return [el('span', { class: 'row-text' }, 'No message yet')];
  const { word, colour } = statusWords(item.status);
  const trouble = colour === 'bad' || colour === 'warn';
  return [
    trouble ? el('span', { class: `dot ${colour}`, title: word }) : null,
    el('span', { class: 'row-text' }, trouble ? `${word}: ${item.text}` : (item.inbound ? '↩ ' : '') + item.text),
    item.code ? el('span', { class: 'row-code' }, item.code) : null,
  ].filter((part) => part !== null);
}

function drawRow(conversation, index) {
  const { number } = conversation;
  const name = nameOf(number);
  const last = conversation.items.at(-1);
  const row = rows.get(number) ?? el('div', { role: 'option', on: { click: () => open(number) } });
  rows.set(number, row);
  row.id = `with-${number.replace(/\W/g, '_')}`;
  row.className = number === state.selected ? 'row chosen' : 'row';
  row.style.transform = `translateY(${index * ROW_PX}px)`;
  row.setAttribute('aria-selected', number === state.selected);
  row.setAttribute('aria-setsize', shown.length);
  row.setAttribute('aria-posinset', index + 1);
  row.replaceChildren(
    el('span', { class: personOf(number)?.name ? 'face known' : 'face', 'aria-hidden': 'true' }, initials(name)),
    el('span', { class: 'row-name' }, name),
    el('span', { class: 'row-time' }, last ? when(last.at) : ''),
    el('span', { class: 'row-line', title: last ? channelText(last.channel) : '' }, ...preview(conversation),
      conversation.unread > 0
        ? el('span', { class: 'unread', 'aria-label': `${conversation.unread} new` }, String(Math.min(conversation.unread, 99)))
        : null),
  );
  return row;
}

function draw() {
  shown = state.mailbox.found(state.query);
  filler.style.height = `${shown.length * ROW_PX}px`;
  drawRows();
  const matching = state.query.trim() === '' ? '' : `${shown.length} of ${state.mailbox.sorted().length} conversations`;
  if (byId('found').textContent !== matching) byId('found').textContent = matching;
}

function drawRows() {
  const first = Math.max(0, Math.floor(list.scrollTop / ROW_PX) - BEYOND);
  const end = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW_PX) + BEYOND);
  const part = shown.slice(first, end);
  const kept = new Set(part.map(({ number }) => number));
  for (const number of rows.keys()) if (!kept.has(number)) rows.delete(number);
  reconcile(filler, part.map((conversation, i) => drawRow(conversation, first + i)));
  const chosen = rows.get(state.selected);
  if (chosen) list.setAttribute('aria-activedescendant', chosen.id);
  else list.removeAttribute('aria-activedescendant');
}

/** Opens the conversation with a number. */
export function open(number) {
  state.selected = number;
  if (number !== null) state.mailbox.conversation(number).unread = 0;
  if (phone.matches) state.view = 'inbox';
  changed('selection', 'messages', 'view');
}

/** Opens the next (1) or the previous (-1) one of the list. */
export function step(by) {
  if (shown.length === 0) return;
  const at = shown.findIndex(({ number }) => number === state.selected);
  const next = Math.min(Math.max(at + by, 0), shown.length - 1);
  open(shown[next].number);
  const top = next * ROW_PX;
  if (top < list.scrollTop) list.scrollTop = top;
  if (top + ROW_PX > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW_PX - list.clientHeight;
}

function pressed(event) {
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -Infinity, End: Infinity };
  if (event.key in steps) step(steps[event.key]);
  else if (event.key === 'Enter') byId('thread').focus();
  else return;
  event.preventDefault();
}

export function startConversations() {
  list = byId('conversations');
  filler = el('div', { class: 'filler', role: 'presentation' });
  list.append(filler);
  list.addEventListener('scroll', () => drawRows(), { passive: true });
  list.addEventListener('keydown', pressed);
  new ResizeObserver(() => drawRows()).observe(list);
  byId('search').addEventListener('input', ({ target }) => {
    state.query = target.value;
    changed('messages');
  });
  on(['messages', 'people', 'selection'], draw);
}
