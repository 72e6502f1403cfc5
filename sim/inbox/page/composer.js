// Writing back as the person of the open conversation: POST /sim/v1/messages.

import { byId, choice, el } from './dom.js';
import { attempt } from './notices.js';
import { nameOf, on, state } from './state.js';
import { api } from './api.js';

const READY_MADE = ['STOP', 'START', 'HELP', 'join sandbox'];

let channel = null;
let text = null;
let number = null;

async function send(words) {
  if (words.trim() === '' || state.selected === null) return;
  const sent = await attempt(() => api.post('messages', { from: state.selected, channel: channel.value, text: words }));
  if (sent) text.value = '';
  text.focus();
}

function draw() {
  byId('composer').hidden = state.selected === null;
  if (state.selected === null) return;
  text.placeholder = `Reply as ${nameOf(state.selected)}`;
  text.setAttribute('aria-label', `Reply as ${nameOf(state.selected)}`);
  if (number === state.selected) return;
  number = state.selected;
  text.value = '';
  const last = state.mailbox.conversation(number).items.at(-1);
  channel.value = last?.channel === 'whatsapp' ? 'whatsapp' : 'sms';
}

export function startComposer() {
  channel = choice([['sms', 'SMS'], ['whatsapp', 'WhatsApp']], 'sms', { 'aria-label': 'Channel of the reply' });
  text = el('input', { id: 'reply', autocomplete: 'off', maxlength: '1600' });
  const ready = READY_MADE.map((words) => el('button', { type: 'button', class: 'chip', on: { click: () => send(words) } }, words));
  byId('composer').append(
    el('div', { class: 'chips', 'aria-label': 'Ready-made replies', role: 'group' }, ...ready),
    el('div', { class: 'write' }, channel, text, el('button', { class: 'button primary' }, 'Send')));
  byId('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    send(text.value);
  });
  on(['selection', 'people'], draw);
}
