/* Timed waits on semaphores: sem_timedwait, sem_clockwait. libc has no wait that a third party can end, so
 * this waits itself, on glibc's own word: the value in its low half, the number of waiters in its high half.
 * Whether that is how this libc keeps a semaphore is tried once; if not, such waits are in real time. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>
#include <time.h>

#include "called_wait.h"
#include "preloaded.h"
#include "real_calls.h"

WRAPS int sem_timedwait(sem_t *restrict sem, const struct timespec *restrict until);
WRAPS int sem_clockwait(sem_t *restrict sem, clockid_t clock, const struct timespec *restrict until);

struct glibc_semaphore {
    _Atomic uint64_t data;
    int32_t shared; /* 0: of one process */
};

#define ONE_WAITER (UINT64_C(1) << 32)

_Static_assert(sizeof(struct glibc_semaphore) <= sizeof(sem_t), "a semaphore is larger than that");

static bool layout_is_known(void)
{
    static _Atomic int known; /* 1 yes, 2 no */
    static _Atomic bool said;
    if (known == 0) {
        sem_t sem;
        struct glibc_semaphore *at = (struct glibc_semaphore *)&sem;
        sem_init(&sem, 0, 5);
        bool fine = at->data == 5 && at->shared == 0 && sem_post(&sem) == 0 && at->data == 6;
        sem_destroy(&sem);
        known = fine ? 1 : 2;
    }
    if (known == 2)
        preloaded_warn_once(&said, "semaphores of this libc are unknown: their waits are in real time");
    return known == 1;
}

static bool try_take(struct glibc_semaphore *sem, uint64_t less)
{
    uint64_t data = sem->data;
    while ((uint32_t)data != 0)
        if (atomic_compare_exchange_weak(&sem->data, &data, data - less))
            return true;
    return false;
}

static _Atomic uint32_t *word_of(struct glibc_semaphore *sem)
{
    return (_Atomic uint32_t *)&sem->data + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
}

static void wake(void *sem)
{
    called_wait_futex_wake(word_of(sem), ((struct glibc_semaphore *)sem)->shared != 0);
}

/* When the thread is cancelled in the wait. */
static void leave(void *context)
{
    struct called_wait *wait = context;
    struct glibc_semaphore *sem = wait->object;
    atomic_fetch_sub(&sem->data, ONE_WAITER);
    called_wait_end(wait);
}

static long cancellable_futex(struct called_wait *wait)
{
    struct glibc_semaphore *sem = wait->object;
    int before;
    long result;
    pthread_cleanup_push(leave, wait);
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &before);
    result = called_wait_futex(wait, word_of(sem), 0, sem->shared != 0);
    pthread_setcanceltype(before, &before);
    pthread_cleanup_pop(0);
    return result;
}

/* 0 when taken, else the error. */
static int take_until(struct called_wait *wait)
{
    struct glibc_semaphore *sem = wait->object;
    atomic_fetch_add(&sem->data, ONE_WAITER);
    for (;;) {
        if (try_take(sem, 1 + ONE_WAITER)) {
            called_wait_end(wait);
            return 0;
        }
        int error = called_wait_is_over(wait) ? ETIMEDOUT : cancellable_futex(wait) == -EINTR ? EINTR : 0;
        if (error != 0) {
            leave(wait);
            return error;
        }
    }
}

static int real_wait(sem_t *sem, int64_t left_ns)
{
    struct timespec until = called_wait_real_moment(left_ns > 0 ? left_ns : 0);
    return real()->sem_clockwait(sem, CLOCK_MONOTONIC, &until);
}

int sem_clockwait(sem_t *restrict sem, clockid_t clock, const struct timespec *restrict until)
{
    struct clock_page *page = preloaded_page();
    bool known = clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC;
    if (page == NULL || !known || !preloaded_time_is_valid(until))
        return real()->sem_clockwait(sem, clock, until);
    int64_t due_ns = preloaded_due_of(page, clock, until), left_ns = due_ns - clock_page_mono_ns(page);
    struct called_wait wait = {.wake = wake, .object = sem};
    if (!layout_is_known())
        return real_wait(sem, left_ns);
    pthread_testcancel();
    if (try_take((struct glibc_semaphore *)sem, 1))
        return 0;
    int error = ETIMEDOUT;
    if (left_ns > 0) {
        if (!called_wait_begin(&wait, page, due_ns))
            return real_wait(sem, left_ns);
        error = take_until(&wait);
    }
    if (error == 0)
        return 0;
    errno = error;
    return -1;
}

int sem_timedwait(sem_t *restrict sem, const struct timespec *restrict until)
{
    return sem_clockwait(sem, CLOCK_REALTIME, until);
}
