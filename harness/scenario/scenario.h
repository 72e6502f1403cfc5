/* scenario: one scenario file as a typed tree (LANGUAGE, SCENARIO).
 *
 *     struct scenario *scenario = scenario_read("scenarios/retries/a.yaml", problems);
 *     if (scenario == NULL) ...                       // its errors, all of them, are in `problems`
 *     scenario_free(scenario);
 *
 * Reading checks the file on its own, and the files under `uses` (relative to its folder); lint.h checks it
 * against the profile and the other scenarios. Everything in the tree is borrowed from the scenario and never
 * changes; many threads may read it. Limits: enum scenario_bounds below and those of document.h; what is
 * larger is refused with its place. */
#ifndef SCENARIO_H
#define SCENARIO_H

#include "check.h"
#include "fault.h"
#include "people.h"
#include "problems.h"
#include "step.h"
#include "value.h"

enum scenario_bounds {
    SCENARIO_TIMES_MAX = 100000, /* `times` of a step */
    SCENARIO_USES_MAX = 32,      /* files under `uses` */
};

struct retry_policy {
    struct place at;
    struct value tries;
    struct value_list gaps;       /* VALUE_DURATION */
    struct value_list permanent;  /* VALUE_CODE */
    struct value retry_after;     /* honour, ignore */
    struct value unknown_outcome; /* look-up, retry, stop */
};

struct code_policy {
    struct place at;
    struct value length, lifetime, guesses;
    struct value resend; /* new, same */
    struct value judge;  /* backend, verify */
};

struct sends_policy {
    struct place at;
    struct value limit, per;
};

/* What the backend promises; an entry that is not written leaves its invariants not exercised. */
struct policy {
    struct place at;
    struct code_policy code;
    struct sends_policy sends;
    struct retry_policy retry;
    struct value_list channels;
};

/* What differs from the profile. */
struct with {
    struct place at;
    struct named_values env; /* VALUE_TEXT_OR_NULL; null removes it */
    struct policy policy;
    struct value start; /* false = a step starts the backend */
};

struct case_rows {
    struct place at;
    struct named_values *items; /* one a row; VALUE_TEXT */
    size_t count;
};

/* `allow:`; refused by this version's lint. */
struct allowance {
    struct place at;
    struct value invariant, why;
};

struct allowances {
    struct place at;
    struct allowance *items;
    size_t count;
};

/* A file under `uses`: nothing but `actions`. */
struct used_file {
    struct place at;
    const char *path;
    struct actions actions;
    struct document *document; /* owns it */
};

struct scenario {
    struct place at;
    const char *path; /* as given */
    struct value sentence, why;
    struct value_list tags;
    struct value_list uses;
    struct with with;
    struct account account;
    struct people people;
    struct case_rows cases;
    struct steps given;
    struct faults faults;
    struct steps steps;
    struct check *check; /* NULL = not written */
    struct steps cleanup;
    struct allowances allow;
    struct value time_limit; /* real time; 60s when not written */

    struct used_file *used; /* the files of `uses`, read */
    size_t used_count;
    struct document *document; /* owns all of the above */
};

/* New, or NULL when the file cannot be read or has an error. */
struct scenario *scenario_read(const char *path, struct problems *problems);
/* The same from memory; `name` is shown in errors and `uses` is relative to its folder. */
struct scenario *scenario_read_text(const char *name, struct text bytes, struct problems *problems);
void scenario_free(struct scenario *scenario);

/* The policy as JSON, in the keys of the language: what `$policy.…` shows. What `over` has (a scenario's
 * `with`) replaces what `base` has; either may be NULL. Durations stay text. *ret is new. */
bool policy_json(const struct policy *base, const struct policy *over, struct variables *variables,
                 json_t **ret, struct fail *why);

#endif
