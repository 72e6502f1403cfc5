/* runner_parts: what the runner's commands share; nobody else includes it.
 *
 * Both write what is wrong to stderr. */
#ifndef RUNNER_PARTS_H
#define RUNNER_PARTS_H

#include "fail.h"
#include "problems.h"
#include "selection.h"

/* Says why; returns the status. */
int runner_complain(int status, const struct fail *why);
/* New; NULL with *ret_status when there is nothing to go on with. */
struct selection *runner_select(const struct settings *settings, struct problems *problems, int *ret_status);

#endif
