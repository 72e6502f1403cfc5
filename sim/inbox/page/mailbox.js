// Messages and refused requests, in conversations: one a number, as on a phone. Knows no elements.

import { state, nameOf } from './state.js';

const REFUSED = 'refused';

/** What a row of GET messages and a record of the stream call alike, and what they do not. */
const itemOf = (message, own) => {
  const inbound = message.direction === 'inbound';
  return {
    id: message.sid,
    number: inbound ? message.from : message.to,
    inbound,
    channel: message.channel,
    text: message.text ?? '',
    status: message.status,
    segments: message.segments,
    ...own,
  };
};

/** A row of GET messages. */
export const itemOfMessage = (message) => itemOf(message, { at: message.created_wall_ms, cursor: message.cursor,
  code: message.code, error: message.error_code, fault: message.fault });

/** A message of the stream of events. */
export const itemOfRecord = (record) => itemOf(record, { at: record.wall_ms, cursor: record.n, code: record.one_time_code,
  error: null, fault: null });

/** A request that should have made a message and made none; null when it was none such. */
export function itemOfCall(call) {
  if (call.operation !== 'message.create' || call.sid || !call.to) return null;
  return {
    id: call.id,
    at: call.wall_ms,
    cursor: call.n,
    number: call.to,
    inbound: false,
    channel: call.channel,
    text: call.text ?? '',
    code: null,
    status: REFUSED,
    error: call.code,
    http: call.status,
    segments: null,
    fault: call.rule,
  };
}

const isLater = (a, b) => a.at - b.at || a.cursor - b.cursor;

export class Mailbox {
  #items = new Map();
  #conversations = new Map();
  #untidy = new Set();
  #sorted = null;

  get size() {
    return this.#items.size;
  }

  find(id) {
    return this.#items.get(id) ?? null;
  }

  /** The conversation with a number; an empty one when there is none yet. */
  conversation(number) {
    let conversation = this.#conversations.get(number);
    if (conversation === undefined) {
      conversation = { number, items: [], unread: 0 };
      this.#conversations.set(number, conversation);
      this.#sorted = null;
    }
    if (this.#untidy.delete(conversation)) conversation.items.sort(isLater);
    return conversation;
  }

  /** Adds an item; false when it is there already. */
  add(item) {
    if (this.#items.has(item.id)) return false;
    const { items } = this.conversation(item.number);
    this.#items.set(item.id, item);
    const inOrder = items.length === 0 || isLater(items[items.length - 1], item) <= 0;
    items.push(item);
    if (!inOrder) this.#untidy.add(this.#conversations.get(item.number));
    this.#sorted = null;
    return true;
  }

  /** A status of the stream; the item, or null when it is not known here. */
  progress(record) {
    const item = this.#items.get(record.sid);
    if (item === undefined) return null;
    item.status = record.status;
    item.error = record.code ?? item.error;
    item.words = undefined;
    return item;
  }

  /** Conversations, the one with the latest item first. */
  sorted() {
    for (const conversation of this.#untidy) conversation.items.sort(isLater);
    this.#untidy.clear();
    this.#sorted ??= [...this.#conversations.values()].sort((a, b) => latest(b) - latest(a));
    return this.#sorted;
  }

  /** Those with an item that matches; all when nothing is looked for. */
  found(query) {
    const words = wordsOf(query);
    if (words.length === 0) return this.sorted();
    return this.sorted().filter(({ items }) => items.some((item) => matches(item, words)));
  }
}

const latest = ({ items }) => items.at(-1)?.at ?? Infinity;

export const wordsOf = (query) => query.toLowerCase().split(/\s+/).filter((word) => word !== '');

/** Does an item hold each of the words: in number, name, text, code, status, error and its meaning, channel, id? */
export function matches(item, words) {
  item.words ??= [item.number, item.text, item.status, item.error ?? '', state.codes.get(item.error)?.message ?? '',
    item.channel, item.id].join('\n').toLowerCase();
  const name = nameOf(item.number).toLowerCase();
  return words.every((word) => item.words.includes(word) || name.includes(word));
}

/** The conversation's items that match; all when nothing is looked for. */
export function itemsFound(conversation, query) {
  const words = wordsOf(query);
  return words.length === 0 ? conversation.items : conversation.items.filter((item) => matches(item, words));
}
