/* clock_kernel: the few calls by which the clock page reaches the machine, so that the preloaded library,
 * which replaces clock_gettime(2) and syscall(2) for everybody else, can bring its own.
 *
 * Two implementations: sim/base/clock_kernel.c by libc, sim/preload/kernel_calls.c by bare system calls and
 * the vDSO. Async-signal-safe. */
#ifndef CLOCK_KERNEL_H
#define CLOCK_KERNEL_H

#include <stdatomic.h>
#include <stdint.h>

/* The real monotonic clock. */
int64_t kernel_mono_ns(void);
/* The real wall clock. */
int64_t kernel_wall_ns(void);
/* Sleeps while *word == value, at most for_ns of real time (INT64_MAX: without limit). May return early. The
 * word may lie in memory shared with other processes. */
void kernel_futex_wait(_Atomic uint32_t *word, uint32_t value, int64_t for_ns);
void kernel_futex_wake(_Atomic uint32_t *word);

#endif
