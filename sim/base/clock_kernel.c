/* The kernel by libc. */
#include "clock_kernel.h"

#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { NS_PER_S = 1000000000 };

static int64_t read_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

int64_t kernel_mono_ns(void)
{
    return read_ns(CLOCK_MONOTONIC);
}

int64_t kernel_wall_ns(void)
{
    return read_ns(CLOCK_REALTIME);
}

void kernel_futex_wait(_Atomic uint32_t *word, uint32_t value, int64_t for_ns)
{
    struct timespec left = {.tv_sec = for_ns / NS_PER_S, .tv_nsec = for_ns % NS_PER_S};
    syscall(SYS_futex, word, FUTEX_WAIT, value, for_ns == INT64_MAX ? NULL : &left, NULL, 0);
}

void kernel_futex_wake(_Atomic uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}
