/* Looks through the steps, and through the steps of actions. */
#include "real_time.h"

#include <stdio.h>

enum { DEPTH_MAX = 32 }; /* lint refuses actions that call themselves */

struct search {
    const struct scenario *scenario;
    const struct profile *profile;
};

static const struct action *action_of(const struct search *search, struct text name)
{
    const struct action *found = NULL;
    for (size_t i = 0; i < search->scenario->used_count && found == NULL; i++)
        found = actions_find(&search->scenario->used[i].actions, name);
    return found != NULL ? found : actions_find(&search->profile->actions, name);
}

static bool steps_pass_time(const struct search *search, const struct steps *steps, int depth)
{
    bool found = false;
    for (size_t i = 0; steps != NULL && depth < DEPTH_MAX && i < steps->count && !found; i++) {
        const struct step *step = &steps->items[i];
        const struct action *action = step->action == NULL ? NULL : action_of(search, step->action->name);
        found = step->advance != NULL || step->clock != NULL ||
                steps_pass_time(search, step->parallel, depth + 1) ||
                steps_pass_time(search, step->repeat, depth + 1) ||
                (action != NULL && steps_pass_time(search, action->steps, depth + 1));
    }
    return found;
}

bool scenario_lets_time_pass(const struct scenario *scenario, const struct profile *profile)
{
    const struct search search = {scenario, profile};
    return steps_pass_time(&search, &scenario->given, 0) || steps_pass_time(&search, &scenario->steps, 0) ||
           steps_pass_time(&search, &scenario->cleanup, 0);
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
