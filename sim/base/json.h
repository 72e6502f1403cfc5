/* json: writing JSON straight into a buffer, and jansson in our words.
 *
 * Two ways out: `json_put_*` for answers that must be fast (a Message), jansson for everything else.
 * `json_put_text` escapes as Twilio does (ASCII only: other characters become \uXXXX, pairs above U+FFFF).
 * jansson's own types are used as they are; `json_auto_t` ends them. */
#ifndef JSON_H
#define JSON_H

#include <jansson.h>

#include "fail.h"
#include "text.h"

/* A JSON string with its quotes. Broken UTF-8 becomes U+FFFD. TEXT_NONE becomes null. */
void json_put_text(struct text_buf *out, struct text value);

/* Reads a whole document; false with line and column in *why. `source` names it there. New. */
bool json_read(struct text document, const char *source, json_t **ret, struct fail *why);
/* New compact text, keys in insertion order. */
char *json_write(const json_t *value);
/* The string at key as a borrowed view; TEXT_NONE when it is missing or no string. */
struct text json_text(const json_t *object, const char *key);
/* A JSON string of a view (any bytes; broken UTF-8 is replaced). New. */
json_t *json_of_text(struct text value);
/* Sets object[key]; value is stolen. */
void json_set(json_t *object, const char *key, json_t *value);

#endif
