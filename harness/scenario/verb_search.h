/* verb_search: does a scenario use a verb anywhere? In its steps, inside of `parallel` and `repeat`, and in
 * the steps of the actions that it calls.
 *
 *     if (scenario_has_verb(scenario, profile, VERB_SET(VERB_ADVANCE) | VERB_SET(VERB_CLOCK))) ...
 *
 * Pure. */
#ifndef VERB_SEARCH_H
#define VERB_SEARCH_H

#include "profile.h"
#include "scenario.h"

#define VERB_SET(verb) (1u << (verb))

bool scenario_has_verb(const struct scenario *scenario, const struct profile *profile, unsigned verbs);

/* The same with a question of one's own, which is given `verbs`. */
bool scenario_has_step(const struct scenario *scenario, const struct profile *profile,
                       bool (*is)(const struct step *step, unsigned verbs), unsigned verbs);

#endif
