// Texts for people: times, statuses, errors, channels.

import { state } from './state.js';

const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const minute = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

export const timeText = (ms) => time.format(ms);
export const minuteText = (ms) => minute.format(ms);
export const dayText = (ms) => day.format(ms);
export const isoText = (ms) => new Date(ms).toISOString();

export const channelText = (channel) => ({ sms: 'SMS', whatsapp: 'WhatsApp', rcs: 'RCS', messenger: 'Messenger' }[channel]
  ?? channel ?? '');

/** status -> [its word, what it means, its colour: quiet, busy, good, warn, bad] */
const STATUSES = {
  accepted: ['Accepted', 'Taken; a sender is still to be chosen', 'quiet'],
  scheduled: ['Scheduled', 'Waits for its time', 'quiet'],
  queued: ['Queued', 'Taken and waiting to be sent', 'quiet'],
  sending: ['Sending', 'On its way to the carrier', 'busy'],
  sent: ['Sent', 'The carrier took it; the phone has not confirmed it', 'busy'],
  delivered: ['Delivered', 'It reached the phone', 'good'],
  read: ['Read', 'The person opened it', 'good'],
  undelivered: ['Undelivered', 'It was sent, and did not reach the phone', 'warn'],
  failed: ['Failed', 'It was not sent', 'bad'],
  canceled: ['Canceled', 'Taken back before its time', 'quiet'],
  received: ['Received', 'The account got it', 'good'],
  refused: ['Refused', 'The request was answered with an error; there is no message', 'bad'],
};

export function statusWords(status) {
  const [word, meaning, colour] = STATUSES[status] ?? [status ?? '', '', 'quiet'];
  return { word, meaning, colour };
}

const SURENESS = {
  captured: 'seen on the wire of the real service',
  fixture: 'seen in other people’s test data',
  title: 'the dictionary’s title; the wording may differ',
  reported: 'the number was reported; the wording is ours',
};

/** The meaning of an error number, or null. */
export function errorWords(code, item = {}) {
  const row = state.codes.get(code);
  if (row === undefined) return null;
  const places = { '{to}': item.number, '{to-masked}': item.number?.replace(/\d{4}$/, 'XXXX') };
  return {
    message: row.message.replace(/\{[a-z-]+\}/g, (place) => places[place] ?? '…'),
    advice: row.nature === 'temporary' ? 'Temporary: trying again can help' : 'Permanent: trying again does not help',
    source: `Source: fact sheet ${row.source}; ${SURENESS[row.sureness] ?? row.sureness}.`,
    page: row.more_info,
  };
}

export const segmentText = (count) => `${count} segment${count === 1 ? '' : 's'}`;

/** "1.2 s", "30 ms" */
export const spanText = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10000 ? 1 : 0)} s`);
