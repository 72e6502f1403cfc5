/* kernel_calls: the machine without libc's wrappers, for a library that replaces those wrappers.
 *
 *     long result = kernel_call(SYS_futex, (long)word, FUTEX_WAIT, value, 0, 0, 0);   // -errno on failure
 *     int64_t now = kernel_clock_ns(CLOCK_MONOTONIC);
 *
 * Bare system calls, and the kernel's own clock_gettime from the vDSO, found once without dlsym: callable
 * before any constructor has run, inside malloc, and in signal handlers. This file also implements
 * sim/base/clock_kernel.h. No call is a cancellation point. Thread-safe, async-signal-safe. */
#ifndef KERNEL_CALLS_H
#define KERNEL_CALLS_H

#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "clock_kernel.h"

/* -errno on failure; errno itself is left alone. */
long kernel_call(long number, long a, long b, long c, long d, long e, long f);
/* The same as libc would have it: -1 and errno. */
long kernel_call_errno(long number, long a, long b, long c, long d, long e, long f);

/* The real clock of that kind, also for CPU clocks and those of devices: 0, or -errno. */
int kernel_clock(clockid_t clock, struct timespec *ret_now);

/* A FUTEX_WAIT that says how it ended: 0 woken, or -EAGAIN, -EINTR, -ETIMEDOUT. A handled signal always ends
 * it, also one with SA_RESTART, as it ends nanosleep(2). */
long kernel_futex_sleep(_Atomic uint32_t *word, uint32_t value, int64_t for_ns);

#endif
