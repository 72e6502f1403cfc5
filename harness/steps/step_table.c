/* Every verb of the language, a row each. To add one: a file step_x.c with its row, and a line here. */
#include "turn.h"

static const struct step_row *const rows[] = {
    &step_action,   &step_request, &step_receive, &step_reply, &step_advance, &step_faults, &step_callback,
    &step_parallel, &step_repeat,  &step_process, &step_run,   &step_check,   &step_clock,
};

const struct step_row *step_row_of(enum verb verb)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i]->verb == verb)
            return rows[i];
    return NULL;
}
