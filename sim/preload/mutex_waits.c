/* Timed waits for mutexes: pthread_mutex_timedlock, pthread_mutex_clocklock, mtx_timedlock. Taking is left to
 * libc's trylock; waiting is on glibc's lock word: 0 free, 1 held, 2 held and waited for. Robust and
 * priority mutexes, which the kernel looks after, wait in real time. */
#include <errno.h>
#include <pthread.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include "called_wait.h"
#include "preloaded.h"
#include "real_calls.h"

WRAPS int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict until);
WRAPS int pthread_mutex_clocklock(pthread_mutex_t *restrict mutex, clockid_t clock,
                                  const struct timespec *restrict until);
WRAPS int mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict until);

enum { KIND_MASK = 3, KERNELS_MASK = 16 | 32 | 64, SHARED_BIT = 128 };
enum { FREE, HELD, WAITED_FOR };

static bool is_shared(const pthread_mutex_t *mutex)
{
    return (mutex->__data.__kind & SHARED_BIT) != 0;
}

static _Atomic uint32_t *word_of(pthread_mutex_t *mutex)
{
    return (_Atomic uint32_t *)&mutex->__data.__lock;
}

static void wake(void *mutex)
{
    called_wait_futex_wake(word_of(mutex), is_shared(mutex));
}

/* Our wait may have eaten the one wake-up that an unlock gives: the next holder must give another. */
static void pass_on(pthread_mutex_t *mutex)
{
    uint32_t held = HELD;
    if (!atomic_compare_exchange_strong(word_of(mutex), &held, WAITED_FOR) && held == FREE)
        wake(mutex);
}

static int take_until(struct called_wait *wait)
{
    pthread_mutex_t *mutex = wait->object;
    for (;;) {
        int result = pthread_mutex_trylock(mutex);
        if (result == 0)
            *word_of(mutex) = WAITED_FOR; /* there may be others that wait */
        if (result != EBUSY)
            return result;
        if (called_wait_is_over(wait)) {
            pass_on(mutex);
            return ETIMEDOUT;
        }
        uint32_t held = HELD;
        if (atomic_compare_exchange_strong(word_of(mutex), &held, WAITED_FOR) || held == WAITED_FOR)
            called_wait_futex(wait, word_of(mutex), WAITED_FOR, is_shared(mutex));
    }
}

static int real_wait(pthread_mutex_t *mutex, int64_t left_ns)
{
    struct timespec until = called_wait_real_moment(left_ns > 0 ? left_ns : 0);
    return real()->pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &until);
}

static int lock_until(struct clock_page *page, pthread_mutex_t *mutex, int64_t due_ns)
{
    static _Atomic bool said;
    struct called_wait wait = {.wake = wake, .object = mutex};
    int64_t left_ns = due_ns - clock_page_mono_ns(page);
    if (mutex->__data.__kind & KERNELS_MASK) {
        preloaded_warn_once(&said, "timed waits for robust and priority mutexes are in real time");
        return real_wait(mutex, left_ns);
    }
    if ((mutex->__data.__kind & KIND_MASK) == PTHREAD_MUTEX_ERRORCHECK &&
        mutex->__data.__owner == (int)gettid())
        return EDEADLK;
    int result = pthread_mutex_trylock(mutex);
    if (result != EBUSY)
        return result;
    if (left_ns <= 0)
        return ETIMEDOUT;
    if (!called_wait_begin(&wait, page, due_ns))
        return real_wait(mutex, left_ns);
    result = take_until(&wait);
    called_wait_end(&wait);
    return result;
}

int pthread_mutex_clocklock(pthread_mutex_t *restrict mutex, clockid_t clock,
                            const struct timespec *restrict until)
{
    struct clock_page *page = preloaded_page();
    bool known = clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC;
    if (page == NULL || !known || !preloaded_time_is_valid(until))
        return real()->pthread_mutex_clocklock(mutex, clock, until);
    return lock_until(page, mutex, preloaded_due_of(page, clock, until));
}

int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict until)
{
    return pthread_mutex_clocklock(mutex, CLOCK_REALTIME, until);
}

int mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict until)
{
    int result = pthread_mutex_timedlock((pthread_mutex_t *)mutex, until);
    return result == 0 ? thrd_success : result == ETIMEDOUT ? thrd_timedout : thrd_error;
}
