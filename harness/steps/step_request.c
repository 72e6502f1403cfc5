/* `request`: any request to the backend, or to a full URL. */
#include "sending.h"

static enum step_outcome take(const struct turn *turn, const struct step *step, struct answer *answer)
{
    struct sending sending = {.turn = turn,
                              .step = step,
                              .request = step->request,
                              .variables = variables_new(turn->variables),
                              .action = TEXT_NONE};
    struct fail why = {0};
    bool sent = sending_run(&sending, answer, &why);
    variables_free(sending.variables);
    if (!sent)
        turn_fail(turn, step, &why);
    return sent ? STEP_ANSWERED : STEP_FAILED;
}

const struct step_row step_request = {VERB_REQUEST, take, true};
