/* worker: one process with one sandbox, which runs jobs as its parent hands them out.
 *
 * Down the pipe come job numbers, a line each; "end" ends it (so does the end of the pipe). Up come results
 * as JSON, a line each:
 * {"job": 3, "result": {…}}, {"job": 3, "result": {…}, "paused": {hello}} and, when hold.h has let it go,
 * {"job": 3, "resumed": true}; or once {"setup": "why"} when its surroundings do not come up. */
#ifndef WORKER_H
#define WORKER_H

#include "rig.h"
#include "selection.h"

struct worker_plan {
    struct rig_plan rig; /* its sandbox is set inside */
    const struct selection *selection;
    int commands_fd, results_fd;
    int channel; /* of a dialer, for pauses; -1: none */
};

/* A sandbox_body. `context` is a struct worker_plan. Returns 0, or 4 when its surroundings did not come up.
 */
int worker_run(struct sandbox *sandbox, void *context);

#endif
