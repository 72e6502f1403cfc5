/* An action of the profile, or of a file under `uses`: a request, or steps of its own, with parameters. */
#include "sending.h"

#include <stdio.h>

static const struct action *action_find(const struct world *world, struct text name)
{
    const struct action *action = NULL;
    for (size_t i = 0; i < world->scenario->used_count && action == NULL; i++)
        action = actions_find(&world->scenario->used[i].actions, name);
    return action != NULL ? action : actions_find(&world->profile->actions, name);
}

/* Parameters are resolved where the call stands, defaults among the parameters. */
static bool params_set(const struct named_values *values, struct variables *from, struct variables *scope,
                       struct fail *why)
{
    for (size_t i = 0; i < values->count; i++) {
        json_t *value = NULL;
        if (!value_json(&values->items[i].value, from, &value, why))
            return false;
        variables_set(scope, values->items[i].name, value);
    }
    return true;
}

static bool scope_fill(const struct turn *turn, const struct action *action,
                       const struct named_values *params, struct variables *scope, struct fail *why)
{
    return params_set(&action->defaults, turn->variables, scope, why) &&
           params_set(params, turn->variables, scope, why);
}

static enum step_outcome request_take(const struct turn *turn, const struct step *step,
                                      const struct action *action, struct variables *scope,
                                      struct answer *answer)
{
    struct sending sending = {.turn = turn,
                              .step = step,
                              .request = action->request,
                              .variables = scope,
                              .action = step->action->name};
    struct fail why = {0};
    bool sent = meaning_read(&sending.meaning, turn->world->cast, &step->action->params, &action->defaults,
                             scope, &why) &&
                sending_run(&sending, answer, &why);
    if (!sent)
        turn_fail(turn, step, &why);
    return sent ? STEP_ANSWERED : STEP_FAILED;
}

static enum step_outcome steps_of_action(const struct turn *turn, const struct action *action,
                                         struct variables *scope)
{
    char prefix[STEP_PATH_BYTES];
    struct turn inner = *turn;
    inner.variables = scope;
    snprintf(prefix, sizeof prefix, "%s.%.*s", turn->path, TEXT_ARGS(text_first(action->name, 40)));
    return steps_take(&inner, action->steps, prefix) ? STEP_DONE : STEP_FAILED;
}

static enum step_outcome take(const struct turn *turn, const struct step *step, struct answer *answer)
{
    struct fail why = {0};
    const struct action *action = action_find(turn->world, step->action->name);
    if (action == NULL) {
        fail_set(&why, "the profile has no action '%.*s'", TEXT_ARGS(step->action->name));
        turn_fail(turn, step, &why);
        return STEP_FAILED;
    }
    struct variables *scope = variables_new(turn->variables);
    enum step_outcome outcome = STEP_FAILED;
    if (!scope_fill(turn, action, &step->action->params, scope, &why))
        turn_fail(turn, step, &why);
    else if (action->request != NULL)
        outcome = request_take(turn, step, action, scope, answer);
    else
        outcome = steps_of_action(turn, action, scope);
    variables_free(scope);
    return outcome;
}

const struct step_row step_action = {VERB_ACTION, take, true};
