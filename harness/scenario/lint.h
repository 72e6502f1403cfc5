/* lint: what a file alone cannot show: scenarios against their profile and against each other.
 *
 *     lint_profile(profile, problems);
 *     for (each scenario) lint_scenario(scenario, profile, problems);
 *     lint_sentences(scenarios, count, problems);
 *
 * Errors: an action, answer, person, service, parameter or variable that nothing defines; a parameter that is
 * missing or that the action does not know; a check of a policy entry that the profile does not have; two
 * scenarios with one sentence; what this version does not do yet. Warnings: a plain number as long as a code
 * inside `json:`; a value that `otp-harness init` could not guess and nobody has written since. */
#ifndef LINT_H
#define LINT_H

#include "problems.h"
#include "profile.h"
#include "scenario.h"

void lint_profile(const struct profile *profile, struct problems *problems);
void lint_scenario(const struct scenario *scenario, const struct profile *profile, struct problems *problems);
/* A sentence is unique in the run. */
void lint_sentences(const struct scenario *const *scenarios, size_t count, struct problems *problems);

#endif
