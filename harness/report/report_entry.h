/* report_entry: what a report keeps of a scenario that has ended, and the files made of all entries. Pure
 * writers: text in a buffer, no file is touched. */
#ifndef REPORT_ENTRY_H
#define REPORT_ENTRY_H

#include "clock_total.h"
#include "scenario_result.h"

struct report_entry {
    struct scenario_result *result; /* owned */
    char *label;                    /* "family/name (case)", owned */
    char *body;                     /* failure_text(), "" when it passed; owned */
};

/* What stands above all entries. */
struct report_suite {
    const char *way;                            /* NULL: not said */
    const char *clock;                          /* clock_total_word() */
    const struct clock_total *clocks;           /* NULL: not said */
    const struct invariant_results *invariants; /* summed over all; NULL: not said */
    size_t room_bytes; /* what the file may hold; only a kind that knows a limit looks at it */
    const struct report_entry *entries;
    size_t entry_count;
};

/* JUnit XML as GitLab and GitHub read it: a testsuite a family, classname = family, file, time in seconds.
 * Failed and setup-failed are failures, environment and invalid are errors. */
void junit_write(const struct report_suite *suite, struct text_buf *out);

/* TAP version 13 with a YAML block a failure. */
void tap_write(const struct report_suite *suite, struct text_buf *out);

#endif
