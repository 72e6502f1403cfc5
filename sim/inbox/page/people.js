// People: who has which number, and what their phones are like. POST /sim/v1/people takes all facts at once.

import { byId, choice, el, field } from './dom.js';
import { attempt } from './notices.js';
import { changed, on, personOf, state } from './state.js';
import { open } from './conversations.js';
import { api } from './api.js';

const LINES = ['mobile', 'landline', 'voip', 'premium', 'unknown'];
const WHATSAPP = [['true', 'yes'], ['false', 'no'], ['joined', 'joined the sandbox'], ['outside-window', 'outside the window'],
  ['blocked', 'blocked the sender']];
const FLAGS = [['verified', 'Verified'], ['reachable', 'Phone is on'], ['opted-out', 'Opted out (STOP)']];

let cards = null;
let turn = Promise.resolve(); // the change under way

export async function loadPeople() {
  state.people = (await api.get('people')).people;
  changed('people');
}

const truth = (word) => ({ true: true, false: false }[word] ?? word);

/** One after the other, each on what the one before made: all facts of a person are sent at once. */
function change({ number }, facts) {
  turn = turn.then(async () => {
    const person = personOf(number);
    if (person === null) return;
    const { name, line, verified, reachable, whatsapp } = person;
    const all = { number, line, verified, reachable, whatsapp, 'opted-out': person['opted-out'], ...facts };
    if (name !== '') all.name = name;
    await attempt(() => api.post('people', all));
    await attempt(loadPeople);
  });
}

function flag(person, [key, text]) {
  const box = el('input', { type: 'checkbox', 'aria-label': `${person.name || person.number}: ${text}`,
    on: { change: () => change(person, { [key]: box.checked }) } });
  box.checked = person[key];
  return el('label', { class: 'check' }, box, text);
}

function card(person) {
  const name = person.name || person.number;
  const line = choice(LINES, person.line, { 'aria-label': `${name}: line`, on: { change: () => change(person, { line: line.value }) } });
  const whatsapp = choice(WHATSAPP, String(person.whatsapp), {
    'aria-label': `${name}: WhatsApp`, on: { change: () => change(person, { whatsapp: truth(whatsapp.value) }) } });
  return el('li', { class: 'card person' },
    el('div', { class: 'card-head' }, el('strong', {}, name), el('span', { class: 'hint' }, person.name ? person.number : '', ` ${person.country}`)),
    el('div', { class: 'checks' }, ...FLAGS.map((row) => flag(person, row))),
    el('div', { class: 'pair' }, field('Line', line), field('WhatsApp', whatsapp)),
    el('button', { class: 'link', 'aria-label': `Open the conversation with ${name}`, on: { click: () => open(person.number) } }, 'Open conversation'));
}

function draw() {
  const focus = document.activeElement?.getAttribute('aria-label');
  cards.replaceChildren(...state.people.map(card));
  if (focus) [...cards.querySelectorAll('[aria-label]')].find((node) => node.getAttribute('aria-label') === focus)?.focus();
  byId('no-people').hidden = state.people.length > 0;
}

async function add(event) {
  event.preventDefault();
  const form = event.target;
  const given = Object.fromEntries([...new FormData(form)].map(([key, value]) => [key, value.trim()]).filter(([, value]) => value !== ''));
  if (given.country) given.country = given.country.toUpperCase();
  if (await attempt(() => api.post('people', given), `${given.name ?? given.number} added`)) form.reset();
  await attempt(loadPeople);
}

export function startPeople() {
  cards = el('ul', { class: 'cards' });
  byId('panel-people').append(
    el('h2', {}, 'People'),
    el('p', { class: 'hint', id: 'no-people' }, 'Nobody is known by name yet. A number without a person is an ordinary mobile phone that is on.'),
    cards,
    el('form', { class: 'form', on: { submit: add } }, el('h3', {}, 'Add a person'),
      field('Name', el('input', { name: 'name', required: '', maxlength: '64', autocomplete: 'off' })),
      el('div', { class: 'pair' },
        field('Number', el('input', { name: 'number', placeholder: 'made up', autocomplete: 'off', inputmode: 'tel' })),
        field('or country', el('input', { name: 'country', placeholder: 'CD', maxlength: '2', autocomplete: 'off' }))),
      el('button', { class: 'button primary' }, 'Add person')));
  on(['people'], draw);
}
