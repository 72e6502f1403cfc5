/* process_timers: what a fork has to tell the replacements of setitimer and timer_create. */
#ifndef PROCESS_TIMERS_H
#define PROCESS_TIMERS_H

/* In the child of a fork, which has none of its parent's timers. */
void interval_timer_forked(void);
void posix_timers_forked(void);

/* After exec: an interval timer of the program that this process was before goes on. */
void interval_timer_adopt(void);

#endif
