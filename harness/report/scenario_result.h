/* scenario_result: how one scenario (or one row of its cases) ended, as plain data that the runner fills.
 *
 *     struct scenario_result *result = scenario_result_new(file, 3, "retry after is honoured", NULL);
 *     struct scenario_failure *failure =
 *         scenario_result_fail(result, file, 12, 5, "check", "messages to awa are not as expected");
 *     scenario_failure_differs(failure, "messages[0].requests", "3", "2");
 *     json_t *line = scenario_result_to_json(result);
 *     struct scenario_result *same = scenario_result_from_json(line, &why);
 *
 * The way to JSON and back is for the pipe from a worker to the process that reports, and for the event file.
 * Strings given are copied; all strings inside are owned by the result. One thread at a time. */
#ifndef SCENARIO_RESULT_H
#define SCENARIO_RESULT_H

#include "invariants.h"

enum scenario_outcome {
    SCENARIO_PASSED,
    SCENARIO_FAILED,       /* a step, a check, an invariant, or a backend that died after it was ready */
    SCENARIO_SETUP_FAILED, /* something under `given` */
    SCENARIO_ENVIRONMENT,  /* the sandbox, a service or the backend did not come up: nothing was tested */
    SCENARIO_INVALID,      /* the file is broken */
    SCENARIO_SKIPPED,      /* not run; the first failure's message says why */
    SCENARIO_OUTCOMES
};

/* "passed", "failed", "setup-failed", "environment", "invalid", "skipped" */
const char *scenario_outcome_name(enum scenario_outcome outcome);

/* One row of expected beside actual. */
struct scenario_difference {
    char *at; /* "status", ".user.name", "messages[0].requests" */
    char *expected;
    char *actual;
};

struct scenario_failure {
    char *file; /* of the step or the check, NULL when there is none */
    int line, col;
    char *step;    /* "steps[2] verify-otp", "check", "invariant 7" */
    char *message; /* one sentence */
    char *detail;  /* more lines, or NULL: the answer in full, a process's last lines */
    struct scenario_difference *differences;
    size_t difference_count;
};

struct scenario_result {
    char *file;
    int line;
    char *family;    /* the folder's name; NULL when it stands in none */
    char *name;      /* the sentence */
    char *case_name; /* the row, "who=a landline", or NULL */
    enum scenario_outcome outcome;
    int64_t took_real_ms, virtual_ms;
    bool is_virtual;    /* its stack was on the virtual clock */
    int64_t jumps;      /* that the clock made */
    char *history_path; /* or NULL */
    struct scenario_failure *failures;
    size_t failure_count;
    struct invariant_results invariants;
};

/* Outcome passed, nothing judged. The family is the name of the file's folder. New. */
struct scenario_result *scenario_result_new(const char *file, int line, const char *name,
                                            const char *case_name);
void scenario_result_free(struct scenario_result *result);

/* Adds a failure; the outcome becomes SCENARIO_FAILED if it was passed. file and detail may be NULL. Borrowed
 * until the next failure is added. */
struct scenario_failure *scenario_result_fail(struct scenario_result *result, const char *file, int line,
                                              int col, const char *step, const char *message);
void scenario_failure_differs(struct scenario_failure *failure, const char *at, const char *expected,
                              const char *actual);
void scenario_failure_set_detail(struct scenario_failure *failure, const char *detail);
/* Takes the verdicts over (*invariants is stolen) and adds a failure for each broken one. */
void scenario_result_judge(struct scenario_result *result, struct invariant_results *invariants);

json_t *scenario_result_to_json(const struct scenario_result *result);
struct scenario_result *scenario_result_from_json(const json_t *value, struct fail *why);

/* "family/name (case)", borrowed from out. */
const char *scenario_result_label(const struct scenario_result *result, struct text_buf *out);

#endif
