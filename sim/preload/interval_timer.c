/* setitimer, getitimer, alarm, ualarm: the one timer of the process that counts real time. When it is due the
 * kernel's own is made to expire at once, so that the signal comes as it always does. Programs set it in
 * signal handlers: everything is done with signals blocked. The timers of CPU time stay the kernel's. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "kernel_calls.h"
#include "preloaded.h"
#include "process_timers.h"
#include "virtual_timer.h"

WRAPS int setitimer(__itimer_which_t which, const struct itimerval *restrict wanted,
                    struct itimerval *restrict ret_before);
WRAPS int getitimer(__itimer_which_t which, struct itimerval *ret_left);
WRAPS unsigned alarm(unsigned seconds);
WRAPS useconds_t ualarm(useconds_t us, useconds_t interval_us);

enum { US_PER_S = 1000000 };

static void expire(struct virtual_timer *timer, uint64_t expirations);

static struct {
    pthread_mutex_t lock;
    struct virtual_timer timer;
} own = {.lock = PTHREAD_MUTEX_INITIALIZER, .timer = {.fire = expire, .outlives_exec = true}};

static long kernel_set(int64_t us)
{
    struct itimerval value = {.it_value = {.tv_sec = us / US_PER_S, .tv_usec = us % US_PER_S}};
    return kernel_call(SYS_setitimer, ITIMER_REAL, (long)&value, 0, 0, 0, 0);
}

static void expire(struct virtual_timer *timer, uint64_t expirations)
{
    (void)timer;
    (void)expirations; /* a signal that is pending does not become two */
    kernel_set(1);
}

static void lock(sigset_t *before)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, before);
    pthread_mutex_lock(&own.lock);
}

static void unlock(const sigset_t *before)
{
    pthread_mutex_unlock(&own.lock);
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

static int64_t ns_of(const struct timeval *time)
{
    struct timespec same = {.tv_sec = time->tv_sec, .tv_nsec = time->tv_usec * PRELOADED_NS_PER_US};
    return preloaded_ns(&same);
}

/* The kernel counts microseconds; a rest of less must not read as "off". */
static struct timeval timeval_of(int64_t ns)
{
    int64_t us = (ns + PRELOADED_NS_PER_US - 1) / PRELOADED_NS_PER_US;
    return (struct timeval){.tv_sec = us / US_PER_S, .tv_usec = us % US_PER_S};
}

static struct itimerval left(void)
{
    int64_t interval_ns, left_ns = virtual_timer_left_ns(&own.timer, &interval_ns);
    return (struct itimerval){.it_value = timeval_of(left_ns), .it_interval = timeval_of(interval_ns)};
}

static void set(struct clock_page *page, const struct itimerval *wanted)
{
    int64_t value_ns = ns_of(&wanted->it_value);
    virtual_timer_set(&own.timer, page, 0, 0);
    kernel_set(0); /* also what was made to expire a moment ago */
    if (value_ns == 0)
        return;
    if (!virtual_timer_set(&own.timer, page, preloaded_due_ns(page, value_ns), ns_of(&wanted->it_interval)))
        kernel_call(SYS_setitimer, ITIMER_REAL, (long)wanted, 0, 0, 0, 0);
}

static bool is_valid(const struct timeval *time)
{
    return time->tv_sec >= 0 && time->tv_usec >= 0 && time->tv_usec < US_PER_S;
}

int setitimer(__itimer_which_t which, const struct itimerval *restrict wanted,
              struct itimerval *restrict ret_before)
{
    struct clock_page *page = preloaded_page();
    sigset_t before;
    if (page == NULL || which != ITIMER_REAL || wanted == NULL || !is_valid(&wanted->it_value) ||
        !is_valid(&wanted->it_interval))
        return (int)kernel_call_errno(SYS_setitimer, which, (long)wanted, (long)ret_before, 0, 0, 0);
    struct itimerval value = *wanted;
    lock(&before);
    if (ret_before != NULL)
        *ret_before = left();
    set(page, &value);
    unlock(&before);
    return 0;
}

int getitimer(__itimer_which_t which, struct itimerval *ret_left)
{
    sigset_t before;
    if (preloaded_page() == NULL || which != ITIMER_REAL)
        return (int)kernel_call_errno(SYS_getitimer, which, (long)ret_left, 0, 0, 0, 0);
    lock(&before);
    *ret_left = left();
    unlock(&before);
    return 0;
}

/* What was left, in seconds: rounded, but never to nothing. */
unsigned alarm(unsigned seconds)
{
    struct itimerval wanted = {.it_value = {.tv_sec = (time_t)seconds}}, before = {0};
    setitimer(ITIMER_REAL, &wanted, &before);
    bool up = before.it_value.tv_usec >= US_PER_S / 2 ||
              (before.it_value.tv_sec == 0 && before.it_value.tv_usec > 0);
    return (unsigned)before.it_value.tv_sec + up;
}

useconds_t ualarm(useconds_t us, useconds_t interval_us)
{
    struct itimerval wanted = {.it_value = timeval_of((int64_t)us * PRELOADED_NS_PER_US),
                               .it_interval = timeval_of((int64_t)interval_us * PRELOADED_NS_PER_US)};
    struct itimerval before = {0};
    if (setitimer(ITIMER_REAL, &wanted, &before) != 0)
        return (useconds_t)-1;
    return (useconds_t)(before.it_value.tv_sec * US_PER_S + before.it_value.tv_usec);
}

void interval_timer_forked(void)
{
    pthread_mutex_init(&own.lock, NULL);
    virtual_timer_forget(&own.timer);
}

void interval_timer_adopt(void)
{
    struct clock_page *page = preloaded_page();
    int64_t due_ns, interval_ns;
    if (page != NULL && clock_member_left_over(&due_ns, &interval_ns))
        virtual_timer_set(&own.timer, page, due_ns, interval_ns);
}
