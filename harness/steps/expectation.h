/* expectation: does an answer fit `expect`?
 *
 *     struct expectation e = {.expect = step->expect, .answers = &profile->answers, .variables = variables,
 *                             .findings = findings, .at = step->verb_at, .step = path};
 *     bool fine = expectation_judge(&e, &answer);
 *
 * Without `expect` a 2xx (of a program: exit 0) is required; so it is when an expect says nothing about
 * status, exit, `not` or `answers`. What differs becomes one finding with expected beside actual. A NAME is
 * looked up in the profile. */
#ifndef EXPECTATION_H
#define EXPECTATION_H

#include "answer.h"
#include "expect.h"
#include "findings.h"
#include "profile.h"

struct expectation {
    const struct expect *expect; /* NULL: the default */
    const struct named_expects *answers;
    struct variables *variables;
    struct findings *findings; /* NULL: only the verdict is wanted */
    struct place at;
    const char *step;
    bool exact_time; /* on a virtual clock: `took: 2s` is 2000 ms */
    bool lenient;    /* the default asks for nothing: counts above judge */
};

bool expectation_judge(const struct expectation *e, const struct answer *answer);

/* `answers: { 200: 1, 4xx: 19 }` against the statuses of several answers (0 = none came). */
bool expectation_judge_counts(const struct expectation *e, const int *statuses, size_t count);
/* True when this expect counts answers. */
bool expectation_counts(const struct expect *expect);

#endif
