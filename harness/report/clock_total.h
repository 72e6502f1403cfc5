/* clock_total: on which clock the scenarios of a run were, in sum.
 *
 *     struct clock_total total = {0};
 *     clock_total_add(&total, result);
 *     clock_total_write(&total, &out);           // "virtual, 7 h 12 min in 812 jumps"
 *
 * Pure. Scenarios that were not run count for nothing. */
#ifndef CLOCK_TOTAL_H
#define CLOCK_TOTAL_H

#include "scenario_result.h"

struct clock_total {
    size_t virtual_scenarios, real_scenarios;
    int64_t virtual_ms, jumps;
};

void clock_total_add(struct clock_total *total, const struct scenario_result *result);
/* "virtual", "real", "mixed", "none": no scenario was run */
const char *clock_total_word(const struct clock_total *total);
/* A line. */
void clock_total_write(const struct clock_total *total, struct text_buf *out);

#endif
