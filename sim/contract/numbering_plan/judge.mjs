// The library's judgement of a number in the + form, in the words of numbering_plan.h.
import { LINES } from './plans.mjs';

const NO_JUDGEMENT = { country: '', callingCode: 0, line: 'LINE_UNKNOWN', possible: false, valid: false, e164: '' };
const FAULTS = {
  INVALID_COUNTRY: 'NUMBER_UNKNOWN_CODE',
  TOO_SHORT: 'NUMBER_TOO_SHORT',
  TOO_LONG: 'NUMBER_TOO_LONG',
  INVALID_LENGTH: 'NUMBER_WRONG_LENGTH',
};

export function makeJudge(library) {
  const lineOf = new Map(LINES.map(({ type, name }) => [type, name]));
  return function judge(number) {
    let parsed;
    try {
      parsed = library.parsePhoneNumberWithError(number, { extract: false });
    } catch (error) {
      return { ...NO_JUDGEMENT, fault: FAULTS[error.message] || 'NUMBER_JUNK' };
    }
    const length = library.validatePhoneNumberLength(number);
    const valid = parsed.isValid();
    return {
      country: parsed.country || '',
      callingCode: Number(parsed.countryCallingCode),
      line: lineOf.get(parsed.getType()) || 'LINE_UNKNOWN',
      possible: parsed.isPossible(),
      valid,
      e164: parsed.number,
      fault: valid ? 'NUMBER_OK' : FAULTS[length] || 'NUMBER_NOT_IN_PLAN',
    };
  };
}
