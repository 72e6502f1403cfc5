// Finds, for a country and a kind of line, a block of numbers that the plan holds valid and that reads as invented:
// a short prefix, then zeros, then the index. Every number of a block is judged by the library before it is taken.

// Blocks that are reserved for fiction or that our own documents use; taken when they are valid in full.
const PREFERRED = {
  CD: { LINE_MOBILE: [['810000', 3]] },
  GB: { LINE_LANDLINE: [['2079460', 3]] },
};
// North America: 555-0100 to 555-0199 of an area code are kept for fiction.
const FICTION_EXCHANGE = '55501';

const PREFIX_DIGITS_MAX = 5;
// Of the lengths that a plan allows, the one nearest to this looks most like a number.
const USUAL_LENGTH = 9;

export const INVENTED_LINES = ['LINE_MOBILE', 'LINE_LANDLINE', 'LINE_PREMIUM', 'LINE_TOLL_FREE', 'LINE_VOIP'];

function accepted(wanted, line) {
  const either = wanted === 'LINE_MOBILE' || wanted === 'LINE_LANDLINE';
  return line === wanted || (either && line === 'LINE_MOBILE_OR_LANDLINE');
}

function* northAmerican(plan) {
  for (let area = 200; area < 1000; area++) yield [`${area}${FICTION_EXCHANGE}`, 2];
  if (/^\d{3}$/.test(plan.leading))
    for (let exchange = 200; exchange < 1000; exchange++) yield [`${plan.leading}${exchange}0`, 3];
}

function* candidates(plan, wanted, pattern, lengths, example) {
  for (const block of PREFERRED[plan.country]?.[wanted] || []) yield block;
  if (plan.callingCode === '1') yield* northAmerican(plan);
  for (const indexDigits of [3, 2])
    for (const length of lengths)
      for (let size = 1; size <= PREFIX_DIGITS_MAX; size++) {
        const zeros = length - size - indexDigits;
        if (zeros < 0) continue;
        for (let prefix = 0; prefix < 10 ** size; prefix++) {
          const base = String(prefix).padStart(size, '0') + '0'.repeat(zeros);
          if (pattern.test(base + '0'.repeat(indexDigits))) yield [base, indexDigits];
        }
      }
  for (const indexDigits of [3, 2])
    for (let size = PREFIX_DIGITS_MAX + 1; size <= example.length - indexDigits; size++)
      yield [example.slice(0, size) + '0'.repeat(example.length - size - indexDigits), indexDigits];
}

// { base, digits } or null. `judge` is the library's judgement of a + number, `example` the library's mobile number.
export function inventedBlock(plan, wanted, example, judge) {
  const shared = wanted === 'LINE_MOBILE' && plan.mobileIsLandline ? plan.lines.LINE_LANDLINE : null;
  const line = plan.lines[wanted] || shared;
  if (!plan.country || !line) return null;
  const pattern = new RegExp(`^(?:${line.pattern})$`);
  const lengths = [...line.lengths].sort((a, b) => Math.abs(a - USUAL_LENGTH) - Math.abs(b - USUAL_LENGTH));
  for (const [base, digits] of candidates(plan, wanted, pattern, lengths, example)) {
    const start = `+${plan.callingCode}${base}`;
    const holds = (index) => {
      const number = start + String(index).padStart(digits, '0');
      const seen = judge(number);
      return seen.valid && seen.country === plan.country && accepted(wanted, seen.line) && seen.e164 === number;
    };
    const count = 10 ** digits;
    if (holds(0) && holds(count - 1) && Array.from({ length: count }, (_, i) => i).every(holds))
      return { base: start, digits };
  }
  return null;
}
