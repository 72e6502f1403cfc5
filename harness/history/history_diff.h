/* history_diff: how two histories in normal form differ, as lines for a person.
 *
 *     - {"kind":"call",…}                  only in the first
 *     + {"kind":"call",…}                  only in the second
 *     ~ call to +243810000001: status 201 -> 503, sid SM#1 -> null
 *
 * Lines of one kind that stand at the same place are shown by the keys that differ. Pure. */
#ifndef HISTORY_DIFF_H
#define HISTORY_DIFF_H

#include "text.h"

/* Appends at most `rows` rows, and how many there are more; how many rows there are in all is returned: 0
 * when the two are the same byte for byte. */
size_t history_diff(struct text first, struct text second, size_t rows, struct text_buf *out);

#endif
