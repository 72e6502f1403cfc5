/* scenario_run: one scenario from reset to result.
 *
 *     struct scenario_result *result = scenario_run(rig, job);        // its history is at job->history_path
 *
 * Order: account and people at the simulator, stores as they were, backend started and ready, `given`, faults
 * armed, `steps`, `check`, faults that never hit, a backend that died, invariants, `cleanup`. The result is
 * new. */
#ifndef SCENARIO_RUN_H
#define SCENARIO_RUN_H

#include "rig.h"
#include "scenario_result.h"
#include "selection.h"

struct scenario_result *scenario_run(struct rig *rig, const struct job *job);

#endif
