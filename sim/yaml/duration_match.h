/* duration_match: durations as people write them, and gaps between tries. Pure. */
#ifndef DURATION_MATCH_H
#define DURATION_MATCH_H

#include <stdint.h>

#include "fail.h"
#include "text.h"

enum {
    DURATION_TOLERANCE_MS = 50, /* `gaps` of a check are held to this on the real clock; on a virtual one they
                                   are exact */
    DURATION_WORK_MS = 1000, /* on the real clock an answer takes, beside what it waited for, the time of the
                                work itself; less than the shortest pause that anybody promises */
};

/* "300ms", "5s", "10m", "1h"; a bare number is refused: which unit? */
bool duration_read(struct text written, int64_t *ret_ms, struct fail *why);
/* The longest unit that is exact: "2s", "2500ms", "10m". */
void duration_write(int64_t ms, struct text_buf *out);

struct gaps {
    const int64_t *ms;
    size_t count;
};
/* Item by item, each within tolerance_ms. False also when the counts differ. */
bool gaps_match(struct gaps expected, struct gaps actual, int64_t tolerance_ms);

#endif
