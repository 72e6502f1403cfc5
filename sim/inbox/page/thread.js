// The open conversation. At most WINDOW items exist as elements; the window follows what is new, or stands where the
// person moved it.

import { account, changed, nameOf, on, personOf, state } from './state.js';
import { bubble } from './bubble.js';
import { byId, el, reconcile } from './dom.js';
import { itemsFound } from './mailbox.js';
import { copy } from './notices.js';
import { dayText } from './words.js';

const WINDOW = 60;
const STEP = 40;
const NEAR_PX = 80; // so close to the end counts as at the end

let view = null; // the scrolled element
let number = null;
let end = null; // one past the last item shown; null: follows what is new
let stuck = true; // at the end, and staying there when something comes or the room changes
const bubbles = new Map(); // id -> bubble, of those shown
const days = new Map(); // text -> separator

function separator(ms) {
  const text = dayText(ms);
  if (!days.has(text)) days.set(text, el('p', { class: 'day' }, text));
  return days.get(text);
}

function nodesOf(items) {
  const nodes = [];
  let last = null;
  for (const item of items) {
    if (last === null || dayText(item.at) !== dayText(last)) nodes.push(separator(item.at));
    last = item.at;
    if (!bubbles.has(item.id)) bubbles.set(item.id, bubble(item));
    bubbles.get(item.id).update();
    nodes.push(bubbles.get(item.id).node);
  }
  return nodes;
}

function forgetOthers(items) {
  const shown = new Set(items.map(({ id }) => id));
  for (const id of bubbles.keys()) if (!shown.has(id)) bubbles.delete(id);
  if (days.size > WINDOW) days.clear();
}

/** Moves the window; what is in sight stays where it is. */
function move(to) {
  const mark = [...view.querySelectorAll('.bubble')].find((node) => node.offsetTop >= view.scrollTop);
  const before = mark?.offsetTop;
  end = to;
  stuck = false;
  draw();
  if (mark?.isConnected) view.scrollTop += mark.offsetTop - before;
}

function mover(text, to) {
  return el('button', { class: 'button more', on: { click: () => move(to) } }, text);
}

function drawItems(all) {
  const last = end ?? all.length;
  const first = Math.max(0, last - WINDOW);
  const items = all.slice(first, last);
  const nodes = nodesOf(items);
  if (first > 0) nodes.unshift(mover(`Earlier messages (${first})`, Math.max(WINDOW, last - STEP)));
  if (last < all.length)
    nodes.push(mover(`Later messages (${all.length - last})`, last + STEP >= all.length ? null : last + STEP));
  reconcile(view, nodes);
  forgetOthers(items);
}

function secret(label, value) {
  return el('div', { class: 'secret' }, el('span', {}, label), el('code', {}, value),
    el('button', { class: 'button', 'aria-label': `Copy ${label}`, on: { click: () => copy(value, label) } }, 'Copy'));
}

function welcome() {
  const own = account();
  const waiting = state.mailbox.size === 0;
  return el('div', { class: 'welcome' },
    el('h2', {}, waiting ? 'Waiting for the first message' : 'Choose a conversation'),
    el('p', {}, waiting ? 'Whatever your backend sends to Twilio appears here at once. Give it these:'
      : 'Messages of one number stand together, as on its phone.'),
    waiting && own ? el('div', { class: 'secrets' }, secret('Address', location.origin),
      secret('Account SID', own.account_sid), secret('Auth token', own.auth_token), secret('SMS number', own.number), secret('WhatsApp sender', own.whatsapp)) : null);
}

function drawHead() {
  const person = personOf(number);
  const traits = person === null ? [] : [person.country, person.line, person.verified ? 'verified' : null,
    person.reachable ? null : 'phone is off', person['opted-out'] ? 'opted out' : null].filter((trait) => trait);
  byId('thread-head').replaceChildren(
    el('button', { class: 'round back', 'aria-label': 'Back to the conversations', on: { click: back } }, '‹'),
    el('div', { class: 'who' }, el('h2', {}, nameOf(number)),
      el('p', { class: 'hint' }, [nameOf(number) === number ? null : number, ...traits].filter((part) => part).join(' · '))));
}

export function back() {
  state.selected = null;
  changed('selection', 'messages');
  byId('conversations').focus();
}

function stay() {
  if (stuck && number !== null) view.scrollTop = view.scrollHeight;
}

function scrolled() {
  stuck = end === null && view.scrollHeight - view.scrollTop - view.clientHeight < NEAR_PX;
}

function draw() {
  if (state.selected !== number) {
    number = state.selected;
    end = null;
    stuck = true;
    bubbles.clear();
    view.replaceChildren();
  }
  document.body.dataset.thread = number === null ? 'none' : 'open';
  if (number === null) {
    byId('thread-head').replaceChildren();
    view.replaceChildren(welcome());
    return;
  }
  const conversation = state.mailbox.conversation(number);
  drawHead();
  drawItems(itemsFound(conversation, state.query));
  stay();
  if (stuck && document.hasFocus()) conversation.unread = 0;
}

/** The newest item of the open conversation that `wanted` takes, or null. */
export function newest(wanted = () => true) {
  if (state.selected === null) return null;
  return itemsFound(state.mailbox.conversation(state.selected), state.query).findLast(wanted) ?? null;
}

export function startThread() {
  view = byId('thread');
  view.addEventListener('scroll', scrolled, { passive: true });
  new ResizeObserver(stay).observe(view);
  on(['messages', 'people', 'selection', 'accounts', 'story'], draw);
}
