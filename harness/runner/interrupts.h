/* interrupts: SIGINT, SIGTERM and SIGHUP, counted, and delivered only while ppoll(2) waits.
 *
 *     struct interrupts interrupts;
 *     interrupts_catch(&interrupts);
 *     ppoll(polled, count, NULL, &interrupts.before);
 *     if (interrupts_count() > 0) ... interrupts_last() ...
 *     interrupts_restore(&interrupts);
 *
 * A SIGHUP that was ignored before (nohup) stays so. SIGPIPE is ignored meanwhile. One at a time in a
 * process; what is started meanwhile inherits the blocked signals. */
#ifndef INTERRUPTS_H
#define INTERRUPTS_H

#include <signal.h>

enum { INTERRUPTS_CAUGHT = 4 };

struct interrupts {
    sigset_t before; /* the mask to wait with */
    struct sigaction actions[INTERRUPTS_CAUGHT];
};

/* Counts from zero. */
void interrupts_catch(struct interrupts *interrupts);
void interrupts_restore(const struct interrupts *interrupts);

int interrupts_count(void);
/* The signal that came last, 0: none. */
int interrupts_last(void);

#endif
