/* scenario_run: one scenario from reset to result.
 *
 *     struct scenario_result *result = scenario_run(rig, job, NULL);  // its history is at job->history_path
 *
 * Order: account and people at the simulator, stores as they were, backend started and ready, `given`, faults
 * armed, `steps`, `check`, faults that never hit, a backend that died, invariants, `cleanup`. The result is
 * new. */
#ifndef SCENARIO_RUN_H
#define SCENARIO_RUN_H

#include "scenario_result.h"
#include "scene.h"

/* `given`, then the faults; false when one of them failed: the result says why. */
bool scenario_begin(struct scene *scene, struct scenario_result *result);
/* Called when a scenario has failed and is judged, before `cleanup`: its stack is as the failure left it. The
 * result is borrowed, and as it is to be reported. */
struct scenario_pause {
    void *context;
    void (*hold)(void *context, struct scene *scene, struct scenario_result *result);
};

/* pause: NULL for none. */
struct scenario_result *scenario_run(struct rig *rig, const struct job *job,
                                     const struct scenario_pause *pause);

#endif
