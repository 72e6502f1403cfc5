// The clock and the account: what they are, and changing them.

import { account, changed, on, state } from './state.js';
import { api, whole } from './api.js';
import { byId, choice, el, facts, field } from './dom.js';
import { attempt, copy } from './notices.js';

const STEPS = [['1m', '+1 min'], ['10m', '+10 min'], ['1h', '+1 h'], ['24h', '+1 day']];
const PLANS = [['paid', 'paid'], ['trial-legacy', 'trial'], ['test', 'test credentials']];
const STATUSES = ['active', 'suspended', 'closed'];

let clockFace = null;
let accountFace = null;

export async function loadClock() {
  state.clock = await api.get('clock');
  changed('clock');
}

export async function loadAccounts() {
  state.accounts = (await whole.get('accounts')).accounts;
  if (account() === null) state.account = state.accounts[0]?.account_sid ?? null;
  changed('accounts');
}

// ---- the clock

async function move(order) {
  if (await attempt(() => api.post('clock', order))) await attempt(loadClock);
}

function mover(text, order) {
  return el('button', { class: 'button', type: 'button', on: { click: () => move(order) } }, text);
}

function drawClock() {
  const { clock } = state;
  if (clock === null) return;
  const wall = el('p', { class: 'wall' }, el('time', { datetime: clock.wall }, clock.wall.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')));
  if (!clock.virtual) {
    clockFace.replaceChildren(wall, el('p', {}, 'Time is real here. To let hours pass in milliseconds, start with ', el('code', {}, '--virtual-time'), '.'));
    return;
  }
  if (clock.owner !== null && clock.jumps === null) { // a harness's: it takes its orders elsewhere
    clockFace.replaceChildren(wall,
      el('p', { class: 'hint' }, `Virtual time ${clock.runs ? 'runs' : 'stands still'}. The ${clock.owner} moves it; while its stack is up, by this order in another terminal:`),
      el('p', {}, copied('order', 'otp-harness clock +11m')),
      el('p', { class: 'hint' }, 'Also: to 12:00, to midnight, freeze, resume.'));
    return;
  }
  const own = el('input', { id: 'advance', placeholder: '11m', 'aria-label': 'Duration such as 11m', size: '6' });
  clockFace.replaceChildren(wall,
    el('p', { class: 'hint' }, `Virtual time ${clock.runs ? 'runs' : 'stands still'}; ${clock.jumps ?? 0} jumps so far.`),
    el('div', { class: 'buttons' }, ...STEPS.map(([advance, text]) => mover(text, { advance })), mover('to midnight', { to: 'midnight' })),
    el('form', { class: 'inline', on: { submit: (event) => {
      event.preventDefault();
      move({ advance: own.value });
    } } }, own, el('button', { class: 'button' }, 'Advance')),
    el('div', { class: 'buttons' }, clock.runs ? mover('Freeze', { freeze: true }) : mover('Resume', { resume: true })));
}

// ---- the account

function copied(label, value) {
  return el('span', { class: 'copied' }, el('code', {}, value),
    el('button', { class: 'link', 'aria-label': `Copy ${label}`, on: { click: () => copy(value, label) } }, 'Copy'));
}

const valuesOf = (form) => Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ''));

async function apply(event) {
  event.preventDefault();
  await attempt(() => whole.post(`accounts/${state.account}`, valuesOf(event.target)), 'Account changed');
  await attempt(loadAccounts);
}

async function startAnew(event) {
  event.preventDefault();
  if (!window.confirm('Forget every message, person and fault of every account, and begin anew?')) return;
  await attempt(() => whole.post('reset', valuesOf(event.target)), 'Everything is forgotten');
}

async function addAccount(event) {
  event.preventDefault();
  await attempt(async () => {
    const made = await whole.post('accounts', valuesOf(event.target));
    await loadAccounts();
    changeAccount(made.account_sid);
  }, 'Account added');
}

let changeAccount = null;

function accountForm(title, text, act, submit, own) {
  return el('form', { class: 'form', on: { submit: act } }, el('h3', {}, title), text === null ? null : el('p', { class: 'hint' }, text),
    el('div', { class: 'pair' }, field('Plan', choice(PLANS, own?.plan ?? 'paid', { name: 'plan' })),
      field('Status', choice(STATUSES, own?.status ?? 'active', { name: 'status' }))),
    field('Balance', el('input', { name: 'balance', value: own?.balance ?? '', placeholder: 'as the plan has it', inputmode: 'decimal', autocomplete: 'off' })),
    submit);
}

function drawAccount() {
  const own = account();
  if (own === null) return;
  accountFace.replaceChildren(
    facts([['Account SID', copied('Account SID', own.account_sid)], ['Auth token', copied('Auth token', own.auth_token)],
      ['SMS number', copied('SMS number', own.number)], ['WhatsApp', copied('WhatsApp sender', own.whatsapp)],
      ['Home', own.home], ['Sent today', own.sent_today]]),
    accountForm('Change', 'Messages, people and faults stay.', apply, el('button', { class: 'button primary' }, 'Apply'), own),
    accountForm('Begin anew', 'Forgets everything of every account.', startAnew, el('button', { class: 'button danger' }, 'Reset'), null),
    accountForm('Another account', 'A tenant of its own, with its own messages, people and faults.', addAccount,
      el('button', { class: 'button' }, 'Add account'), null));
}

function drawChooser() {
  const chooser = byId('account');
  chooser.replaceChildren(...state.accounts.map((each, i) => el('option', { value: each.account_sid },
    `${i === 0 ? 'First account' : `Account ${i + 1}`} · ${each.account_sid.slice(0, 8)}…`)));
  chooser.value = state.account;
  chooser.disabled = state.accounts.length < 2;
  const own = account();
  byId('plan').textContent = own === null ? '' : `${own.plan}${own.status === 'active' ? '' : `, ${own.status}`}`;
  byId('plan').className = own?.status === 'active' ? 'badge' : 'badge bad';
}

/** `chosen(sid)` is called when the person chooses an account. */
export function startSetup(chosen) {
  changeAccount = chosen;
  clockFace = el('div', {});
  accountFace = el('div', {});
  byId('panel-setup').append(el('h2', {}, 'Clock'), clockFace, el('h2', {}, 'Account'), accountFace);
  byId('account').addEventListener('change', ({ target }) => chosen(target.value));
  on(['clock'], drawClock);
  on(['accounts'], () => {
    drawChooser();
    drawAccount();
  });
}
