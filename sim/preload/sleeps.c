/* Sleeping: nanosleep, clock_nanosleep, sleep, usleep, thrd_sleep. A sleeper waits on the futex of its slot;
 * a handled signal ends the sleep, a cancellation the thread. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include "deadline.h"
#include "kernel_calls.h"
#include "preloaded.h"
#include "real_calls.h"

WRAPS int nanosleep(const struct timespec *wanted, struct timespec *ret_left);
WRAPS int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted,
                          struct timespec *ret_left);
WRAPS unsigned sleep(unsigned seconds);
WRAPS int usleep(useconds_t us);
WRAPS int thrd_sleep(const struct timespec *wanted, struct timespec *ret_left);

/* Nothing is held meanwhile, so the thread may be ended at any point of it. */
static long cancellable_futex_sleep(_Atomic uint32_t *word, uint32_t value, int64_t for_ns)
{
    int before;
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &before);
    long result = kernel_futex_sleep(word, value, for_ns);
    pthread_setcanceltype(before, &before);
    return result;
}

/* 0, or EINTR. */
static int sleep_until(struct clock_page *page, int64_t due_ns)
{
    struct deadline wait;
    int result = 0;
    if (!deadline_begin(&wait, page, CLOCK_WAIT_SLEEP, due_ns)) {
        int64_t left_ns = due_ns - clock_page_mono_ns(page);
        struct timespec left = preloaded_timespec(left_ns > 0 ? left_ns : 0);
        return real()->clock_nanosleep(CLOCK_MONOTONIC, 0, &left, NULL);
    }
    _Atomic uint32_t *word = &page->slots[wait.slot].wake;
    for (;;) {
        uint32_t before = *word;
        int64_t left_ns = deadline_left_ns(&wait);
        if (left_ns == 0)
            break;
        if (cancellable_futex_sleep(word, before, left_ns) == -EINTR) {
            result = EINTR;
            break;
        }
    }
    deadline_end(&wait);
    return result;
}

static int sleep_for(struct clock_page *page, int64_t ns, struct timespec *ret_left)
{
    int64_t due_ns = preloaded_due_ns(page, ns);
    int result = sleep_until(page, due_ns);
    if (result == EINTR && ret_left != NULL) {
        int64_t left_ns = due_ns - clock_page_mono_ns(page);
        *ret_left = preloaded_timespec(left_ns > 0 ? left_ns : 0);
    }
    return result;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted, struct timespec *ret_left)
{
    struct clock_page *page = preloaded_page();
    if (page == NULL || !preloaded_is_virtual(clock) || !preloaded_time_is_valid(wanted))
        return real()->clock_nanosleep(clock, flags, wanted, ret_left);
    if (flags & TIMER_ABSTIME)
        return sleep_until(page, preloaded_due_of(page, clock, wanted));
    return sleep_for(page, preloaded_ns(wanted), ret_left);
}

int nanosleep(const struct timespec *wanted, struct timespec *ret_left)
{
    int result = clock_nanosleep(CLOCK_MONOTONIC, 0, wanted, ret_left);
    if (result == 0)
        return 0;
    errno = result;
    return -1;
}

unsigned sleep(unsigned seconds)
{
    struct timespec wanted = {.tv_sec = (time_t)seconds}, left = {0};
    if (clock_nanosleep(CLOCK_MONOTONIC, 0, &wanted, &left) == 0)
        return 0;
    return (unsigned)left.tv_sec + (left.tv_nsec >= PRELOADED_NS_PER_S / 2);
}

int usleep(useconds_t us)
{
    struct timespec wanted = preloaded_timespec((int64_t)us * PRELOADED_NS_PER_US);
    return nanosleep(&wanted, NULL);
}

int thrd_sleep(const struct timespec *wanted, struct timespec *ret_left)
{
    int result = clock_nanosleep(CLOCK_MONOTONIC, 0, wanted, ret_left);
    return result == 0 ? 0 : result == EINTR ? -1 : -2;
}
