/* test_clock: virtual time in a test (tests only): this process on a clock page that stands still, with the
 * test as the one who moves it.
 *
 *     test_clock_start(1781630970000);                  // wall clock: 2026-06-16 17:29:30 UTC
 *     ...
 *     test_clock_wait_due(clock_mono_ms() + 5000);      // until somebody waits for exactly that moment
 *     test_clock_jump(5000);
 *     test_clock_stop();
 *
 * Monotonic time begins at TEST_CLOCK_START_MS. The waits here are bounded by a guard in real time. */
#ifndef TEST_CLOCK_H
#define TEST_CLOCK_H

#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"
#include "clock_member.h"
#include "test_support.h"

enum { TEST_CLOCK_START_MS = 1000000, TEST_CLOCK_GUARD_S = 20, TEST_CLOCK_NS_PER_MS = 1000000 };

static struct {
    struct clock_page *page;
    char path[64];
} test_clock;

static inline void test_clock_start(int64_t wall_ms)
{
    enum clock_page_problem problem;
    struct clock_page_start start = {.wall_ns = wall_ms * TEST_CLOCK_NS_PER_MS,
                                     .mono_ns = (int64_t)TEST_CLOCK_START_MS * TEST_CLOCK_NS_PER_MS};
    snprintf(test_clock.path, sizeof test_clock.path, "/tmp/test-clock-%d", (int)getpid());
    test_clock.page = clock_page_create(test_clock.path, &start, &problem);
    assert_non_null(test_clock.page);
    clock_page_add_party(test_clock.page, "simulator", CLOCK_ROLE_SIMULATOR);
    clock_member_join_page(test_clock.page, 0);
}

/* All that waited has ended. */
static inline void test_clock_stop(void)
{
    clock_member_leave();
    unlink(test_clock.path); /* the page stays mapped: the waker may still look at it */
}

/* Time goes on by so much, at once; deadlines on the way come all together. */
static inline void test_clock_jump(int64_t ms)
{
    int fd = clock_wake_socket();
    clock_page_set(test_clock.page, clock_page_mono_ns(test_clock.page) + ms * TEST_CLOCK_NS_PER_MS, false);
    clock_slots_wake_all(test_clock.page, fd);
    close(fd);
}

/* How many wait for a moment. */
static inline size_t test_clock_open(void)
{
    size_t count = 0;
    for (uint32_t i = 0; i < test_clock.page->slots_used; i++)
        count += test_clock.page->slots[i].pid != 0 && test_clock.page->slots[i].due_ns != CLOCK_PAGE_NEVER;
    return count;
}

static inline bool test_clock_is_due(int64_t mono_ms)
{
    for (uint32_t i = 0; i < test_clock.page->slots_used; i++)
        if (test_clock.page->slots[i].pid != 0 &&
            test_clock.page->slots[i].due_ns == mono_ms * TEST_CLOCK_NS_PER_MS)
            return true;
    return false;
}

/* Until somebody waits for that moment. */
static inline void test_clock_wait_due(int64_t mono_ms)
{
    int64_t guard_us = clock_real_mono_us() + TEST_CLOCK_GUARD_S * 1000000LL;
    while (!test_clock_is_due(mono_ms)) {
        if (clock_real_mono_us() > guard_us)
            fail_msg("nobody waits for %lld ms; %zu wait for another moment", (long long)mono_ms,
                     test_clock_open());
        sched_yield();
    }
}

/* Until nobody waits for any moment. */
static inline void test_clock_wait_none(void)
{
    int64_t guard_us = clock_real_mono_us() + TEST_CLOCK_GUARD_S * 1000000LL;
    while (test_clock_open() > 0) {
        if (clock_real_mono_us() > guard_us)
            fail_msg("%zu still wait for a moment", test_clock_open());
        sched_yield();
    }
}

#endif
