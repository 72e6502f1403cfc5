/* Reading the clock: clock_gettime and its kin. No lock, no memory, no look-up of other functions: this runs
 * inside malloc, before constructors and in signal handlers. A thread that reads and reads without ever
 * sleeping waits for time to pass, so it is looked at now and then, and time creeps by what it used. */
#include <errno.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

#include "kernel_calls.h"
#include "preloaded.h"
#include "time_reads.h"

/* A loop that waits for time does little but read it: a read each few microseconds. Compilers and garbage
 * collectors read it too, as often as that never for long; were they taken for spinners, time would pass by
 * how long they happen to take. A loop that does more between two reads is believed after a second. */
enum {
    READS_PER_LOOK = 256,
    DENSE_NS = READS_PER_LOOK * 5 * PRELOADED_NS_PER_US,
    SPIN_DENSE_NS = 20 * PRELOADED_NS_PER_MS,
    SPIN_NS = 1000 * PRELOADED_NS_PER_MS,
};

/* These are what the library is for, and no header of libc may mark them as never-null or pure here. */
WRAPS int clock_gettime(clockid_t clock, struct timespec *ret_now);
WRAPS int gettimeofday(struct timeval *restrict ret_now, void *restrict zone);
WRAPS time_t time(time_t *ret_now);
WRAPS int timespec_get(struct timespec *ret_now, int base);

static int64_t cpu_ns(const struct rusage *usage)
{
    return ((int64_t)usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * PRELOADED_NS_PER_S +
           ((int64_t)usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * PRELOADED_NS_PER_US;
}

/* Rarely called: does this thread spin? */
static __attribute__((noinline)) void look_for_spinning(struct clock_page *page)
{
    struct preloaded_thread *thread = &preloaded_thread;
    struct rusage usage;
    thread->reads = 0;
    if (clock_page_runs(page) || kernel_call(SYS_getrusage, RUSAGE_THREAD, (long)&usage, 0, 0, 0, 0) != 0) {
        thread->spins = false;
        return;
    }
    int64_t cpu = cpu_ns(&usage), used = cpu - thread->spin_cpu_ns;
    thread->spin_cpu_ns = cpu;
    if (!thread->spins || thread->spin_switches != usage.ru_nvcsw) {
        thread->spins = true;
        thread->spin_switches = usage.ru_nvcsw;
        thread->spin_used_ns = 0;
        thread->spin_dense_ns = 0;
        return;
    }
    thread->spin_used_ns += used;
    thread->spin_dense_ns = used <= DENSE_NS ? thread->spin_dense_ns + used : 0;
    if (thread->spin_dense_ns >= SPIN_DENSE_NS || thread->spin_used_ns >= SPIN_NS)
        clock_page_creep(page, used);
}

static inline int64_t read_ns(struct clock_page *page, bool wall)
{
    if (__builtin_expect(++preloaded_thread.reads >= READS_PER_LOOK, 0))
        look_for_spinning(page);
    return wall ? clock_page_wall_ns(page, clock_member_party()) : clock_page_mono_ns(page);
}

int64_t time_reads_wall_ns(void)
{
    struct clock_page *page = preloaded_page();
    return page == NULL ? kernel_wall_ns() : read_ns(page, true);
}

int clock_gettime(clockid_t clock, struct timespec *ret_now)
{
    struct clock_page *page = preloaded_page();
    if (PRELOADED_LIKELY(page != NULL && preloaded_is_virtual(clock))) {
        *ret_now = preloaded_timespec(read_ns(page, preloaded_is_wall(clock)));
        return 0;
    }
    int result = kernel_clock(clock, ret_now);
    if (result == 0)
        return 0;
    errno = -result;
    return -1;
}

int gettimeofday(struct timeval *restrict ret_now, void *restrict zone)
{
    if (zone != NULL) /* of 1984; the kernel fills it */
        kernel_call(SYS_gettimeofday, 0, (long)zone, 0, 0, 0, 0);
    struct timeval *to = ret_now;
    __asm__("" : "+r"(to)); /* libc's header promises that it is not NULL, programs do not keep that */
    if (to == NULL)
        return 0;
    struct timespec now = preloaded_timespec(time_reads_wall_ns());
    *to = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / PRELOADED_NS_PER_US};
    return 0;
}

time_t time(time_t *ret_now)
{
    time_t now = preloaded_timespec(time_reads_wall_ns()).tv_sec;
    if (ret_now != NULL)
        *ret_now = now;
    return now;
}

int timespec_get(struct timespec *ret_now, int base)
{
    if (base != TIME_UTC)
        return 0;
    *ret_now = preloaded_timespec(time_reads_wall_ns());
    return base;
}
