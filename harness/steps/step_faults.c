/* `faults`: adds fault rules while the scenario runs, or takes all away (`faults: none`). */
#include "turn.h"

static bool take_away(const struct turn *turn, struct fail *why)
{
    struct world *world = turn->world;
    return planned_faults_settle(world->faults, world->simulator, turn->findings, turn->label, why) &&
           simulator_clear_faults(world->simulator, why);
}

static enum step_outcome take(const struct turn *turn, const struct step *step, struct answer *answer)
{
    (void)answer;
    struct fail why = {0};
    struct world *world = turn->world;
    size_t before = findings_count(turn->findings);
    bool fine = value_given(&step->faults->none) ? take_away(turn, &why)
                                                 : planned_faults_add(world->faults, world->simulator,
                                                                      step->faults, turn->variables, &why);
    if (!fine)
        turn_fail(turn, step, &why);
    return fine && findings_count(turn->findings) == before ? STEP_DONE : STEP_FAILED;
}

const struct step_row step_faults = {VERB_FAULTS, take, false};
