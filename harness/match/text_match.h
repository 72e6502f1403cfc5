/* text_match: the scenario type `match`: text (contains), '/pattern/' (PCRE2), .filter (jq on JSON, must be
 * true).
 *
 *     struct text_match *match = text_match_new(TEXT("/^[0-9]{6}$/"), &why);
 *     if (!text_match_holds(match, body, &difference)) ...      // difference: why not, in words
 *     text_match_free(match);
 *
 * A filter reads the subject as JSON; one that is none does not match, and the words say so. One thread at a
 * time. */
#ifndef TEXT_MATCH_H
#define TEXT_MATCH_H

#include "fail.h"
#include "json.h"
#include "text.h"

enum text_match_kind { TEXT_MATCH_CONTAINS, TEXT_MATCH_PATTERN, TEXT_MATCH_FILTER };

struct text_match;

/* Which of the three a written match is. */
enum text_match_kind text_match_kind(struct text written);

/* New, or NULL: a broken pattern or filter, or an empty text (it would match everything). */
struct text_match *text_match_new(struct text written, struct fail *why);
void text_match_free(struct text_match *match);

/* `difference` may be NULL. */
bool text_match_holds(struct text_match *match, struct text subject, struct text_buf *difference);
/* The same on a value that is JSON already: a text is compared as itself, anything else as it is written. */
bool text_match_holds_json(struct text_match *match, const json_t *subject, struct text_buf *difference);

#endif
