/* form: application/x-www-form-urlencoded in and out, in order, repeated names kept.
 *
 *     struct form form;
 *     enum form_result result = form_parse(arena, body, &form);
 *     struct text to = form_get(&form, "To");        // the first; .at == NULL when it is not there
 *
 * Pairs borrow from the arena. Decoding: '+' is a space, %XX a byte; a '%' that no two hex digits follow is
 * an error, and so is a NUL byte (no value of Twilio's has one). */
#ifndef FORM_H
#define FORM_H

#include "arena.h"
#include "text.h"

struct form_pair {
    struct text name;
    struct text value;
};

struct form {
    struct form_pair *pairs;
    size_t count;
};

enum form_result { FORM_OK, FORM_BROKEN_PERCENT, FORM_NUL_BYTE, FORM_TOO_MANY };

enum form_result form_parse(struct arena *arena, struct text encoded, struct form *ret_form);
/* In words, for an error text. */
const char *form_result_text(enum form_result result);

/* The first value of a name, or TEXT_NONE. Names are case-sensitive. */
struct text form_get(const struct form *form, const char *name);
bool form_has(const struct form *form, const char *name);

/* Appends "name=value", with '&' before it unless the buffer is empty. */
void form_put(struct text_buf *out, struct text name, struct text value);
/* Percent-encodes as Twilio's URIs show it ('+' becomes %2B, space %20 or '+' as asked). */
void form_put_encoded(struct text_buf *out, struct text value, bool space_as_plus);

#endif
