// The last calls to the provider, also those that made no message: wrong credentials, refused numbers, faults.

import { byId, el } from './dom.js';
import { on, state } from './state.js';
import { errorWords, isoText, timeText } from './words.js';
import { tellStory } from './bubble.js';

const KEPT = 100;

export function rememberCall(call) {
  state.calls.unshift(call);
  state.calls.length = Math.min(state.calls.length, KEPT);
}

function row(call) {
  const bad = call.status === null || call.status >= 400;
  const words = call.code ? errorWords(call.code, { number: call.to }) : null;
  return el('li', {}, el('button', { class: 'card call', on: { click: () => tellStory(call.id) } },
    el('span', { class: `status ${bad ? 'bad' : 'good'}` }, call.status === null ? 'broken' : String(call.status)),
    el('strong', {}, call.operation ?? `${call.method} ${call.path}`),
    el('time', { datetime: isoText(call.wall_ms) }, timeText(call.wall_ms)),
    el('span', { class: 'call-line' }, [call.channel, call.to, call.outcome ? `fault ${call.rule}: ${call.outcome}` : null,
      call.code ? `${call.code} ${words?.message ?? ''}` : null].filter((part) => part).join(' · '))));
}

function draw() {
  if (state.view !== 'requests') return;
  byId('panel-requests').replaceChildren(
    el('h2', {}, 'Requests'),
    el('p', { class: 'hint' }, state.calls.length === 0 ? 'No call has reached the simulator yet.'
      : 'The last calls of every account, the newest first. A refused one tells why.'),
    el('ul', { class: 'cards' }, ...state.calls.map(row)));
}

export function startRequests() {
  on(['calls', 'view'], draw);
}
