/* hold_clock: what an order to the clock does to a stack in a person's hands.
 *
 *     json_t *facts = hold_clock_facts(rig);            // clock, wall, runs, jumps, because
 *     json_t *reply = hold_clock_move(rig, order, orders_fd);
 *
 * A clock that runs is stopped for a jump and runs on behind it. JSON is new; a reply that says "error" may
 * come with "status", the exit status of whoever asked. One thread at a time. */
#ifndef HOLD_CLOCK_H
#define HOLD_CLOCK_H

#include "json.h"
#include "rig.h"

json_t *hold_clock_facts(const struct rig *rig);
/* orders_fd: when it ends, so does an advance. */
json_t *hold_clock_move(struct rig *rig, const json_t *order, int orders_fd);

#endif
