/* segments: how a body is encoded and into how many SMS it goes.
 *
 *     struct segments segments = segments_count(body);
 *     segments.encoding == ENCODING_GSM7, segments.units == 161, segments.count == 2
 *
 * GSM-7 when every character is in its basic or extension table, else UCS-2. One segment holds 160 septets or
 * 70 code units; of several, each holds 153 or 67, packed greedily: an extension pair, a surrogate pair or a
 * grapheme is never split (a grapheme longer than a segment is, between characters). CR LF is two characters.
 * Broken UTF-8 counts as U+FFFD a byte. An empty body is one segment. Source:
 * reference/twilio-messaging.md 8. Thread-safe. */
#ifndef SEGMENTS_H
#define SEGMENTS_H

#include "text.h"

enum encoding { ENCODING_GSM7, ENCODING_UCS2 };

struct segments {
    enum encoding encoding;
    unsigned units; /* septets or UTF-16 code units in all */
    unsigned count; /* segments, at least 1 */
};

struct segments segments_count(struct text utf8);

#endif
