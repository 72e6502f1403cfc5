/* names_way: what becomes of a scenario with a `dns` fault where the backend looks no names up. In the proxy
 * way it is the proxy that does: a lost name comes back as its 503, which says nothing of how the backend
 * takes a failed look-up. So the scenario is skipped, and says why.
 *
 * Pure but for the result. */
#ifndef NAMES_WAY_H
#define NAMES_WAY_H

#include "profile.h"
#include "sandbox.h"
#include "scenario.h"
#include "scenario_result.h"

/* It has a `dns` outcome: among its faults, or in those of a step, also inside of the actions that it calls.
 */
bool scenario_loses_names(const struct scenario *scenario, const struct profile *profile);

/* False: it is not to be run, and the result says so (skipped). */
bool names_way_allows(const struct scenario *scenario, const struct profile *profile, enum sandbox_way way,
                      struct scenario_result *result);

#endif
