// One message as it stands in a conversation. What can change later (status, error) is redrawn alone, so that a focus
// inside stays.

import { el } from './dom.js';
import { copy } from './notices.js';
import { changed, state } from './state.js';
import { channelText, errorWords, isoText, segmentText, statusWords, timeText } from './words.js';

function codeBox(item) {
  return el('div', { class: 'code' },
    el('output', { class: 'digits', 'aria-label': `Code ${[...item.code].join(' ')}` }, item.code),
    el('button', {
      class: 'button copy', 'data-copy': item.code, 'aria-label': `Copy code ${item.code}`,
      on: { click: () => copy(item.code, `Code ${item.code}`) },
    }, 'Copy'));
}

/** Where the words come from; the link is the only thing here that leads out, and only when it is followed. */
export const sourceLine = (words) => el('p', { class: 'small' }, `${words.source} `,
  el('a', { href: words.page, target: '_blank', rel: 'noreferrer' }, 'Twilio’s page on it'));

export function errorBox(item) {
  const words = item.error ? errorWords(item.error, item) : null;
  if (!item.error && item.status !== 'refused') return null;
  const title = item.error ? `Error ${item.error}` : `HTTP ${item.http ?? 'connection broken'}`;
  return el('div', { class: 'trouble' },
    el('strong', {}, title),
    el('p', {}, words?.message ?? 'An answer from in front of Twilio, without an error number'),
    words ? el('p', { class: 'small' }, words.advice) : null,
    words ? sourceLine(words) : null);
}

function foot(item) {
  const { word, meaning, colour } = statusWords(item.status);
  return [
    el('time', { datetime: isoText(item.at), title: isoText(item.at) }, timeText(item.at)),
    el('span', { class: `status ${colour}`, title: meaning }, word),
    el('span', {}, channelText(item.channel)),
    item.segments ? el('span', {}, segmentText(item.segments)) : null,
    item.status === 'refused' ? null : el('span', { title: 'price is null' }, 'not charged'),
    item.fault ? el('span', { class: 'faulty', title: `Planned fault number ${item.fault} acted` }, `fault ${item.fault}`) : null,
    el('button', { class: 'link', 'data-story': item.id, on: { click: () => tellStory(item.id) } }, 'Details'),
  ].filter((part) => part !== null);
}

/** Shows the timeline of a message or a call. */
export function tellStory(id) {
  state.story = id;
  state.view = 'details';
  changed('story', 'view', 'messages');
}

/** A bubble: `node`, and `update()` after the item has changed. */
export function bubble(item) {
  const trouble = el('div', {});
  const line = el('footer', { class: 'foot' });
  const node = el('article', {
    'data-id': item.id, 'aria-label': `${item.inbound ? 'Reply' : 'Message'}, ${channelText(item.channel)}`,
  },
  item.text === '' ? el('p', { class: 'text empty' }, 'No text') : el('p', { class: 'text' }, item.text),
  item.code ? codeBox(item) : null, trouble, line);
  let drawn = null;
  const update = () => {
    const now = `${item.status} ${item.error} ${item.fault} ${state.story === item.id} ${state.codes.size}`;
    if (now === drawn) return;
    drawn = now;
    const kept = line.contains(document.activeElement);
    node.className = ['bubble', item.inbound ? 'mine' : 'theirs', item.channel, `is-${statusWords(item.status).colour}`,
      state.story === item.id ? 'told' : ''].join(' ');
    trouble.replaceChildren(...[errorBox(item)].filter((box) => box !== null));
    line.replaceChildren(...foot(item));
    if (kept) line.querySelector('button').focus();
  };
  update();
  return { node, update };
}
