/* `process`: starts, stops, kills, pauses, resumes or wipes the backend or a service. */
#include "turn.h"

static bool order_give(const struct turn *turn, const struct named_value *order, struct fail *why)
{
    struct world *world = turn->world;
    int choice;
    if (!value_choice(&order->value, turn->variables, &choice, why))
        return false;
    if (world->stage == NULL)
        return fail_set(why, "the backend runs by itself (--url): its processes are not ours");
    pthread_mutex_lock(&world->stage_mutex);
    bool fine = stage_order(world->stage, order->name, (enum stage_order)choice, why);
    pthread_mutex_unlock(&world->stage_mutex);
    return fine;
}

static enum step_outcome take(const struct turn *turn, const struct step *step, struct answer *answer)
{
    (void)answer;
    struct fail why = {0};
    bool fine = true;
    for (size_t i = 0; i < step->process->count && fine; i++)
        fine = order_give(turn, &step->process->items[i], &why);
    if (!fine)
        turn_fail(turn, step, &why);
    return fine ? STEP_DONE : STEP_FAILED;
}

const struct step_row step_process = {VERB_PROCESS, take, false};
