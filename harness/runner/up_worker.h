/* up_worker: the inside of `otp-harness up`: one scene, set up and then held.
 *
 * Up the pipe comes {"up": {hello}} once it is up, or {"setup": "why", "status": 4}; then what hold.h says.
 */
#ifndef UP_WORKER_H
#define UP_WORKER_H

#include "hold.h"

struct up_plan {
    struct rig_plan rig; /* its sandbox is set inside */
    const struct job *job;
    struct hold_plan hold;
};

/* A sandbox_body. `context` is a struct up_plan. Returns an exit status. */
int up_worker_run(struct sandbox *sandbox, void *context);

#endif
