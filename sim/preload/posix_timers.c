/* timer_create, timer_settime, timer_gettime, timer_getoverrun, timer_delete on clocks that the page keeps.
 * The real timer exists and stays off; when it is due it is made to expire at once, so that the signal or the
 * thread is libc's and the kernel's own. Timers of CPU time are not touched. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "preloaded.h"
#include "process_timers.h"
#include "real_calls.h"
#include "virtual_timer.h"

WRAPS int timer_create(clockid_t clock, struct sigevent *restrict event, timer_t *restrict ret_id);
WRAPS int timer_settime(timer_t id, int flags, const struct itimerspec *restrict wanted,
                        struct itimerspec *restrict ret_before);
WRAPS int timer_gettime(timer_t id, struct itimerspec *ret_left);
WRAPS int timer_getoverrun(timer_t id);
WRAPS int timer_delete(timer_t id);

enum { TIMERS_MAX = 512, OVERRUN_MAX = INT32_MAX };

struct posix_timer {
    struct virtual_timer timer; /* first */
    timer_t id;
    clockid_t clock;
    bool used;
    _Atomic int overrun; /* of the last expiration, beyond what the kernel counts */
};

static struct {
    pthread_mutex_t lock;
    struct posix_timer all[TIMERS_MAX];
    int used; /* no place at or behind it was ever taken */
} timers = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void lock(sigset_t *before)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, before);
    pthread_mutex_lock(&timers.lock);
}

static void unlock(const sigset_t *before)
{
    pthread_mutex_unlock(&timers.lock);
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

static void fire(struct virtual_timer *timer, uint64_t expirations)
{
    struct posix_timer *at = (struct posix_timer *)timer;
    struct itimerspec now = {.it_value = {.tv_nsec = 1}};
    at->overrun = expirations - 1 < OVERRUN_MAX ? (int)(expirations - 1) : OVERRUN_MAX;
    real()->timer_settime(at->id, 0, &now, NULL);
}

static struct posix_timer *find(timer_t id)
{
    for (int i = 0; i < timers.used; i++)
        if (timers.all[i].used && timers.all[i].id == id)
            return &timers.all[i];
    return NULL;
}

/* Without room the timer is the kernel's, in real time. */
static void note(timer_t id, clockid_t clock)
{
    static _Atomic bool said;
    int i = 0;
    while (i < TIMERS_MAX && timers.all[i].used)
        i++;
    if (i == TIMERS_MAX) {
        preloaded_warn_once(&said, "more timers than the virtual clock has room for: some are in real time");
        return;
    }
    timers.all[i] = (struct posix_timer){.timer = {.fire = fire}, .id = id, .clock = clock, .used = true};
    virtual_timer_forget(&timers.all[i].timer);
    timers.used = i >= timers.used ? i + 1 : timers.used;
}

int timer_create(clockid_t clock, struct sigevent *restrict event, timer_t *restrict ret_id)
{
    sigset_t before;
    int result = real()->timer_create(clock, event, ret_id);
    if (result != 0 || preloaded_page() == NULL || !preloaded_is_virtual(clock))
        return result;
    lock(&before);
    note(*ret_id, clock);
    unlock(&before);
    return 0;
}

static int set(struct posix_timer *at, struct clock_page *page, int flags, const struct itimerspec *wanted)
{
    static const struct itimerspec off;
    int64_t due_ns = virtual_timer_due_ns(page, at->clock, (flags & TIMER_ABSTIME) != 0, &wanted->it_value);
    virtual_timer_set(&at->timer, page, 0, 0);
    at->overrun = 0;
    real()->timer_settime(at->id, 0, &off, NULL); /* also what was made to expire a moment ago */
    if (due_ns == 0 || virtual_timer_set(&at->timer, page, due_ns, preloaded_ns(&wanted->it_interval)))
        return 0;
    int64_t left_ns = due_ns - clock_page_mono_ns(page);
    struct itimerspec same = {.it_value = preloaded_timespec(left_ns > 0 ? left_ns : 1),
                              .it_interval = wanted->it_interval};
    return real()->timer_settime(at->id, 0, &same, NULL);
}

int timer_settime(timer_t id, int flags, const struct itimerspec *restrict wanted,
                  struct itimerspec *restrict ret_before)
{
    struct clock_page *page = preloaded_page();
    sigset_t before;
    int result;
    if (page == NULL)
        return real()->timer_settime(id, flags, wanted, ret_before);
    lock(&before);
    struct posix_timer *at = find(id);
    bool valid = preloaded_time_is_valid(&wanted->it_value) && preloaded_time_is_valid(&wanted->it_interval);
    if (at == NULL || !valid) {
        result = real()->timer_settime(id, flags, wanted, ret_before);
    } else {
        if (ret_before != NULL)
            *ret_before = virtual_timer_spec(&at->timer);
        result = set(at, page, flags, wanted);
    }
    unlock(&before);
    return result;
}

int timer_gettime(timer_t id, struct itimerspec *ret_left)
{
    sigset_t before;
    int result = 0;
    lock(&before);
    const struct posix_timer *at = find(id);
    if (at == NULL)
        result = real()->timer_gettime(id, ret_left);
    else
        *ret_left = virtual_timer_spec(&at->timer);
    unlock(&before);
    return result;
}

int timer_getoverrun(timer_t id)
{
    sigset_t before;
    int result = real()->timer_getoverrun(id);
    lock(&before);
    const struct posix_timer *at = find(id);
    if (at != NULL && result >= 0)
        result = at->overrun > OVERRUN_MAX - result ? OVERRUN_MAX : result + at->overrun;
    unlock(&before);
    return result;
}

int timer_delete(timer_t id)
{
    sigset_t before;
    lock(&before);
    struct posix_timer *at = find(id);
    if (at != NULL) {
        virtual_timer_end(&at->timer);
        at->used = false;
    }
    unlock(&before);
    return real()->timer_delete(id);
}

void posix_timers_forked(void)
{
    pthread_mutex_init(&timers.lock, NULL);
    for (int i = 0; i < timers.used; i++) {
        virtual_timer_forget(&timers.all[i].timer);
        timers.all[i].used = false;
    }
}
