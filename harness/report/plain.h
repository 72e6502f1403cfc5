/* plain: texts of any source made fit for a terminal, a table and an XML file.
 *
 * Control characters, and the marks that turn the direction of a line, are shown as \xNN or \uNNNN; broken
 * UTF-8 becomes U+FFFD. Widths count characters: wide ones (CJK) count as one. Pure. */
#ifndef PLAIN_H
#define PLAIN_H

#include "text.h"

/* Appends `value` made plain. */
void plain_put(struct text_buf *out, struct text value);
/* The same, cut to `columns` characters; a cut one ends with "…". */
void plain_put_cut(struct text_buf *out, struct text value, size_t columns);
/* The same as lines: newlines stay, all rows but the first begin with `indent`. A line longer than `columns`
 * goes on below, at most `rows` rows a line; what is cut then ends with "…". */
void plain_put_wrapped(struct text_buf *out, struct text value, const char *indent, size_t columns,
                       size_t rows);
/* Spaces until what was appended since `from` (a length of out) is `columns` characters wide. */
void plain_pad(struct text_buf *out, size_t from, size_t columns);
/* How many characters `value` takes when it is shown. */
size_t plain_width(struct text value);

#endif
