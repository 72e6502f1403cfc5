/* timers: calls due later, on the clock.
 *
 *     struct timers *timers = timers_new();
 *     timer_id id = timers_add(timers, clock_mono_ms() + 2000, deliver, message);
 *     timers_cancel(timers, id);
 *     timers_free(timers);               // what is still due is dropped, its context is not touched
 *
 * One thread of its own runs the calls one after the other, earliest first, equal ones in the order they were
 * added. A call may add and cancel. timers_cancel() of a call that is running right now waits until it is
 * over (unless it is called from it), so that its context can be released. Contexts are borrowed.
 * Thread-safe. */
#ifndef TIMERS_H
#define TIMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t timer_id; /* 0 = none */
typedef void timer_call(void *context);

struct timers;

struct timers *timers_new(void);
void timers_free(struct timers *timers);

timer_id timers_add(struct timers *timers, int64_t due_mono_ms, timer_call *call, void *context);
/* True when the call had not begun and now never will. */
bool timers_cancel(struct timers *timers, timer_id id);
/* How many are due later. */
size_t timers_count(struct timers *timers);

#endif
