/* The choice of --real-time. */
#include "real_time.h"

#include <stdio.h>

#include "verb_search.h"

bool scenario_lets_time_pass(const struct scenario *scenario, const struct profile *profile)
{
    return scenario_has_verb(scenario, profile, VERB_SET(VERB_ADVANCE) | VERB_SET(VERB_CLOCK));
}

bool real_time_allows(const struct scenario *scenario, const struct profile *profile,
                      enum settings_real_time wanted, const char *because, struct scenario_result *result)
{
    char message[1024];
    if (wanted == REAL_TIME_WAIT || !scenario_lets_time_pass(scenario, profile))
        return true;
    snprintf(message, sizeof message, "it lets time pass, and the stack is on the real clock: %.800s",
             because == NULL ? "--clock real" : because);
    scenario_result_fail(result, scenario->path, scenario->sentence.at.line, scenario->sentence.at.col,
                         "--real-time", message);
    result->outcome = wanted == REAL_TIME_SKIP ? SCENARIO_SKIPPED : SCENARIO_FAILED;
    return false;
}
