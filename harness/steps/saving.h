/* saving: `save:` takes values out of an answer and gives them names.
 *
 *     saving_apply(&step->save, &answer, variables, &why)
 *
 * NAME alone takes the whole JSON (of a received message: the code). Values are set in the scope given. */
#ifndef SAVING_H
#define SAVING_H

#include "answer.h"
#include "step.h"
#include "variables.h"

/* False with *why when a value is not in the answer. */
bool saving_apply(const struct save *save, const struct answer *answer, struct variables *variables,
                  struct fail *why);

#endif
