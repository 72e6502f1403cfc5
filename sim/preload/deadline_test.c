/* Waits in the middle of waits, many at once, and under a clock that is stopped and started all the time. */
#include "deadline.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "clock_member.h"
#include "test_owner.h"
#include "test_support.h"
#include "test_waits.h"

enum { MS = 1000000, CROWD = 1000, ROUNDS = 300 };

static struct test_owner owner;

/* ---- a handler that waits */

static _Atomic int handler_result;

static void sleep_in_handler(int number)
{
    struct timespec wanted = {.tv_sec = 10};
    (void)number;
    handler_result = nanosleep(&wanted, NULL) == 0 ? 1 : 2;
}

struct outer {
    pthread_t thread;
    int (*wait)(void);
    int result;
    int64_t ended_ms;
};

static int wait_for_cond(void)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
    struct timespec until;
    int error = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 60;
    pthread_mutex_lock(&mutex);
    while (error == 0)
        error = pthread_cond_timedwait(&cond, &mutex, &until);
    pthread_mutex_unlock(&mutex);
    return error;
}

static void *wait_outside(void *context)
{
    struct outer *outer = context;
    outer->result = outer->wait();
    outer->ended_ms = clock_page_mono_ns(owner.page) / MS;
    return NULL;
}

static void a_wait_that_a_handler_waits_in_keeps_its_deadline(void **state)
{
    (void)state;
    struct sigaction action = {.sa_handler = sleep_in_handler}, before;
    struct outer outer = {.wait = wait_for_cond};
    sigaction(SIGUSR1, &action, &before);
    test_owner_begin_here(&owner, false);
    handler_result = 0;
    pthread_create(&outer.thread, NULL, wait_outside, &outer);
    test_owner_await_armed(&owner, 1);
    pthread_kill(outer.thread, SIGUSR1);
    while (test_owner_earliest(&owner) != 1010000LL * MS)
        sched_yield();
    test_owner_set(&owner, 1010000LL * MS, false);
    while (handler_result == 0)
        sched_yield();
    assert_int_equal(handler_result, 1);
    assert_int_equal(test_owner_earliest(&owner), 1060000LL * MS);
    test_owner_set(&owner, 1060000LL * MS, false);
    pthread_join(outer.thread, NULL);
    assert_int_equal(outer.result, ETIMEDOUT);
    assert_int_equal(outer.ended_ms, 1060000);
    assert_int_equal(test_owner_armed(&owner), 0);
    sigaction(SIGUSR1, &before, NULL);
    test_owner_end(&owner);
}

/* The handler's wait goes beyond the outer deadline, and eats what was to wake the outer wait. */
static void an_outer_deadline_that_came_meanwhile_is_noticed(void **state)
{
    (void)state;
    struct deadline outer, inner;
    test_owner_begin_here(&owner, false);
    assert_true(deadline_begin(&outer, owner.page, CLOCK_WAIT_DESCRIPTOR, 1000001LL * MS));
    assert_true(deadline_begin(&inner, owner.page, CLOCK_WAIT_SLEEP, 1000002LL * MS));
    test_owner_set(&owner, 1000002LL * MS, false);
    deadline_end(&inner);
    struct pollfd woken = {.fd = outer.wake_fd, .events = POLLIN};
    assert_int_equal(poll(&woken, 1, 0), 1);
    assert_int_equal(test_owner_armed(&owner), 0); /* nobody jumps to it a second time */
    deadline_end(&outer);
    test_owner_end(&owner);
}

static sigjmp_buf out_of_handler;

static void leave_by_a_jump(int number)
{
    (void)number;
    siglongjmp(out_of_handler, 1);
}

static void *leave_a_sleep(void *unused)
{
    (void)unused;
    struct timespec wanted = {.tv_sec = 60};
    if (sigsetjmp(out_of_handler, 1) == 0)
        nanosleep(&wanted, NULL);
    wanted.tv_sec = 100;
    nanosleep(&wanted, NULL);
    return NULL;
}

static void a_wait_that_was_left_by_a_jump_is_gone_when_its_time_has_come(void **state)
{
    (void)state;
    struct sigaction action = {.sa_handler = leave_by_a_jump}, before;
    pthread_t thread;
    sigaction(SIGUSR1, &action, &before);
    test_owner_begin_here(&owner, false);
    pthread_create(&thread, NULL, leave_a_sleep, NULL);
    test_owner_await_armed(&owner, 1);
    pthread_kill(thread, SIGUSR1);
    while (test_owner_earliest(&owner) != 1100000LL * MS)
        sched_yield();
    test_owner_set(&owner, 1100000LL * MS, false);
    pthread_join(thread, NULL);
    assert_int_equal(test_owner_armed(&owner), 0);
    sigaction(SIGUSR1, &before, NULL);
    test_owner_end(&owner);
}

/* ---- many */

static _Atomic int awake;

static void *sleep_a_while(void *context)
{
    struct timespec wanted = {.tv_sec = 1 + (intptr_t)context % 7};
    int64_t due_ms = 1000000 + wanted.tv_sec * 1000;
    nanosleep(&wanted, NULL);
    int64_t late_ms = clock_page_mono_ns(owner.page) / MS - due_ms;
    awake++;
    return (void *)(intptr_t)late_ms;
}

static void a_thousand_sleepers_each_wake_at_their_own_moment(void **state)
{
    (void)state;
    static pthread_t threads[CROWD];
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 256 * 1024);
    test_owner_begin_here(&owner, false);
    for (intptr_t i = 0; i < CROWD; i++)
        assert_int_equal(pthread_create(&threads[i], &attributes, sleep_a_while, (void *)i), 0);
    test_owner_await_armed(&owner, CROWD);
    for (int s = 1, due = 0; s <= 7; s++) {
        test_owner_set(&owner, (1000000LL + s * 1000) * MS, false);
        due += CROWD / 7 + (s <= CROWD % 7);
        while (awake < due) /* so that none sees a later moment than its own */
            sched_yield();
    }
    assert_int_equal(awake, CROWD);
    for (int i = 0; i < CROWD; i++) {
        void *late_ms = NULL;
        pthread_join(threads[i], &late_ms);
        assert_int_equal((intptr_t)late_ms, 0);
    }
    assert_int_equal(test_owner_armed(&owner), 0);
    pthread_attr_destroy(&attributes);
    test_owner_end(&owner);
}

/* ---- a clock that starts and stops */

static _Atomic int rounds_left;
static _Atomic bool failed;

static void *wait_again_and_again(void *context)
{
    const struct test_wait *row = context;
    while (rounds_left > 0) {
        struct test_place place;
        test_place_init(&place);
        int64_t due_ns = clock_page_mono_ns(owner.page) + 3LL * MS;
        enum test_wait_end end = row->wait(&place, 3);
        if (end == WAIT_TIMED_OUT && clock_page_mono_ns(owner.page) < due_ns)
            failed = true;
        if (end != WAIT_TIMED_OUT && end != WAIT_INTERRUPTED && end != WAIT_WOKEN)
            failed = true;
        rounds_left--;
        test_place_release(&place);
    }
    return NULL;
}

/* Locks of a place belong to the thread that made it: not these. */
static bool can_wait_alone(const struct test_wait *row)
{
    return strstr(row->name, "rwlock") == NULL && strstr(row->name, "mutex") == NULL &&
           strstr(row->name, "mtx") == NULL;
}

static void no_wait_is_lost_or_early_when_time_stops_and_starts(void **state)
{
    (void)state;
    pthread_t threads[64];
    size_t count = 0;
    test_owner_begin_here(&owner, false);
    rounds_left = ROUNDS;
    for (size_t i = 0; i < test_waits_count; i++)
        if (can_wait_alone(&test_waits[i]))
            pthread_create(&threads[count++], NULL, wait_again_and_again, (void *)(uintptr_t)&test_waits[i]);
    for (int i = 0; rounds_left > 0; i++) {
        int64_t earliest_ns = test_owner_earliest(&owner);
        if (i % 3 == 0)
            test_owner_set(&owner, 0, true);
        else
            test_owner_set(&owner, earliest_ns == CLOCK_PAGE_NEVER ? 0 : earliest_ns, false);
        sched_yield();
    }
    test_owner_set(&owner, 0, true);
    for (size_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    assert_false(failed);
    test_owner_end(&owner);
}

static int wait_for_descriptors(void)
{
    return poll(NULL, 0, 60000);
}

static int wait_for_epoll(void)
{
    struct epoll_event event;
    int epoll = epoll_create1(EPOLL_CLOEXEC), result = epoll_wait(epoll, &event, 1, 60000);
    close(epoll);
    return result;
}

static int64_t cpu_ms(const struct rusage *usage)
{
    return (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000 +
           (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1000;
}

static void a_stack_at_rest_uses_no_cpu(void **state)
{
    (void)state;
    struct outer outers[] = {
        {.wait = wait_for_cond}, {.wait = wait_for_descriptors}, {.wait = wait_for_epoll}};
    struct rusage first, second;
    test_owner_begin_here(&owner, false);
    for (int i = 0; i < 3; i++)
        pthread_create(&outers[i].thread, NULL, wait_outside, &outers[i]);
    test_owner_await_armed(&owner, 3);
    test_owner_await_others_asleep();
    getrusage(RUSAGE_SELF, &first);
    struct pollfd nothing = {.fd = -1};
    test_owner_set(&owner, 0, true); /* the guard of this test is real */
    poll(&nothing, 1, 200);
    test_owner_set(&owner, 0, false);
    getrusage(RUSAGE_SELF, &second);
    assert_true(second.ru_nvcsw - first.ru_nvcsw < 30);
    assert_true(cpu_ms(&second) - cpu_ms(&first) < 100);
    test_owner_await_others_asleep(); /* who was woken for nothing sleeps again: else this has no end */
    test_owner_set(&owner, 1100000LL * MS, false);
    for (int i = 0; i < 3; i++)
        pthread_join(outers[i].thread, NULL);
    test_owner_end(&owner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wait_that_a_handler_waits_in_keeps_its_deadline),
        cmocka_unit_test(an_outer_deadline_that_came_meanwhile_is_noticed),
        cmocka_unit_test(a_wait_that_was_left_by_a_jump_is_gone_when_its_time_has_come),
        cmocka_unit_test(a_thousand_sleepers_each_wake_at_their_own_moment),
        cmocka_unit_test(no_wait_is_lost_or_early_when_time_stops_and_starts),
        cmocka_unit_test(a_stack_at_rest_uses_no_cpu),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
