/* called_wait: a wait that nobody outside the process can end (a condition, semaphore, lock, futex): the
 * process's waker calls out to it.
 *
 *     struct called_wait wait = {.wake = broadcast, .object = cond};
 *     if (!called_wait_begin(&wait, page, due_ns))
 *         ... wait in real time ...
 *     int64_t left_ns = called_wait_left_ns(&wait);      // CLOCK_PAGE_NEVER while time stands still
 *     ... the real wait, at most so long ...
 *     called_wait_end(&wait);
 *
 * wake() is called on the waker's thread, once the deadline has come again and again, so that it does not
 * matter whether the wait had begun; and perhaps when time begins to run or stops. It must not block. The
 * object must live until called_wait_end(), which is also for cancellation handlers. */
#ifndef CALLED_WAIT_H
#define CALLED_WAIT_H

#include "clock_member.h"
#include "deadline.h"

struct called_wait {
    void (*wake)(void *object);
    void *object;
    struct deadline deadline;
    struct clock_call call;
    _Atomic bool called;
};

/* False when there is no slot or no waker. */
bool called_wait_begin(struct called_wait *wait, struct clock_page *page, int64_t due_ns);
/* How long the real wait may last; to be asked again for each one. */
int64_t called_wait_left_ns(struct called_wait *wait);
/* Whether the deadline has come. */
bool called_wait_is_over(const struct called_wait *wait);
void called_wait_end(void *wait);

/* Wakes all who sleep on a futex; shared: of a word that other processes see. */
void called_wait_futex_wake(_Atomic uint32_t *word, bool shared);
/* Sleeps while *word == value: 0, or -errno. Not a cancellation point. */
long called_wait_futex(struct called_wait *wait, _Atomic uint32_t *word, uint32_t value, bool shared);

/* A real moment so far ahead, of the real monotonic clock. */
struct timespec called_wait_real_moment(int64_t left_ns);

#endif
