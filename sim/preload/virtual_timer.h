/* virtual_timer: a timer on the clock page, behind timerfd, setitimer and timer_create.
 *
 *     struct virtual_timer timer = {.fire = tell};
 *     virtual_timer_set(&timer, page, due_ns, interval_ns);       // due 0: off
 *     int64_t left_ns = virtual_timer_left_ns(&timer, &interval_ns);
 *
 * fire() is called on the waker's thread with how many expirations there were: a jump over n intervals is one
 * call with n. It must not block, and not set timers. It is not called any more once virtual_timer_set() has
 * returned with something else. Thread-safe, also in signal handlers. The timers of a parent are nothing in
 * the child of a fork: virtual_timer_forget(). */
#ifndef VIRTUAL_TIMER_H
#define VIRTUAL_TIMER_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "clock_member.h"
#include "preloaded.h"

struct virtual_timer {
    void (*fire)(struct virtual_timer *timer, uint64_t expirations);
    struct clock_call call;
    int64_t interval_ns;     /* 0: once */
    struct clock_page *page; /* of its slot; NULL: it has none */
    bool outlives_exec;
};

/* False when there is no slot or no waker: then it is off. */
bool virtual_timer_set(struct virtual_timer *timer, struct clock_page *page, int64_t due_ns,
                       int64_t interval_ns);
/* 0 when it is off. */
int64_t virtual_timer_left_ns(const struct virtual_timer *timer, int64_t *ret_interval_ns);
/* Off, and its slot back. */
void virtual_timer_end(struct virtual_timer *timer);
void virtual_timer_forget(struct virtual_timer *timer);

/* What the three families of calls take and give. 0 for a time of 0 (off); a moment that has passed is 1. */
int64_t virtual_timer_due_ns(const struct clock_page *page, clockid_t clock, bool absolute,
                             const struct timespec *value);
struct itimerspec virtual_timer_spec(const struct virtual_timer *timer);

#endif
