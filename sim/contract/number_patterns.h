/* number_patterns: the plan's regular expressions, compiled when first needed, with PCRE2's JIT where there
 * is one.
 *
 *     struct pattern_run run;
 *     pattern_run_init(&run);
 *     if (pattern_matches(row->general, national, &run)) ...
 *     pattern_run_release(&run);
 *
 * A run is one thread's scratch space; the compiled patterns are shared by all threads and kept for the life
 * of the process. Compiling one takes some 20 to 200 microseconds, matching a tenth of one. For
 * numbering_plan.c only. */
#ifndef NUMBER_PATTERNS_H
#define NUMBER_PATTERNS_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

struct pattern_run {
    void *match; /* pcre2_match_data */
};

void pattern_run_init(struct pattern_run *run);
void pattern_run_release(struct pattern_run *run);

/* `pattern` is an index into plan_patterns, not 0. */
bool pattern_matches(unsigned pattern, struct text digits, struct pattern_run *run);
/* How many bytes the last match took; its groups from 1, TEXT_NONE for one that took no part. */
size_t pattern_matched_bytes(const struct pattern_run *run);
struct text pattern_group(const struct pattern_run *run, struct text digits, unsigned group);
/* How many groups the pattern has. */
unsigned pattern_group_count(unsigned pattern);

#endif
