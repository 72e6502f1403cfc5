/* duration_match: durations as people write them, and gaps within 50 ms. Pure. */
#ifndef DURATION_MATCH_H
#define DURATION_MATCH_H

#include <stdint.h>

#include "fail.h"
#include "text.h"

/* `gaps` of a check are held to this. */
enum { DURATION_TOLERANCE_MS = 50 };

/* "300ms", "5s", "10m", "1h"; a bare number is refused: which unit? */
bool duration_read(struct text written, int64_t *ret_ms, struct fail *why);
bool duration_near(int64_t expected_ms, int64_t actual_ms);
/* The longest unit that is exact: "2s", "2500ms", "10m". */
void duration_write(int64_t ms, struct text_buf *out);

/* Lists of gaps, item by item. False also when the counts differ; the words name each that is off. */
bool gaps_match(const int64_t *expected_ms, size_t expected_count, const int64_t *actual_ms,
                size_t actual_count, struct text_buf *difference);

#endif
