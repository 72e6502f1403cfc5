/* Looks through the steps, and through the steps of actions. */
#include "verb_search.h"

enum { DEPTH_MAX = 32 }; /* lint refuses actions that call themselves */

struct search {
    const struct scenario *scenario;
    const struct profile *profile;
    bool (*is)(const struct step *step, unsigned verbs);
    unsigned verbs;
};

static const struct action *action_of(const struct search *search, struct text name)
{
    const struct action *found = NULL;
    for (size_t i = 0; i < search->scenario->used_count && found == NULL; i++)
        found = actions_find(&search->scenario->used[i].actions, name);
    return found != NULL ? found : actions_find(&search->profile->actions, name);
}

static bool steps_have(const struct search *search, const struct steps *steps, int depth)
{
    bool found = false;
    for (size_t i = 0; steps != NULL && depth < DEPTH_MAX && i < steps->count && !found; i++) {
        const struct step *step = &steps->items[i];
        const struct action *action = step->action == NULL ? NULL : action_of(search, step->action->name);
        found = search->is(step, search->verbs) || steps_have(search, step->parallel, depth + 1) ||
                steps_have(search, step->repeat, depth + 1) ||
                (action != NULL && steps_have(search, action->steps, depth + 1));
    }
    return found;
}

static bool step_is_of(const struct step *step, unsigned verbs)
{
    return (verbs & VERB_SET(step->verb)) != 0;
}

bool scenario_has_verb(const struct scenario *scenario, const struct profile *profile, unsigned verbs)
{
    return scenario_has_step(scenario, profile, step_is_of, verbs);
}

bool scenario_has_step(const struct scenario *scenario, const struct profile *profile,
                       bool (*is)(const struct step *step, unsigned verbs), unsigned verbs)
{
    const struct search search = {scenario, profile, is, verbs};
    return steps_have(&search, &scenario->given, 0) || steps_have(&search, &scenario->steps, 0) ||
           steps_have(&search, &scenario->cleanup, 0);
}
