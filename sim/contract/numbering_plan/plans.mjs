// Reads libphonenumber-js's metadata (version 4) into plain plans. Each plan is one country, or one calling code that
// belongs to no country. The positions in its arrays are described in that package's METADATA.md.

// The kinds of line in the order of enum number_line, with their place in the metadata and their name in the library.
export const LINES = [
  { name: 'LINE_MOBILE', at: 1, type: 'MOBILE' },
  { name: 'LINE_LANDLINE', at: 0, type: 'FIXED_LINE' },
  { name: 'LINE_MOBILE_OR_LANDLINE', at: -1, type: 'FIXED_LINE_OR_MOBILE' },
  { name: 'LINE_PREMIUM', at: 3, type: 'PREMIUM_RATE' },
  { name: 'LINE_TOLL_FREE', at: 2, type: 'TOLL_FREE' },
  { name: 'LINE_SHARED_COST', at: 9, type: 'SHARED_COST' },
  { name: 'LINE_VOIP', at: 8, type: 'VOIP' },
  { name: 'LINE_PERSONAL', at: 4, type: 'PERSONAL_NUMBER' },
  { name: 'LINE_PAGER', at: 7, type: 'PAGER' },
  { name: 'LINE_UAN', at: 6, type: 'UAN' },
  { name: 'LINE_VOICEMAIL', at: 5, type: 'VOICEMAIL' },
];

const GENERAL = 2, LENGTHS = 3, PREFIX = 5, PREFIX_PARSING = 7, PREFIX_RULE = 8, LEADING = 10, TYPES = 11;

function plan(country, row) {
  const types = row[TYPES] || [];
  const lines = {};
  for (const { name, at } of LINES) {
    const type = types[at];
    if (type && type[0]) lines[name] = { pattern: type[0], lengths: type[1] || row[LENGTHS] };
  }
  const mobile = types[1];
  return {
    country,
    callingCode: row[0],
    general: row[GENERAL],
    lengths: row[LENGTHS],
    nationalPrefix: row[PREFIX] || '',
    prefixPattern: row[PREFIX_PARSING] || row[PREFIX] || '',
    prefixRule: row[PREFIX_RULE] || '',
    leading: row[LEADING] || '',
    mobileIsLandline: !mobile || mobile[0] === '',
    lines,
  };
}

// Groups of plans that share a calling code, main country first, by ascending code.
export function readGroups(metadata) {
  if (metadata.version !== 4) throw new Error(`metadata version ${metadata.version}, this reads version 4`);
  const groups = [];
  for (const [code, countries] of Object.entries(metadata.country_calling_codes))
    groups.push({ code, plans: countries.map((country) => plan(country, metadata.countries[country])) });
  for (const [code, row] of Object.entries(metadata.nonGeographic))
    groups.push({ code, plans: [plan('', row)] });
  return groups.sort((a, b) => Number(a.code) - Number(b.code));
}
