/* utf8: one character after the other. */
#ifndef UTF8_H
#define UTF8_H

#include <stdint.h>

#include "text.h"

enum { UTF8_REPLACEMENT = 0xFFFD };

/* Takes the first character off *rest (which must not be empty). A broken byte gives U+FFFD and is one byte
 * long. */
uint32_t utf8_next(struct text *rest);
/* How many characters. */
size_t utf8_count(struct text value);
bool utf8_valid(struct text value);
void utf8_put(struct text_buf *out, uint32_t character);

#endif
