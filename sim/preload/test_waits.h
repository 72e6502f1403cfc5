/* test_waits: every call that waits with a time-out, as a row of a table, so that a test of one property is a
 * test of all of them. */
#ifndef TEST_WAITS_H
#define TEST_WAITS_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <threads.h>

/* How it ended. */
enum test_wait_end { WAIT_TIMED_OUT, WAIT_WOKEN, WAIT_INTERRUPTED, WAIT_FAILED };

/* What one waiting thread waits on; made anew for each wait. */
struct test_place {
    int pipe[2];
    int epoll;
    int timer;
    pthread_mutex_t held; /* by whoever made the place */
    pthread_mutex_t mutex;
    pthread_cond_t wall_cond, mono_cond;
    mtx_t c_held, c_mutex;
    cnd_t c_cond;
    sem_t sem;
    pthread_rwlock_t rwlock; /* held for writing */
    _Atomic uint32_t word;
    bool signalled;
};

struct test_wait {
    const char *name;
    enum test_wait_end (*wait)(struct test_place *place, int64_t ms);
    void (*wake)(struct test_place *place); /* NULL: only time ends it */
    bool interruptible;                     /* by a handled signal */
    bool cancellable;
};

extern const struct test_wait test_waits[];
extern const size_t test_waits_count;

void test_place_init(struct test_place *place);
void test_place_release(struct test_place *place);

#endif
