// Planned faults: on and off, hits, and new ones.

import { byId, choice, el, field } from './dom.js';
import { attempt } from './notices.js';
import { changed, nameOf, on, state } from './state.js';
import { PRESETS, ruleWords } from './presets.js';
import { api } from './api.js';
import { errorWords } from './words.js';

const SETTLE_MS = 60;

let cards = null;
let ready = null;
let person = null;
let rule = null;
let timer = null;

export async function loadFaults() {
  state.faults = (await api.get('faults')).faults;
  changed('faults');
}

/** A fault was hit: how often is asked soon, once for many. */
export function faultHit() {
  timer ??= setTimeout(() => {
    timer = null;
    loadFaults().catch(() => {}); // a simulator that is gone is noticed by the line to it
  }, SETTLE_MS);
}

async function change(action, done) {
  await attempt(action, done);
  await attempt(loadFaults);
}

function card(fault) {
  const words = ruleWords(fault.rule);
  const label = `Fault ${fault.number}: ${words.what}`;
  return el('li', { class: fault.enabled ? 'card fault' : 'card fault off', 'data-fault': fault.id },
    el('div', { class: 'card-head' },
      el('button', {
        class: 'switch', role: 'switch', 'aria-checked': String(fault.enabled), 'aria-label': label,
        on: { click: () => change(() => api.post(`faults/${fault.id}`, { enabled: !fault.enabled })) },
      }),
      el('strong', {}, words.what),
      el('span', { class: fault.hits > 0 ? 'hits some' : 'hits', title: `${fault.matched} requests matched` },
        `${fault.hits} hit${fault.hits === 1 ? '' : 's'}`)),
    fault.rule.fail ? el('p', {}, errorWords(fault.rule.fail)?.message) : null,
    el('p', { class: 'hint' }, `Fault ${fault.number}. ${words.whom}; ${fault.matched} matched so far.`),
    el('details', {}, el('summary', {}, 'Rule'), el('pre', {}, JSON.stringify(fault.rule, null, 2))),
    el('button', { class: 'link', 'aria-label': `Remove ${label}`, on: { click: () => change(() => api.remove(`faults/${fault.id}`)) } }, 'Remove'));
}

function draw() {
  const focus = document.activeElement?.getAttribute('aria-label');
  const open = new Set([...cards.querySelectorAll('details[open]')].map((node) => node.closest('li').dataset.fault));
  cards.replaceChildren(...state.faults.map(card));
  for (const node of cards.querySelectorAll('details')) node.open = open.has(node.closest('li').dataset.fault);
  if (focus) [...cards.querySelectorAll('button')].find((button) => button.getAttribute('aria-label') === focus)?.focus();
  byId('tab-faults').dataset.count = state.faults.filter(({ enabled }) => enabled).length || '';
  byId('no-faults').hidden = state.faults.length > 0;
  byId('clear-faults').hidden = state.faults.length === 0;
}

function drawPeople() {
  const numbers = [...new Set([...state.people.map(({ number }) => number), state.selected])].filter((number) => number);
  const kept = person.value;
  person.replaceChildren(...choice([['', 'Everybody'], ...numbers.map((number) => [number, nameOf(number)])]).children);
  person.value = numbers.includes(kept) ? kept : '';
}

function fill() {
  const wanted = structuredClone(PRESETS[ready.value].rule);
  if (person.value !== '') wanted.on = { ...wanted.on, to: person.value };
  rule.value = JSON.stringify(wanted, null, 2);
}

function add(event) {
  event.preventDefault();
  return change(() => {
    let wanted;
    try {
      wanted = JSON.parse(rule.value);
    } catch (error) {
      throw new Error(`The rule is no JSON: ${error.message}`);
    }
    return api.post('faults', wanted);
  }, 'Fault added');
}

export function startFaults() {
  cards = el('ul', { class: 'cards' });
  ready = choice(PRESETS.map(({ name }, i) => [i, name]), '0', { id: 'ready-made', on: { change: fill } });
  person = choice([['', 'Everybody']], '', { on: { change: fill } });
  rule = el('textarea', { id: 'rule', rows: '7', spellcheck: 'false', class: 'mono' });
  byId('panel-faults').append(
    el('h2', {}, 'Faults'),
    el('p', { class: 'hint', id: 'no-faults' }, 'None is planned: everything goes well. Add one, and see what your backend does.'),
    cards,
    el('button', { class: 'button', id: 'clear-faults', hidden: true, on: { click: () => change(() => api.remove('faults'), 'All faults removed') } }, 'Remove all'),
    el('form', { class: 'form', on: { submit: add } },
      el('h3', {}, 'Add a fault'), field('Ready-made', ready), field('For', person), field('Rule (JSON)', rule),
      el('button', { class: 'button primary' }, 'Add fault')));
  fill();
  on(['faults'], draw);
  on(['people', 'selection'], drawPeople);
}
