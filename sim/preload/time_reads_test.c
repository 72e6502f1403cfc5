/* Reading the clock: virtual where the page keeps it, real where it does not, and moving on for who spins. */
#include "time_reads.h"

#include <errno.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "deadline.h"
#include "kernel_calls.h"
#include "test_owner.h"
#include "test_support.h"

enum { MS = 1000000 };

static struct test_owner owner;

static int64_t ms_of(clockid_t clock)
{
    struct timespec now = {0};
    assert_int_equal(clock_gettime(clock, &now), 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / MS;
}

static void all_clocks_of_time_are_those_of_the_page(void **state)
{
    (void)state;
    static const clockid_t mono[] = {CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW, CLOCK_MONOTONIC_COARSE,
                                     CLOCK_BOOTTIME},
                           wall[] = {CLOCK_REALTIME, CLOCK_REALTIME_COARSE, CLOCK_TAI};
    struct timeval day;
    struct timespec c;
    time_t seconds;
    test_owner_begin_here(&owner, false);
    for (size_t i = 0; i < COUNT_OF(mono); i++)
        assert_int_equal(ms_of(mono[i]), 1000000);
    for (size_t i = 0; i < COUNT_OF(wall); i++)
        assert_int_equal(ms_of(wall[i]), 1800000000000);
    assert_int_equal(gettimeofday(&day, NULL), 0);
    assert_int_equal(day.tv_sec, 1800000000);
    assert_int_equal(time(&seconds), 1800000000);
    assert_int_equal(seconds, 1800000000);
    assert_int_equal(timespec_get(&c, TIME_UTC), TIME_UTC);
    assert_int_equal(c.tv_sec, 1800000000);
    assert_int_equal(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &c), 0);
    assert_int_equal(c.tv_sec, 1000);
    assert_int_equal(syscall(SYS_gettimeofday, &day, NULL), 0);
    assert_int_equal(day.tv_sec, 1800000000);
    test_owner_set(&owner, 1600000LL * MS, false);
    assert_int_equal(ms_of(CLOCK_MONOTONIC), 1600000);
    assert_int_equal(time(NULL), 1800000600);
    test_owner_end(&owner);
}

static void a_partys_skew_is_in_its_wall_time_only(void **state)
{
    (void)state;
    test_owner_begin_here(&owner, false);
    clock_page_set_skew_ns(owner.page, 0, -3600000LL * MS);
    assert_int_equal(time(NULL), 1799996400);
    assert_int_equal(ms_of(CLOCK_MONOTONIC), 1000000);
    test_owner_end(&owner);
}

static void cpu_time_stays_real_and_errors_are_the_kernels(void **state)
{
    (void)state;
    struct timespec now;
    test_owner_begin_here(&owner, false);
    int64_t begun = ms_of(CLOCK_PROCESS_CPUTIME_ID);
    assert_true(begun < 600000);
    while (ms_of(CLOCK_PROCESS_CPUTIME_ID) < begun + 2)
        ;
    errno = 0;
    assert_int_equal(clock_gettime(9999, &now), -1);
    assert_int_equal(errno, EINVAL);
    test_owner_end(&owner);
}

static int64_t cpu_ms(void)
{
    struct rusage usage;
    getrusage(RUSAGE_THREAD, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
           (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

static void who_spins_sees_time_pass_by_what_it_used(void **state)
{
    (void)state;
    test_owner_begin_here(&owner, false);
    int64_t begun_cpu = cpu_ms();
    while (ms_of(CLOCK_MONOTONIC) < 1000050)
        ;
    int64_t used = cpu_ms() - begun_cpu;
    assert_true(used >= 50);
    assert_true(owner.page->creep_ns >= 50LL * MS);
    assert_true(owner.page->creep_ns <= used * MS + 5LL * MS);
    test_owner_end(&owner);
}

static void who_sleeps_in_between_does_not_spin(void **state)
{
    (void)state;
    test_owner_begin_here(&owner, false);
    deadline_no_spin(); /* the last test has spun */
    for (int64_t begun = cpu_ms(); cpu_ms() < begun + 60;) {
        _Atomic uint32_t word = 0;
        for (int i = 0; i < 1000; i++)
            ms_of(CLOCK_MONOTONIC);
        kernel_futex_wait(&word, 0, MS); /* by no call of ours: only the kernel knows of it */
    }
    assert_int_equal(owner.page->creep_ns, 0);
    test_owner_end(&owner);
}

static void where_time_runs_nothing_creeps(void **state)
{
    (void)state;
    test_owner_begin_here(&owner, true);
    for (int64_t begun = cpu_ms(); cpu_ms() < begun + 40;)
        ms_of(CLOCK_MONOTONIC);
    assert_int_equal(owner.page->creep_ns, 0);
    test_owner_end(&owner);
}

static void without_a_page_time_is_real(void **state)
{
    (void)state;
    int64_t real_ms = kernel_wall_ns() / MS;
    assert_in_range(ms_of(CLOCK_REALTIME), real_ms, real_ms + 60000);
    assert_in_range(time_reads_wall_ns() / MS, real_ms, real_ms + 60000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_page_time_is_real),
        cmocka_unit_test(all_clocks_of_time_are_those_of_the_page),
        cmocka_unit_test(a_partys_skew_is_in_its_wall_time_only),
        cmocka_unit_test(cpu_time_stays_real_and_errors_are_the_kernels),
        cmocka_unit_test(who_spins_sees_time_pass_by_what_it_used),
        cmocka_unit_test(who_sleeps_in_between_does_not_spin),
        cmocka_unit_test(where_time_runs_nothing_creeps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
