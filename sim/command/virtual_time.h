/* virtual_time: `--virtual-time`: a clock page of the simulator's own, moved by hand through POST
 * /sim/v1/clock.
 *
 *     struct virtual_time *time = virtual_time_new(&why);       // before any thread waits; time runs
 *     struct clock_mover *mover = clock_mover_new(virtual_time_moves(time, &moves), over, context);
 *     char *clock = virtual_time_party(time, "backend");        // TWILIO_SIM_CLOCK of a child; new
 *     virtual_time_warn(time, stderr);                          // whose time does not move with ours
 *     virtual_time_free(time);                                  // after all that waits
 *
 * The page is a file of mode 0600 in the folder for temporary files, removed at the end. */
#ifndef VIRTUAL_TIME_H
#define VIRTUAL_TIME_H

#include <stdio.h>

#include "clock_mover.h"
#include "fail.h"

struct virtual_time;

/* NULL with the reason. */
struct virtual_time *virtual_time_new(struct fail *why);
/* NULL is allowed. */
void virtual_time_free(struct virtual_time *time);

/* Fills `ret`, which is returned; it holds as long as `time`. */
const struct clock_moves *virtual_time_moves(struct virtual_time *time, struct clock_moves *ret);

/* The value of CLOCK_PAGE_VARIABLE for processes of that party. New; NULL when there are too many parties. */
char *virtual_time_party(struct virtual_time *time, const char *name);

/* A line for each program of the stack that was found on the real clock, once. One thread at a time. */
void virtual_time_warn(struct virtual_time *time, FILE *out);

#endif
