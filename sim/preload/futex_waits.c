/* A timed FUTEX_WAIT or FUTEX_WAIT_BITSET sleeps on the program's own word; when its time has come the waker
 * wakes that word. Timed priority locks stay in real time, their moment translated. */
#include "futex_waits.h"

#include <errno.h>
#include <linux/futex.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>

#include "called_wait.h"
#include "kernel_calls.h"
#include "preloaded.h"

#ifndef FUTEX_LOCK_PI2
#define FUTEX_LOCK_PI2 13
#endif

struct futex_call {
    long word, operation, value, timeout, word_2, value_3;
};

static long real_call(const struct futex_call *at, const struct timespec *timeout)
{
    return kernel_call_errno(SYS_futex, at->word, at->operation, at->value, (long)timeout, at->word_2,
                             at->value_3);
}

static void wake(void *context)
{
    const struct futex_call *at = context;
    called_wait_futex_wake((_Atomic uint32_t *)at->word, (at->operation & FUTEX_PRIVATE_FLAG) == 0);
}

/* The kernel's own wait, with a relative time-out for FUTEX_WAIT and a real moment for FUTEX_WAIT_BITSET. A
 * time-out is always given: without one a handled signal might not end the wait. */
static long sleep_once(const struct futex_call *at, int64_t left_ns)
{
    static const int64_t long_ns = 365LL * 86400 * PRELOADED_NS_PER_S;
    struct futex_call real = *at;
    int64_t ns = left_ns < long_ns ? left_ns : long_ns;
    struct timespec timeout = preloaded_timespec(ns);
    if ((at->operation & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET) {
        real.operation &= ~FUTEX_CLOCK_REALTIME;
        timeout = called_wait_real_moment(ns);
    }
    return real_call(&real, &timeout);
}

/* A wake-up by the waker is told from one by the program by the word: the program changes it first. */
static long wait_until(struct futex_call *at, struct clock_page *page, int64_t due_ns)
{
    struct called_wait wait = {.wake = wake, .object = at};
    int64_t left_ns = due_ns - clock_page_mono_ns(page);
    if (left_ns <= 0 || !called_wait_begin(&wait, page, due_ns))
        return sleep_once(at, left_ns > 0 ? left_ns : 0);
    long result;
    bool same, for_nothing;
    do {
        wait.called = false;
        result = sleep_once(at, called_wait_left_ns(&wait));
        same = *(_Atomic uint32_t *)at->word == (uint32_t)at->value;
        for_nothing = result == 0 ? same && wait.called : result < 0 && errno == ETIMEDOUT;
    } while (for_nothing && !called_wait_is_over(&wait)); /* time began to run, or stopped */
    int before = errno;
    bool timed_out = result == 0 && wait.called && same && called_wait_is_over(&wait);
    called_wait_end(&wait);
    errno = timed_out ? ETIMEDOUT : before;
    return timed_out ? -1 : result;
}

static long priority_lock(struct futex_call *at, struct clock_page *page, clockid_t clock)
{
    int64_t left_ns =
        preloaded_due_of(page, clock, (const struct timespec *)at->timeout) - clock_page_mono_ns(page);
    struct timespec now, until;
    kernel_clock(clock, &now);
    until = preloaded_timespec(preloaded_ns(&now) + (left_ns > 0 ? left_ns : 0));
    return real_call(at, &until);
}

long futex_waits_call(long word, long operation, long value, long timeout, long word_2, long value_3)
{
    struct futex_call at = {word, operation, value, timeout, word_2, value_3};
    const struct timespec *time = (const struct timespec *)timeout;
    struct clock_page *page = preloaded_page();
    int command = (int)operation & FUTEX_CMD_MASK;
    bool timed = command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET || command == FUTEX_LOCK_PI ||
                 command == FUTEX_LOCK_PI2;
    if (!timed || page == NULL || time == NULL || !preloaded_time_is_valid(time))
        return real_call(&at, time);
    clockid_t clock = operation & FUTEX_CLOCK_REALTIME ? CLOCK_REALTIME : CLOCK_MONOTONIC;
    if (command == FUTEX_LOCK_PI || command == FUTEX_LOCK_PI2)
        return priority_lock(&at, page, command == FUTEX_LOCK_PI ? CLOCK_REALTIME : clock);
    if (command == FUTEX_WAIT)
        return wait_until(&at, page, preloaded_due_ns(page, preloaded_ns(time)));
    return wait_until(&at, page, preloaded_due_of(page, clock, time));
}
