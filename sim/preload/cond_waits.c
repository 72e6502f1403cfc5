/* Timed waits on condition variables: pthread_cond_timedwait, pthread_cond_clockwait, cnd_timedwait. While
 * time stands still the thread waits without limit, in libc's own call, and the waker broadcasts; a broadcast
 * for nothing is what every user of a condition is ready for. */
#include <errno.h>
#include <pthread.h>
#include <threads.h>
#include <time.h>

#include "called_wait.h"
#include "preloaded.h"
#include "real_calls.h"

WRAPS int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
                                 const struct timespec *restrict until);
WRAPS int pthread_cond_clockwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
                                 clockid_t clock, const struct timespec *restrict until);
WRAPS int cnd_timedwait(cnd_t *restrict cond, mtx_t *restrict mutex, const struct timespec *restrict until);

/* glibc keeps there which clock the condition was made for. */
enum { MONOTONIC_BIT = 2 };

static clockid_t clock_of(const pthread_cond_t *cond)
{
    unsigned bits = __atomic_load_n(&cond->__data.__wrefs, __ATOMIC_RELAXED);
    return bits & MONOTONIC_BIT ? CLOCK_MONOTONIC : CLOCK_REALTIME;
}

static void broadcast(void *cond)
{
    pthread_cond_broadcast(cond);
}

static int real_wait(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t left_ns)
{
    if (left_ns == CLOCK_PAGE_NEVER)
        return real()->pthread_cond_wait(cond, mutex);
    struct timespec until = called_wait_real_moment(left_ns);
    return real()->pthread_cond_clockwait(cond, mutex, CLOCK_MONOTONIC, &until);
}

static int cancellable_wait(struct called_wait *wait, pthread_cond_t *cond, pthread_mutex_t *mutex)
{
    int result;
    pthread_cleanup_push(called_wait_end, wait);
    result = real_wait(cond, mutex, called_wait_left_ns(wait));
    pthread_cleanup_pop(0);
    /* Who was signalled is told so, also when the deadline has come meanwhile: a signal counts once. */
    bool over = called_wait_is_over(wait), called = wait->called;
    called_wait_end(wait);
    if (result == 0 || result == ETIMEDOUT)
        result = over && (called || result == ETIMEDOUT) ? ETIMEDOUT : 0;
    return result;
}

static int wait_until(struct clock_page *page, pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t due_ns)
{
    int64_t left_ns = due_ns - clock_page_mono_ns(page);
    struct called_wait wait = {.wake = broadcast, .object = cond};
    if (left_ns <= 0 || !called_wait_begin(&wait, page, due_ns))
        return real_wait(cond, mutex, left_ns > 0 ? left_ns : 0);
    return cancellable_wait(&wait, cond, mutex);
}

int pthread_cond_clockwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex, clockid_t clock,
                           const struct timespec *restrict until)
{
    struct clock_page *page = preloaded_page();
    bool known = clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC;
    if (page == NULL || !known || !preloaded_time_is_valid(until))
        return real()->pthread_cond_clockwait(cond, mutex, clock, until);
    return wait_until(page, cond, mutex, preloaded_due_of(page, clock, until));
}

int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict until)
{
    struct clock_page *page = preloaded_page();
    if (page == NULL || !preloaded_time_is_valid(until))
        return real()->pthread_cond_timedwait(cond, mutex, until);
    return wait_until(page, cond, mutex, preloaded_due_of(page, clock_of(cond), until));
}

int cnd_timedwait(cnd_t *restrict cond, mtx_t *restrict mutex, const struct timespec *restrict until)
{
    /* glibc's are the POSIX ones under another name */
    int result = pthread_cond_timedwait((pthread_cond_t *)cond, (pthread_mutex_t *)mutex, until);
    return result == 0 ? thrd_success : result == ETIMEDOUT ? thrd_timedout : thrd_error;
}
