/* rig_clock: the clock of a worker's stack: one virtual clock for simulator, backend, services and harness,
 * or the real one for all of them.
 *
 *     rig_clock_open(rig, &why);             // rig->clock: NULL where it is real
 *     rig_clock_equip(rig, "redis", CLOCK_ROLE_STORE, environment);
 *     rig_clock_begin(rig);                  // of a scenario: time runs, a little before noon
 *     rig_clock_stand(rig, guard_us, &why);  // all is ready: noon. Is everybody on this clock?
 *     rig_clock_end(rig, ran_commands);      // time runs again, wall clocks are right
 *     rig_clock_close(rig);
 *
 * Unless the plan says `begins_now`, every scenario's steps begin at noon (UTC) of a day: those of two runs
 * stand at the same times. Processes that are to be on the clock find the preloaded library and the page in
 * their environment. */
#ifndef RIG_CLOCK_H
#define RIG_CLOCK_H

#include "rig.h"
#include "clock_page.h"

/* False with *why when --clock virtual is asked for and cannot be. */
bool rig_clock_open(struct rig *rig, struct fail *why);
void rig_clock_close(struct rig *rig);
/* Why everything is on the real clock though nobody asked for that; NULL: it is not, or it was asked for.
 * Borrowed. */
const char *rig_clock_real_because(const struct rig *rig);

/* Puts the variables of the clock into the environment of a program. Nothing on the real clock. */
void rig_clock_equip(struct rig *rig, const char *name, enum clock_role role,
                     struct environment *environment);
/* The same without the library: for the simulator, which needs none. */
void rig_clock_equip_own(struct rig *rig, const char *name, enum clock_role role,
                         struct environment *environment);

/* When the steps of the scenario that begins now will begin, if all is ready in time. */
struct history_time rig_clock_begin(struct rig *rig);
/* Time stands still from the next round moment on, everything comes to rest, and everybody's clock is looked
 * at and noted. False with *why: somebody would be on another clock than the rest (rig->off_clock is set too:
 * the whole stack must be on the real one), or no rest came before until_real_us. */
bool rig_clock_stand(struct rig *rig, int64_t until_real_us, struct fail *why);
/* Whoever was met since and is on another clock sets rig->off_clock too, but for commands that the scenario
 * ran itself. */
void rig_clock_end(struct rig *rig, bool ran_commands);

#endif
