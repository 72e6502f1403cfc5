/* Looks for `dns` in faults. */
#include "names_way.h"

#include "verb_search.h"

static bool faults_lose_names(const struct faults *faults)
{
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->items[i];
        bool found = value_given(&fault->outcome.dns);
        for (size_t k = 0; k < fault->in_turn.count; k++)
            found = found || value_given(&fault->in_turn.items[k].dns);
        if (found)
            return true;
    }
    return false;
}

static bool step_loses_names(const struct step *step, unsigned verbs)
{
    (void)verbs;
    return step->faults != NULL && faults_lose_names(step->faults);
}

bool scenario_loses_names(const struct scenario *scenario, const struct profile *profile)
{
    return faults_lose_names(&scenario->faults) || scenario_has_step(scenario, profile, step_loses_names, 0);
}

bool names_way_allows(const struct scenario *scenario, const struct profile *profile, enum sandbox_way way,
                      struct scenario_result *result)
{
    if (way != SANDBOX_PROXY || !scenario_loses_names(scenario, profile))
        return true;
    scenario_result_fail(result, scenario->path, scenario->sentence.at.line, scenario->sentence.at.col,
                         "--sandbox",
                         "it has a dns fault, and in the proxy way the backend looks no names up: use "
                         "--sandbox namespace or preload");
    result->outcome = SCENARIO_SKIPPED;
    return false;
}
