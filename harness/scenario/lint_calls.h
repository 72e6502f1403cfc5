/* lint_calls: calls of actions against their definitions (inside this layer only). */
#ifndef LINT_CALLS_H
#define LINT_CALLS_H

#include "names.h"
#include "problems.h"
#include "profile.h"
#include "scenario.h"

/* One file being checked. */
struct lint {
    const struct scenario *scenario; /* NULL while a profile is checked */
    const struct profile *profile;   /* NULL: there is none */
    struct problems *problems;
    struct names known; /* what a text may name */
    struct names made;  /* of these, what steps save and rows of cases give */
    json_t *policy;     /* of profile and scenario together; NULL when not known */
    size_t code_length;
    bool open; /* inside an action: any name may be a parameter */
};

/* The action exists; it gets all of its parameters and no others. */
void lint_call(struct lint *lint, const struct action_call *call);
/* No action calls itself, however far round. */
void lint_circles(struct lint *lint, const struct actions *actions);

#endif
