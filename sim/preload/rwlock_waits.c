/* Timed waits for read-write locks: pthread_rwlock_timedrdlock, _timedwrlock, _clockrdlock, _clockwrlock.
 * They try, and between tries sleep until somebody in this process unlocks any such lock, which is why unlock
 * is wrapped too. Locks shared between processes wait in real time. */
#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "called_wait.h"
#include "preloaded.h"
#include "real_calls.h"

WRAPS int pthread_rwlock_unlock(pthread_rwlock_t *lock);
WRAPS int pthread_rwlock_timedrdlock(pthread_rwlock_t *restrict lock, const struct timespec *restrict until);
WRAPS int pthread_rwlock_timedwrlock(pthread_rwlock_t *restrict lock, const struct timespec *restrict until);
WRAPS int pthread_rwlock_clockrdlock(pthread_rwlock_t *restrict lock, clockid_t clock,
                                     const struct timespec *restrict until);
WRAPS int pthread_rwlock_clockwrlock(pthread_rwlock_t *restrict lock, clockid_t clock,
                                     const struct timespec *restrict until);

typedef int clock_lock(pthread_rwlock_t *lock, clockid_t clock, const struct timespec *until);

static _Atomic uint32_t waiting; /* threads */
static _Atomic uint32_t unlocks; /* futex: counted while somebody waits */

int pthread_rwlock_unlock(pthread_rwlock_t *lock)
{
    int result = real()->pthread_rwlock_unlock(lock);
#if !defined(__x86_64__) /* there the unlocking itself is a full barrier */
    atomic_thread_fence(memory_order_seq_cst);
#endif
    if (__builtin_expect(atomic_load_explicit(&waiting, memory_order_relaxed) != 0, 0)) {
        atomic_fetch_add(&unlocks, 1);
        called_wait_futex_wake(&unlocks, false);
    }
    return result;
}

static void wake(void *unused)
{
    (void)unused;
    called_wait_futex_wake(&unlocks, false);
}

static int lock_until(struct called_wait *wait, pthread_rwlock_t *lock, int (*try)(pthread_rwlock_t *))
{
    for (;;) {
        uint32_t before = unlocks;
        int result = try(lock);
        if (result != EBUSY && result != EAGAIN)
            return result;
        if (called_wait_is_over(wait))
            return ETIMEDOUT;
        called_wait_futex(wait, &unlocks, before, false);
    }
}

static int timed_lock(pthread_rwlock_t *lock, clockid_t clock, const struct timespec *until,
                      int (*try)(pthread_rwlock_t *), clock_lock *libcs)
{
    struct clock_page *page = preloaded_page();
    struct called_wait wait = {.wake = wake};
    bool known = clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC;
    if (page == NULL || !known || !preloaded_time_is_valid(until))
        return libcs(lock, clock, until);
    int result = try(lock);
    if (result != EBUSY && result != EAGAIN)
        return result;
    if (lock->__data.__cur_writer == (int)gettid())
        return EDEADLK;
    int64_t due_ns = preloaded_due_of(page, clock, until), left_ns = due_ns - clock_page_mono_ns(page);
    if (left_ns <= 0)
        return ETIMEDOUT;
    if (lock->__data.__shared != 0 || !called_wait_begin(&wait, page, due_ns)) {
        struct timespec moment = called_wait_real_moment(left_ns);
        return libcs(lock, CLOCK_MONOTONIC, &moment);
    }
    atomic_fetch_add(&waiting, 1);
    result = lock_until(&wait, lock, try);
    atomic_fetch_sub(&waiting, 1);
    called_wait_end(&wait);
    return result;
}

int pthread_rwlock_clockrdlock(pthread_rwlock_t *restrict lock, clockid_t clock,
                               const struct timespec *restrict until)
{
    return timed_lock(lock, clock, until, pthread_rwlock_tryrdlock, real()->pthread_rwlock_clockrdlock);
}

int pthread_rwlock_clockwrlock(pthread_rwlock_t *restrict lock, clockid_t clock,
                               const struct timespec *restrict until)
{
    return timed_lock(lock, clock, until, pthread_rwlock_trywrlock, real()->pthread_rwlock_clockwrlock);
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t *restrict lock, const struct timespec *restrict until)
{
    return pthread_rwlock_clockrdlock(lock, CLOCK_REALTIME, until);
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t *restrict lock, const struct timespec *restrict until)
{
    return pthread_rwlock_clockwrlock(lock, CLOCK_REALTIME, until);
}
