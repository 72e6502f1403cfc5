/* `repeat`: a list of steps, as often as `times` says (turn.c counts). */
#include "turn.h"

#include <stdio.h>

static enum step_outcome take(const struct turn *turn, const struct step *step, struct answer *answer)
{
    (void)answer;
    char prefix[STEP_PATH_BYTES];
    snprintf(prefix, sizeof prefix, "%s.repeat", turn->path);
    return steps_take(turn, step->repeat, prefix) ? STEP_DONE : STEP_FAILED;
}

const struct step_row step_repeat = {VERB_REPEAT, take, true};
