/* preloaded: this process on the clock page, and what every wrapper begins with.
 *
 *     struct clock_page *page = preloaded_page();
 *     if (page == NULL)
 *         return real()->ppoll(...);                  // no variable, or no usable page: libc as it is
 *     int64_t due_ns = preloaded_due_ns(page, wait_ns);
 *
 * The page named in the environment is joined when the library is loaded, or at the first wrapped call before
 * that. A page that cannot be used is one line on stderr, and the process stays on the real clock. Wrappers
 * are marked WRAPS: they are what the library exports. Thread-safe, async-signal-safe. */
#ifndef PRELOADED_H
#define PRELOADED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/time.h>
#include <time.h>

#include "clock_member.h"
#include "clock_page.h"

#define WRAPS               __attribute__((visibility("default")))
#define PRELOADED_LIKELY(x) __builtin_expect(!!(x), 1)

enum { PRELOADED_NS_PER_S = 1000000000, PRELOADED_NS_PER_MS = 1000000, PRELOADED_NS_PER_US = 1000 };

/* What a thread remembers. Zero at its start. */
struct preloaded_thread {
    uint32_t reads; /* of the clock, since it last waited or was looked at */
    bool spins;
    int64_t spin_cpu_ns;   /* when it was last looked at */
    int64_t spin_used_ns;  /* since it slept */
    int64_t spin_dense_ns; /* of that, lately: doing little but reading the time */
    long spin_switches;
    struct clock_page *wake_page; /* for which the wake socket is; NULL: there is none */
    uint32_t wake_slot;
    int wake_fd;
    int idle_epoll; /* an epoll descriptor that had no event at once, plus 1 */
    uint32_t idle_waits;
};
extern __thread struct preloaded_thread preloaded_thread __attribute__((tls_model("initial-exec")));

struct clock_page *preloaded_join_early(void);

/* NULL: this process is on the real clock. */
static inline struct clock_page *preloaded_page(void)
{
    struct clock_page *page = clock_member_page();
    return PRELOADED_LIKELY(page != NULL) ? page : preloaded_join_early();
}

/* Before the first wait: for tests, which join a page by themselves. */
void preloaded_prepare(void);
/* This thread's slot; CLOCK_NO_SLOT, after a warning, when the page is full. */
uint32_t preloaded_thread_slot(void);
/* The same for a slot that belongs to no thread. */
uint32_t preloaded_new_slot(void);
/* "twilio-sim-preload: node (12): TEXT" on stderr. */
void preloaded_warn(const char *text);
/* The same, once for each *said. */
void preloaded_warn_once(_Atomic bool *said, const char *text);

static inline bool preloaded_time_is_valid(const struct timespec *time)
{
    return time->tv_sec >= 0 && time->tv_nsec >= 0 && time->tv_nsec < PRELOADED_NS_PER_S;
}

/* Saturates at the largest moment that still comes. */
static inline int64_t preloaded_ns(const struct timespec *time)
{
    int64_t ns;
    if (__builtin_mul_overflow((int64_t)time->tv_sec, PRELOADED_NS_PER_S, &ns) ||
        __builtin_add_overflow(ns, time->tv_nsec, &ns))
        return time->tv_sec < 0 ? INT64_MIN : CLOCK_PAGE_NEVER - 1;
    return ns;
}

static inline struct timespec preloaded_timespec(int64_t ns)
{
    int64_t s = ns / PRELOADED_NS_PER_S, rest = ns % PRELOADED_NS_PER_S;
    if (rest < 0) {
        s--;
        rest += PRELOADED_NS_PER_S;
    }
    return (struct timespec){.tv_sec = s, .tv_nsec = rest};
}

/* Now plus so much; saturates below CLOCK_PAGE_NEVER. */
int64_t preloaded_due_ns(const struct clock_page *page, int64_t wait_ns);
/* Whether a clock is one that the page keeps: wall, monotonic and their kin, not those of CPU time. */
bool preloaded_is_virtual(clockid_t clock);
/* Of these, whether it shows wall time; and its moment as one of virtual monotonic time. */
bool preloaded_is_wall(clockid_t clock);
int64_t preloaded_due_of(const struct clock_page *page, clockid_t clock, const struct timespec *until);

#endif
