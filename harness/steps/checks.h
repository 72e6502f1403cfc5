/* checks: CHECK of the language, judged on the history alone.
 *
 *     struct check_case c = {.history = history, .variables = variables, .findings = findings};
 *     c.step = "check";
 *     bool fine = check_judge(check, &c);
 *
 * Each list of facts has a file of its own (check_messages.c, …) and a row in check_judge.c. A fact that does
 * not hold adds a finding at its place, with expected beside actual. With `note` each fact is also written to
 * the history as a line `check`. Pure but for that. One thread at a time for one history's `note`. */
#ifndef CHECKS_H
#define CHECKS_H

#include "check.h"
#include "findings.h"
#include "happenings.h"
#include "variables.h"

struct check_case {
    struct history *history;
    int64_t since_real_us; /* happenings_mark() */
    struct variables *variables;
    struct findings *findings;
    const char *step; /* "check", "steps[4] check" */
    bool note;
    bool exact_time;               /* on a virtual clock: gaps are exact */
    const struct log_format *log;  /* the profile's; NULL: JSON as Cloud Run reads it */
    const struct happenings *seen; /* check_judge() fills it for the lists */
};

bool check_judge(const struct check *check, const struct check_case *c);

/* ---- one list of facts each */
bool check_messages(const struct check *check, struct check_case *c);
bool check_order(const struct check *check, struct check_case *c);
bool check_calls(const struct check *check, struct check_case *c);
bool check_callbacks(const struct check *check, struct check_case *c);
bool check_log(const struct check *check, struct check_case *c);
bool check_answers(const struct check *check, struct check_case *c);

/* ---- what they share */

/* Records the outcome of one fact: `what` is "messages[0].requests". */
bool check_report(struct check_case *c, struct place at, const char *what, bool holds, struct text expected,
                  struct text actual);
/* A count against what was seen; nothing to do when it was not written. */
bool check_count(struct check_case *c, const struct value *expected, const char *what, int64_t actual);
/* The same with a default for a count that was not written. */
bool check_count_or(struct check_case *c, const struct value *expected, struct count otherwise,
                    struct place at, const char *what, int64_t actual);
/* A value that could not be resolved: the fact fails with its reason. */
bool check_broken(struct check_case *c, struct place at, const struct fail *why);
/* True when `wanted` was not written, or is that text. *ret_fine becomes false when it cannot be resolved. */
bool check_selects(struct check_case *c, const struct value *wanted, struct text actual, bool *ret_fine);
/* The same for a person. */
bool check_selects_person(struct check_case *c, const struct value *wanted, struct text number,
                          bool *ret_fine);

#endif
