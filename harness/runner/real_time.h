/* real_time: what becomes of a scenario that lets time pass where the stack is on the real clock
 * (--real-time).
 *
 * Pure but for the result. */
#ifndef REAL_TIME_H
#define REAL_TIME_H

#include "profile.h"
#include "scenario.h"
#include "scenario_result.h"
#include "settings.h"

/* It has a step `advance` or `clock`, also inside of the actions that it calls. */
bool scenario_lets_time_pass(const struct scenario *scenario, const struct profile *profile);

/* False: it is not to be run, and the result says so (skipped or failed). `because`: why the clock is real.
 */
bool real_time_allows(const struct scenario *scenario, const struct profile *profile,
                      enum settings_real_time wanted, const char *because, struct scenario_result *result);

#endif
