// Ready-made faults. Each rule is what a scenario would say (LANGUAGE, FAULT); the person can change it before it is added.

const create = { operation: 'message.create' };

export const PRESETS = [
  { name: 'Twilio is down: 503, twice', rule: { on: create, first: 2, status: 503 } },
  { name: 'Too many requests: 429, once', rule: { on: create, first: 1, fail: 20429 } },
  { name: 'Slow answer: 5 seconds', rule: { on: create, delay: '5s' } },
  { name: 'Lost answer: sent, but the connection breaks', rule: { on: create, first: 1, wire: 'close', accepted: true } },
  { name: 'No answer at all', rule: { on: create, first: 1, wire: 'hang' } },
  { name: 'Garbage instead of an answer', rule: { on: create, first: 1, wire: 'garbage' } },
  { name: 'Phone unreachable: undelivered, 30003', rule: { on: create, fail: 30003 } },
  { name: 'Blocked by the carrier: 30007', rule: { on: create, fail: 30007 } },
  { name: 'No WhatsApp there: undelivered, 63003', rule: { on: { channel: 'whatsapp' }, fail: 63003 } },
  { name: 'Invalid number: refused, 21211', rule: { on: create, fail: 21211 } },
  { name: 'Delivered late: after 30 seconds', rule: { on: create, deliver: { status: 'delivered', after: '30s' } } },
  { name: 'No callback comes', rule: { on: create, callbacks: [] } },
  { name: 'A callback with a wrong signature', rule: { on: create, callbacks: [{ status: 'delivered', signature: 'wrong' }] } },
  { name: 'One in five requests fails', rule: { on: create, chance: 0.2, status: 500 } },
];

const WHEN = {
  first: (n) => (n === 1 ? 'The first request' : `The first ${n} requests`),
  nth: (n) => `Request number ${n}`,
  every: (n) => `Each request number ${n}`,
  after: (n) => `Requests behind the first ${n}`,
  between: ([from, to]) => `From ${from} to ${to} after it was added, requests`,
  chance: (n) => `By chance ${Math.round(n * 100)} % of requests`,
};

const WHOM = {
  operation: (name) => `for ${name}`,
  channel: (name) => `by ${name}`,
  to: (number) => `to ${number}`,
  from: (number) => `from ${number}`,
  provider: (name) => `at ${name}`,
  account: (sid) => `of ${sid}`,
};

const WHAT = {
  fail: (code) => `error ${code}`,
  status: (status) => `HTTP ${status}`,
  wire: (how) => `connection: ${how}`,
  pass: () => 'nothing (shields from the rules below)',
  'in-turn': (list) => `${list.length} outcomes in turn`,
  delay: (delay) => `delay ${typeof delay === 'string' ? delay : 'by chance'}`,
  deliver: ({ status, code, after }) => ['becomes', status, code, after ? `after ${after}` : null].filter((part) => part).join(' '),
  callbacks: (list) => (list.length === 0 ? 'no callback' : `${list.length} callback${list.length === 1 ? '' : 's'} of its own`),
  accepted: (taken) => (taken ? 'sent all the same' : 'not sent'),
};

const told = (table, rule) => Object.keys(table).filter((key) => key in rule).map((key) => table[key](rule[key]));

/** A rule in words: what happens, and to which requests. */
export function ruleWords(rule) {
  return {
    what: told(WHAT, rule).join(', ') || 'nothing',
    whom: [told(WHEN, rule)[0] ?? 'All requests', ...told(WHOM, rule.on ?? {})].join(' '),
  };
}
