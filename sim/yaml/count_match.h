/* count_match: the scenario type `count`: 3, 1..3, 2.. (inclusive at both ends). Pure. */
#ifndef COUNT_MATCH_H
#define COUNT_MATCH_H

#include <stdint.h>

#include "fail.h"
#include "text.h"

#define COUNT_NO_END INT64_MAX

struct count {
    int64_t min;
    int64_t max; /* COUNT_NO_END for "2.." */
};

bool count_read(struct text written, struct count *ret, struct fail *why);
bool count_holds(struct count expected, int64_t actual);
/* "3", "1..3", "2.." */
void count_write(struct count expected, struct text_buf *out);

#endif
