// The timeline of a message or of a refused request: GET /sim/v1/messages/{sid}, /requests/{id}.

import { byId, el, facts } from './dom.js';
import { on, state } from './state.js';
import { sourceLine } from './bubble.js';
import { api } from './api.js';
import { channelText, errorWords, isoText, segmentText, spanText, statusWords, timeText } from './words.js';

const SETTLE_MS = 60; // events come in bursts; one question answers them all

let asked = 0;
let timer = null;

const formRows = (form) => [...new URLSearchParams(form ?? '')].map(([name, value]) => [name, value]);

function outcome({ status, code }) {
  const words = code ? errorWords(code) : null;
  return el('div', {},
    el('p', {}, 'Answer: ', el('strong', { class: status >= 400 || status === null ? 'bad' : 'good' },
      status === null ? 'none: the connection was broken' : `HTTP ${status}`), code ? `, error ${code}` : ''),
    words ? el('p', { class: 'small' }, `${words.message} ${words.advice}.`) : null);
}

/** kind of a record -> [title, colour, nodes] */
const TOLD = {
  call: (record) => [`Request: ${record.operation}`, record.status >= 400 ? 'bad' : 'busy', [
    el('p', { class: 'mono' }, `${record.method} ${record.host}${record.path}`),
    facts(formRows(record.input)), outcome(record)]],
  fault: (record) => [`Planned fault ${record.rule} acted`, 'warn', [el('p', {}, record.outcome)]],
  reply: (record) => ['Answer left the simulator', record.how === 'sent' ? 'quiet' : 'warn', [el('p', {}, `How it ended: ${record.how}`)]],
  message: (record) => [record.direction === 'inbound' ? 'The person wrote' : 'Message created', 'busy', [
    facts([['Channel', channelText(record.channel)], ['Segments', record.segments], ['Status', record.status]])]],
  status: (record) => {
    const { word, meaning, colour } = statusWords(record.status);
    const words = record.code ? errorWords(record.code) : null;
    return [word, colour, [el('p', {}, meaning),
      words ? el('p', {}, el('strong', {}, `Error ${record.code}: `), words.message) : null,
      words ? el('p', { class: 'small' }, `${words.advice}.`) : null, words ? sourceLine(words) : null]];
  },
  callback: (record) => {
    const fine = record.status >= 200 && record.status < 300;
    return [`Callback ${record.message_status ?? ''}, attempt ${record.attempt}`, fine ? 'good' : 'bad', [
      el('p', { class: 'mono' }, `POST ${record.url}`),
      facts([['Signature', record.signature], ['X-Twilio-Signature', record.signature_header],
        ['Made by hand', record.forged ? 'yes' : null], ['Took', record.end_ms === null ? null : spanText(record.end_ms - record.start_ms)]]),
      el('details', {}, el('summary', {}, 'Posted parameters'), facts(formRows(record.body))),
      el('p', {}, 'Answer: ', el('strong', { class: fine ? 'good' : 'bad' }, record.error ?? `HTTP ${record.status}`)),
      record.answer ? el('pre', {}, record.answer) : null]];
  },
};

function entry(record, began) {
  const [title, colour, nodes] = (TOLD[record.kind] ?? (() => [record.kind, 'quiet', []]))(record);
  return el('li', { class: `event ${colour}`, 'data-kind': record.kind },
    el('p', { class: 'event-head' }, el('strong', {}, title),
      el('time', { datetime: isoText(record.wall_ms), title: isoText(record.wall_ms) },
        `${timeText(record.wall_ms)} (+${spanText(record.mono_ms - began)})`)),
    ...nodes.filter((node) => node !== null));
}

function head(message, id) {
  if (message === null) return [el('h2', {}, 'Request'), el('p', { class: 'mono' }, id)];
  const { word, meaning, colour } = statusWords(message.status);
  const words = message.error_code ? errorWords(message.error_code, { number: message.to }) : null;
  return [
    el('h2', {}, message.direction === 'inbound' ? 'Reply' : 'Message'),
    el('p', {}, el('span', { class: `status ${colour}` }, word), ` ${meaning}.`),
    words ? el('div', { class: 'trouble' }, el('strong', {}, `Error ${message.error_code}`), el('p', {}, words.message),
      el('p', { class: 'small' }, words.advice), sourceLine(words)) : null,
    facts([['SID', el('code', {}, message.sid)], ['From', message.from], ['To', message.to],
      ['Channel', channelText(message.channel)], ['Segments', segmentText(message.segments)],
      ['Price', 'null: not charged'], ['Media', message.media || null],
      ['StatusCallback', message.callback_url], ['Created', isoText(message.created_wall_ms)]])];
}

async function draw() {
  const panel = byId('panel-details');
  const id = state.story;
  if (id === null) {
    panel.replaceChildren(el('div', { class: 'nothing' }, el('h2', {}, 'Details'),
      el('p', {}, 'Choose “Details” under a message: its request, faults, statuses and callbacks stand here.')));
    return;
  }
  const turn = ++asked;
  try {
    const story = await api.get(`${id.startsWith('RQ') ? 'requests' : 'messages'}/${id}`);
    if (turn !== asked) return;
    const open = [...panel.querySelectorAll('details')].map((node) => node.open);
    panel.replaceChildren(
      ...head(story.message, id).filter((node) => node !== null),
      el('h3', {}, 'Timeline'),
      el('ol', { class: 'timeline' }, ...story.events.map((record) => entry(record, story.events[0].mono_ms))),
      ...(story.left_out > 0 ? [el('p', { class: 'hint' }, `and ${story.left_out} more`)] : []),
      ...(story.events.length === 0 ? [el('p', { class: 'hint' }, 'The journal has dropped what happened to it.')] : []));
    panel.querySelectorAll('details').forEach((node, i) => { node.open = open[i] ?? false; });
  } catch (error) {
    if (turn === asked && error.status !== 0) panel.replaceChildren(el('p', { class: 'hint' }, error.message));
  }
}

/** Something happened to the message that is told about. */
export function detailsChanged(record) {
  const about = [record.sid, record.id, record.call];
  if (state.story === null || !about.includes(state.story) || timer !== null) return;
  timer = setTimeout(() => {
    timer = null;
    draw();
  }, SETTLE_MS);
}

export function startDetails() {
  on(['story'], draw);
}
