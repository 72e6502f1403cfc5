// What the page knows, and who is told when it changes. Views draw at most once a frame, however much came.

export const state = {
  accounts: [],
  account: null, // the chosen account's SID
  mailbox: null, // mailbox.js
  people: [],
  faults: [],
  calls: [], // the last calls to the provider, newest first
  codes: new Map(), // error number -> its row
  clock: null,
  selected: null, // a number: the open conversation
  story: null, // what the details are about: the id of a message or a call
  view: 'details', // which tool; `inbox`: none of them, the conversations
  query: '',
};

/** A phone shows one part at a time (layout.css); there the inbox is one of them. */
export const phone = matchMedia('(max-width: 700px)');

const listeners = [];
const dirty = new Set();

/** Calls `draw` after each change of one of the topics. */
export const on = (topics, draw) => listeners.push({ topics, draw });

/** Something of these topics changed: messages, people, faults, accounts, calls, clock, selection, story, view. */
export function changed(...topics) {
  if (dirty.size === 0) requestAnimationFrame(flush);
  for (const topic of topics) dirty.add(topic);
}

function flush() {
  const topics = new Set(dirty);
  dirty.clear();
  for (const { topics: wanted, draw } of listeners) if (wanted.some((topic) => topics.has(topic))) draw();
}

export const account = () => state.accounts.find((each) => each.account_sid === state.account) ?? null;
export const personOf = (number) => state.people.find((person) => person.number === number) ?? null;
export const nameOf = (number) => personOf(number)?.name || number;
