/* json_match: is what was expected part of what came? And if not, where do they part?
 *
 *     if (!json_match(expected, actual, &difference))
 *         ...   // difference: "$.user.id: expected \"7\", got 7 (a text, not a number)\n", one line a
 * difference
 *
 * Subset: an object may have more keys than expected; a list has exactly the expected items, in order, each
 * compared the same way. Numbers are equal by value (1 and 1.0); null must be there as null. Pure;
 * `difference` may be NULL. */
#ifndef JSON_MATCH_H
#define JSON_MATCH_H

#include "json.h"
#include "text.h"

/* Lines of differences shown; how many more there are is said. */
enum { JSON_MATCH_LINES_MAX = 20, JSON_MATCH_DEPTH_MAX = 256 };

bool json_match(const json_t *expected, const json_t *actual, struct text_buf *difference);

/* One value on one line, cut with "…" behind max_bytes. */
void json_put_short(struct text_buf *out, const json_t *value, size_t max_bytes);

/* "null", "a number", "a text", "a list", "an object", "true or false". */
const char *json_kind_words(const json_t *value);

#endif
