// Numbers with the library's judgements, for numbering_plan_test.c: of each country a mobile and a landline number,
// one digit less, one digit more, with the prefix of national dialling, its other lines; and numbers drawn from a
// fixed seed.

// A small generator of our own, so that the list is the same each time.
function* drawn(seed) {
  for (let state = seed >>> 0; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

function* ofCountry(plan, blocks, examples) {
  const prefix = `+${plan.callingCode}`;
  const example = examples[plan.country];
  if (example) yield prefix + example;
  for (const block of Object.values(blocks)) yield block.base + '7'.padStart(block.digits, '0');
  const first = Object.values(blocks)[0];
  if (!first) return;
  const number = first.base + '0'.repeat(first.digits);
  yield number.slice(0, -1);
  yield `${number}0`;
  if (plan.nationalPrefix) yield prefix + plan.nationalPrefix + number.slice(prefix.length);
}

function* random(groups, count) {
  const next = drawn(20260102);
  const below = (n) => Math.floor(next.next().value * n);
  for (let i = 0; i < count; i++) {
    const group = groups[below(groups.length)];
    const length = 4 + below(9);
    let national = '';
    while (national.length < length) national += below(10);
    yield `+${group.code}${national}`.slice(0, 16);
  }
}

export function goldenRows(groups, blocksOf, examples, judge) {
  const numbers = new Set(['+', '+0', '+1', '+12', '+999123456', '+210000000', '+80012345678', '+15005550006']);
  for (const group of groups)
    for (const plan of group.plans) for (const number of ofCountry(plan, blocksOf(plan), examples)) numbers.add(number);
  for (const number of random(groups, 300)) numbers.add(number);
  // One country's mobile range is the simulator's home: every second and third digit of it.
  for (let digits = 0; digits < 100; digits++) numbers.add(`+243${String(digits).padStart(2, '0')}0000001`);
  const wanted = [...numbers].filter((number) => number.length > 1 && number.length <= 16);
  return wanted.map((number) => ({ number, ...judge(number) }));
}
