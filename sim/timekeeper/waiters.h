/* waiters: the table of who waits for what, for people who wonder why nothing happens.
 *
 *     waiters_put(&out, open, stack, clock_page_mono_ns(page));
 *
 *     backend   node (12)          a sleep                      +1.000 s
 *     backend   node (12)          7 threads: a lock            no deadline
 *     redis     redis-server (14)  descriptors                  +0.100 s  housekeeping
 *
 * One line for each open deadline, then for each process the threads that wait for no time, by what they wait
 * for. `open` and `stack` as of the last rest. At most WAITERS_LINES_MAX lines. */
#ifndef WAITERS_H
#define WAITERS_H

#include "deadlines.h"
#include "text.h"

enum { WAITERS_LINES_MAX = 200 };

void waiters_put(struct text_buf *out, const struct deadlines *open, const struct stack_threads *stack,
                 int64_t now_ns);

#endif
