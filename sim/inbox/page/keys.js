// Tabs and keyboard shortcuts.

import { back, newest } from './thread.js';
import { byId, el } from './dom.js';
import { changed, on, phone, state } from './state.js';
import { copy } from './notices.js';
import { step } from './conversations.js';
import { tellStory } from './bubble.js';

const TABS = [['inbox', 'Inbox'], ['details', 'Details'], ['requests', 'Requests'], ['faults', 'Faults'], ['people', 'People'],
  ['setup', 'Setup']];

function show(view) {
  state.view = view;
  changed('view');
}

function showAndEnter(view) {
  show(view);
  byId(`panel-${view}`).hidden = false;
  byId(`panel-${view}`).focus();
}

function copyNewest() {
  const item = newest(({ code }) => code);
  if (item !== null) copy(item.code, `Code ${item.code}`);
}

function detailsOfNewest() {
  const item = newest();
  if (item === null) return;
  tellStory(item.id);
  byId('panel-details').focus();
}

/** [key, what it does, in words] */
const SHORTCUTS = [
  ['/', () => byId('search').focus(), 'Search'],
  ['j', () => step(1), 'Next conversation'],
  ['k', () => step(-1), 'Previous conversation'],
  ['c', copyNewest, 'Copy the newest code of the conversation'],
  ['r', () => byId('reply').focus(), 'Reply as the person'],
  ['d', detailsOfNewest, 'Details of the newest message'],
  ['q', () => showAndEnter('requests'), 'Requests'],
  ['f', () => showAndEnter('faults'), 'Faults'],
  ['p', () => showAndEnter('people'), 'People'],
  ['s', () => showAndEnter('setup'), 'Setup: clock and account'],
  ['?', () => byId('help').showModal(), 'These shortcuts'],
];

const isTyping = (node) => /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName) && node.type !== 'checkbox';

function leave(target) {
  if (target.id === 'search' && target.value !== '') {
    target.value = '';
    state.query = '';
    changed('messages');
  } else if (isTyping(target)) {
    target.blur();
  } else if (state.selected !== null) {
    back();
  }
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  if (event.key === 'Escape') {
    leave(event.target);
    return;
  }
  const shortcut = SHORTCUTS.find(([key]) => key === event.key);
  if (shortcut === undefined || isTyping(event.target)) return;
  event.preventDefault();
  shortcut[1]();
}

function draw() {
  if (state.view === 'inbox' && !phone.matches) state.view = 'details'; // it has a place of its own there
  document.body.dataset.view = state.view;
  for (const [view] of TABS) {
    const chosen = state.view === view;
    byId(`tab-${view}`).setAttribute('aria-selected', String(chosen));
    byId(`tab-${view}`).tabIndex = chosen ? 0 : -1;
    if (view !== 'inbox') byId(`panel-${view}`).hidden = !chosen;
  }
}

/** A phone begins with the conversations; so does a window that is made as narrow while no details are open. */
function begin() {
  if (phone.matches && state.view === 'details' && state.story === null) state.view = 'inbox';
  draw();
}

function stepTab(event) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (by === undefined) return;
  const seen = TABS.filter(([view]) => byId(`tab-${view}`).offsetParent !== null);
  const at = seen.findIndex(([view]) => view === state.view);
  const [view] = seen[(at + by + seen.length) % seen.length];
  show(view);
  byId(`tab-${view}`).focus();
}

export function startKeys() {
  const tabs = TABS.map(([view, text]) => el('button', {
    id: `tab-${view}`, role: 'tab', class: 'tab', on: { click: () => show(view) },
    ...(view === 'inbox' ? {} : { 'aria-controls': `panel-${view}` }),
  }, text));
  byId('tabs').append(...tabs);
  byId('tabs').addEventListener('keydown', stepTab);
  byId('shortcuts').append(...SHORTCUTS.flatMap(([key, , words]) => [el('dt', {}, el('kbd', {}, key)), el('dd', {}, words)]),
    el('dt', {}, el('kbd', {}, 'Esc')), el('dd', {}, 'Leave a field, a search, a conversation'));
  byId('help-open').addEventListener('click', () => byId('help').showModal());
  document.addEventListener('keydown', pressed);
  on(['view', 'story'], draw);
  phone.addEventListener('change', begin);
  begin();
}
