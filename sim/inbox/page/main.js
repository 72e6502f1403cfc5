// The inbox: begins all parts, loads what there is, and hands on what happens.

import { announce, notice } from './notices.js';
import { api, setToken, whole } from './api.js';
import { byId } from './dom.js';
import { changed, nameOf, on, state } from './state.js';
import { detailsChanged, startDetails } from './details.js';
import { faultHit, loadFaults, startFaults } from './faults.js';
import { follow } from './link.js';
import { itemOfCall, itemOfMessage, itemOfRecord, Mailbox } from './mailbox.js';
import { loadAccounts, loadClock, startSetup } from './setup.js';
import { loadPeople, startPeople } from './people.js';
import { rememberCall, startRequests } from './requests.js';
import { startComposer } from './composer.js';
import { startConversations } from './conversations.js';
import { startKeys } from './keys.js';
import { startThread } from './thread.js';

const FIRST_PAGE = 200;
const PAGE = 1000;
const KEPT = 20000; // messages that the page loads; older ones are in the API
const CLOCK_MS = 1000;

let loading = 0; // counts loads, so that one that was overtaken ends
let resets = null; // of the simulator, when everything was loaded
let lost = false;

async function loadCodes() {
  if (state.codes.size > 0) return;
  for (const row of await whole.get('codes')) if (!state.codes.has(row.code)) state.codes.set(row.code, row);
}

/** A page of messages into the mailbox; the cursor to go on before, or null. */
async function loadPage(mailbox, limit, before) {
  const { messages } = await api.get('messages', { limit, before });
  for (const message of messages) mailbox.add(itemOfMessage(message));
  return messages.length === limit ? messages.at(-1).cursor : null;
}

/** Older messages behind what is shown already, as long as nothing newer is loaded. */
async function loadOlder(mailbox, cursor, turn) {
  let before = cursor;
  while (before !== null && turn === loading && mailbox.size < KEPT) {
    before = await loadPage(mailbox, PAGE, before);
    changed('messages');
  }
}

async function loadCalls(mailbox) {
  const [{ requests: calls }, { requests: refused }] = await Promise.all([
    whole.get('requests?last=100'), api.get('requests', { refused: 'true', last: 1000 })]);
  state.calls = calls.reverse();
  for (const call of refused) {
    const item = itemOfCall(call);
    if (item !== null) mailbox.add(item);
  }
}

/** Everything anew, the newest first. */
async function load() {
  const turn = ++loading;
  const [health] = await Promise.all([whole.get('health'), loadAccounts(), loadCodes()]);
  const mailbox = new Mailbox();
  const [cursor] = await Promise.all([loadPage(mailbox, FIRST_PAGE, null), loadCalls(mailbox), loadPeople(), loadFaults(), loadClock()]);
  if (turn !== loading) return;
  state.mailbox = mailbox;
  resets = health.resets;
  if (mailbox.size === 0) state.selected = null;
  if (mailbox.find(state.story) === null) state.story = null;
  changed('messages', 'calls', 'selection', 'story');
  loadOlder(mailbox, cursor, turn).catch(() => {}); // a line that broke is noticed by who follows it
}

function choose(sid) {
  state.account = sid;
  state.selected = null;
  state.story = null;
  changed('accounts');
  load().catch((error) => notice(error.message, 'bad'));
}

// ---- what happens

function arrived(item) {
  if (item === null || !state.mailbox.add(item)) return;
  const conversation = state.mailbox.conversation(item.number);
  if (state.selected !== item.number || !document.hasFocus()) conversation.unread += item.inbound ? 0 : 1;
  if (!item.inbound) announce(`${nameOf(item.number)}: ${item.code ? `code ${[...item.code].join(' ')}` : item.text}`);
  changed('messages');
}

const HEARD = {
  call: (record) => {
    rememberCall(record);
    const made = record.sid ? state.mailbox.find(record.sid) : null;
    if (made !== null && record.operation === 'message.create') made.fault = record.rule;
    if (record.account === state.account) arrived(itemOfCall(record));
    if (record.rule !== null) faultHit();
    changed('calls');
  },
  message: (record) => {
    if (record.account !== state.account) return;
    const cause = state.calls.find(({ id }) => id === record.cause);
    arrived({ ...itemOfRecord(record), fault: cause?.rule ?? null });
  },
  status: (record) => {
    if (state.mailbox.progress(record) !== null) changed('messages');
  },
  fault: () => faultHit(),
};

function record(happening) {
  HEARD[happening.kind]?.(happening);
  detailsChanged(happening);
}

/** Somebody changed something through /sim/v1: this page, a test, or curl. */
async function setup() {
  const known = state.account;
  try {
    const [health] = await Promise.all([whole.get('health'), loadAccounts()]);
    if (state.account !== known || health.resets !== resets) await load();
    else await Promise.all([loadPeople(), loadFaults(), loadClock()]);
  } catch (error) {
    if (error.status !== 0) notice(error.message, 'bad');
  }
}

// ---- the line

function showLine(name) {
  const banner = byId('lost');
  byId('connection').textContent = name === 'live' ? 'Live' : 'Not connected';
  byId('connection').dataset.state = name;
  banner.hidden = name === 'live';
  banner.textContent = name === 'live' ? ''
    : 'The simulator does not answer. This page goes on by itself as soon as it is back; what is shown is from before.';
  if (name === 'live' && lost) notice('The simulator is back.');
  lost = name === 'lost';
}

function askToken() {
  const gate = byId('gate');
  if (!gate.open) gate.showModal();
  return new Promise((resolve) => {
    byId('gate-form').onsubmit = (event) => {
      event.preventDefault();
      setToken(byId('gate-token').value.trim());
      gate.close();
      resolve();
    };
  });
}

function startClock() {
  setInterval(() => {
    if (state.view === 'setup' && !lost && !byId('panel-setup').contains(document.activeElement)) loadClock().catch(() => {});
  }, CLOCK_MS);
}

state.mailbox = new Mailbox();
startConversations();
startThread();
startComposer();
startDetails();
startRequests();
startFaults();
startPeople();
startSetup(choose);
startKeys();
startClock();
on(['messages'], () => {
  const unread = state.mailbox.sorted().reduce((sum, conversation) => sum + conversation.unread, 0);
  document.title = unread > 0 ? `(${unread}) twilio-sim inbox` : 'twilio-sim inbox';
});
changed('messages', 'selection', 'story', 'view');
follow({ load, record, setup, state: showLine, locked: askToken });
