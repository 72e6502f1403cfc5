/* sending: one HTTP request to the backend, as a step or an action describes it, written to the history.
 *
 *     struct sending sending = {.turn = turn, .step = step, .request = step->request};
 *     sending.variables = turn->variables;
 *     if (!sending_run(&sending, answer, &why)) ...
 *
 * In `parallel` the connection is opened first, then the barrier is passed, then the request is sent. */
#ifndef SENDING_H
#define SENDING_H

#include "meaning.h"
#include "turn.h"

struct sending {
    const struct turn *turn;
    const struct step *step;
    const struct request_step *request;
    struct variables *variables; /* the action's scope, or the turn's */
    struct text action;          /* TEXT_NONE: a plain request */
    struct meaning meaning;
};

/* Fills *answer (also when none came); false with *why when the request cannot be made. */
bool sending_run(const struct sending *sending, struct answer *answer, struct fail *why);

#endif
