/* Timers that nobody waits for: timerfd, setitimer and alarm, timer_create. */
#include "virtual_timer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "test_owner.h"
#include "test_support.h"

enum { MS = 1000000 };

static struct test_owner owner;

static struct itimerspec spec(int64_t value_ms, int64_t interval_ms)
{
    return (struct itimerspec){.it_value = preloaded_timespec(value_ms * MS),
                               .it_interval = preloaded_timespec(interval_ms * MS)};
}

static int64_t ms_of(const struct timespec *time)
{
    return (int64_t)time->tv_sec * 1000 + time->tv_nsec / MS;
}

static void jump(int64_t mono_ms)
{
    test_owner_set(&owner, mono_ms * MS, false);
}

/* ---- timerfd */

static int timer_file(int64_t value_ms, int64_t interval_ms)
{
    struct itimerspec value = spec(value_ms, interval_ms);
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(timerfd_settime(fd, 0, &value, NULL), 0);
    return fd;
}

/* Waits without limit, as an event loop does. */
static uint64_t expirations(int fd)
{
    struct pollfd fds = {.fd = fd, .events = POLLIN};
    uint64_t count = 0;
    assert_int_equal(poll(&fds, 1, -1), 1);
    assert_int_equal(read(fd, &count, sizeof count), sizeof count);
    return count;
}

static void expect_nothing(int fd)
{
    uint64_t count;
    assert_int_equal(read(fd, &count, sizeof count), -1);
    assert_int_equal(errno, EAGAIN);
}

static void a_timer_file_counts_each_interval_of_a_jump(void **state)
{
    (void)state;
    test_owner_begin_here(&owner, false);
    int fd = timer_file(1000, 500);
    expect_nothing(fd);
    jump(1000999);
    expect_nothing(fd);
    jump(1001000);
    assert_int_equal(expirations(fd), 1);
    jump(1004250); /* 1.5, 2, 2.5, 3, 3.5, 4 */
    assert_int_equal(expirations(fd), 6);
    assert_int_equal(test_owner_earliest(&owner), 1004500LL * MS);
    close(fd);
    assert_int_equal(test_owner_armed(&owner), 0);
    test_owner_end(&owner);
}

static void a_timer_file_tells_what_is_left_and_forgets_what_was_unread(void **state)
{
    (void)state;
    struct itimerspec left, again = spec(3000, 0), off = spec(0, 0);
    test_owner_begin_here(&owner, false);
    int fd = timer_file(1000, 500);
    jump(1000400);
    assert_int_equal(timerfd_gettime(fd, &left), 0);
    assert_int_equal(ms_of(&left.it_value), 600);
    assert_int_equal(ms_of(&left.it_interval), 500);
    jump(1001000);
    struct pollfd fds = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&fds, 1, -1), 1);
    assert_int_equal(timerfd_settime(fd, 0, &again, &left), 0);
    assert_int_equal(ms_of(&left.it_value), 500);
    expect_nothing(fd);
    assert_int_equal(timerfd_settime(fd, 0, &off, NULL), 0);
    assert_int_equal(test_owner_armed(&owner), 0);
    again.it_value.tv_nsec = 1000000000;
    assert_int_equal(timerfd_settime(fd, 0, &again, NULL), -1);
    assert_int_equal(errno, EINVAL);
    close(fd);
    test_owner_end(&owner);
}

static void a_timer_file_until_a_moment_of_the_wall_clock(void **state)
{
    (void)state;
    struct itimerspec until = {.it_value = {.tv_sec = 1800000060}};
    test_owner_begin_here(&owner, false);
    int fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK);
    assert_int_equal(timerfd_settime(fd, TFD_TIMER_ABSTIME, &until, NULL), 0);
    assert_int_equal(test_owner_earliest(&owner), 1060000LL * MS);
    jump(1060000);
    assert_int_equal(expirations(fd), 1);
    close(fd);
    test_owner_end(&owner);
}

static void a_timer_file_lives_until_its_last_number_is_closed(void **state)
{
    (void)state;
    test_owner_begin_here(&owner, false);
    int fd = timer_file(1000, 0), other = dup(fd), third = fcntl(fd, F_DUPFD_CLOEXEC, 100);
    close(fd);
    close(other);
    jump(1001000);
    assert_int_equal(expirations(third), 1);
    int again = timer_file(1000, 0), null = open("/dev/null", O_RDONLY);
    dup2(null, again);
    assert_int_equal(test_owner_armed(&owner), 0);
    close(again);
    close(null);
    close(third);
    test_owner_end(&owner);
}

/* ---- setitimer */

static _Atomic int signals;

static void count_signal(int number)
{
    (void)number;
    signals++;
}

static void set_again(int number)
{
    (void)number;
    signals++;
    struct itimerval next = {.it_value = {.tv_sec = signals < 3 ? 10 : 0}};
    setitimer(ITIMER_REAL, &next, NULL);
}

static void await_signals(int count)
{
    while (signals < count)
        sched_yield();
}

static void begin_signals(int number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    signals = 0;
    sigaction(number, &action, NULL);
    test_owner_begin_here(&owner, false);
}

static void an_interval_timer_signals_once_a_jump_and_again(void **state)
{
    (void)state;
    struct itimerval value = {.it_value = {.tv_sec = 5}, .it_interval = {.tv_sec = 2}}, left;
    begin_signals(SIGALRM, count_signal);
    assert_int_equal(setitimer(ITIMER_REAL, &value, NULL), 0);
    jump(1004000);
    assert_int_equal(getitimer(ITIMER_REAL, &left), 0);
    assert_int_equal(left.it_value.tv_sec, 1);
    assert_int_equal(left.it_interval.tv_sec, 2);
    assert_int_equal(signals, 0);
    jump(1005000);
    await_signals(1);
    jump(1012000); /* 7, 9, 11 */
    await_signals(2);
    assert_int_equal(test_owner_earliest(&owner), 1013000LL * MS);
    value = (struct itimerval){0};
    assert_int_equal(setitimer(ITIMER_REAL, &value, &left), 0);
    assert_int_equal(left.it_value.tv_sec, 1);
    assert_int_equal(test_owner_armed(&owner), 0);
    assert_int_equal(signals, 2);
    test_owner_end(&owner);
}

static void an_alarm_says_what_was_left_of_the_last(void **state)
{
    (void)state;
    begin_signals(SIGALRM, count_signal);
    assert_int_equal(alarm(10), 0);
    jump(1002400);
    assert_int_equal(alarm(1), 8);
    jump(1003300);
    assert_int_equal(alarm(0), 1);
    assert_int_equal(ualarm(500000, 0), 0);
    assert_int_equal(test_owner_earliest(&owner), 1003800LL * MS);
    assert_int_equal(ualarm(0, 0), 500000);
    assert_int_equal(signals, 0);
    test_owner_end(&owner);
}

/* Postgres sets its timer anew in the handler of its signal. */
static void a_timer_that_is_set_in_its_handler_goes_on(void **state)
{
    (void)state;
    begin_signals(SIGALRM, set_again);
    alarm(10);
    for (int i = 1; i <= 3; i++) {
        jump(1000000 + 10000 * i);
        await_signals(i);
    }
    while (test_owner_armed(&owner) != 0)
        sched_yield();
    test_owner_end(&owner);
}

static void where_time_runs_an_interval_timer_fires_by_itself(void **state)
{
    (void)state;
    struct itimerval value = {.it_value = {.tv_usec = 5000}, .it_interval = {.tv_usec = 5000}}, off = {0};
    begin_signals(SIGALRM, count_signal);
    test_owner_set(&owner, 0, true);
    setitimer(ITIMER_REAL, &value, NULL);
    await_signals(3);
    setitimer(ITIMER_REAL, &off, NULL);
    test_owner_end(&owner);
}

static void a_child_of_fork_has_no_timer_and_can_set_one(void **state)
{
    (void)state;
    int status = -1;
    begin_signals(SIGALRM, count_signal);
    alarm(10);
    test_owner_await_others_asleep();
    pid_t child = fork();
    if (child == 0) {
        struct itimerval left;
        getitimer(ITIMER_REAL, &left);
        bool fine = left.it_value.tv_sec == 0 && alarm(20) == 0;
        await_signals(1);
        _exit(fine ? 0 : 1);
    }
    test_owner_await_armed(&owner, 2);
    assert_int_equal(test_owner_earliest(&owner), 1010000LL * MS);
    jump(1020000);
    await_signals(1);
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    clock_slots_free_of(owner.page, child);
    test_owner_end(&owner);
}

static void timers_of_cpu_time_stay_the_kernels(void **state)
{
    (void)state;
    struct itimerval value = {.it_value = {.tv_usec = 1000}}, left;
    begin_signals(SIGVTALRM, count_signal);
    assert_int_equal(setitimer(ITIMER_VIRTUAL, &value, NULL), 0);
    while (signals == 0)
        getitimer(ITIMER_VIRTUAL, &left);
    assert_int_equal(test_owner_armed(&owner), 0);
    test_owner_end(&owner);
}

/* ---- timer_create */

static void a_posix_timer_signals_and_counts_what_it_skipped(void **state)
{
    (void)state;
    struct itimerspec value = spec(1000, 100), left;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2};
    timer_t timer;
    begin_signals(SIGUSR2, count_signal);
    assert_int_equal(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
    assert_int_equal(timer_settime(timer, 0, &value, NULL), 0);
    jump(1000750);
    assert_int_equal(timer_gettime(timer, &left), 0);
    assert_int_equal(ms_of(&left.it_value), 250);
    assert_int_equal(ms_of(&left.it_interval), 100);
    jump(1001450); /* 1.0, 1.1, 1.2, 1.3, 1.4 */
    await_signals(1);
    assert_int_equal(timer_getoverrun(timer), 4);
    assert_int_equal(timer_delete(timer), 0);
    assert_int_equal(test_owner_armed(&owner), 0);
    test_owner_end(&owner);
}

static _Atomic int called;

static void on_thread(union sigval value)
{
    called += value.sival_int;
}

static void a_posix_timer_starts_its_thread(void **state)
{
    (void)state;
    struct itimerspec until = {.it_value = {.tv_sec = 1800000030}};
    struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = on_thread};
    timer_t timer;
    event.sigev_value.sival_int = 7;
    begin_signals(SIGUSR2, count_signal);
    assert_int_equal(timer_create(CLOCK_REALTIME, &event, &timer), 0);
    assert_int_equal(timer_settime(timer, TIMER_ABSTIME, &until, NULL), 0);
    assert_int_equal(test_owner_earliest(&owner), 1030000LL * MS);
    jump(1030000);
    while (called != 7)
        sched_yield();
    timer_delete(timer);
    test_owner_end(&owner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_timer_file_counts_each_interval_of_a_jump),
        cmocka_unit_test(a_timer_file_tells_what_is_left_and_forgets_what_was_unread),
        cmocka_unit_test(a_timer_file_until_a_moment_of_the_wall_clock),
        cmocka_unit_test(a_timer_file_lives_until_its_last_number_is_closed),
        cmocka_unit_test(an_interval_timer_signals_once_a_jump_and_again),
        cmocka_unit_test(an_alarm_says_what_was_left_of_the_last),
        cmocka_unit_test(a_timer_that_is_set_in_its_handler_goes_on),
        cmocka_unit_test(where_time_runs_an_interval_timer_fires_by_itself),
        cmocka_unit_test(a_child_of_fork_has_no_timer_and_can_set_one),
        cmocka_unit_test(timers_of_cpu_time_stay_the_kernels),
        cmocka_unit_test(a_posix_timer_signals_and_counts_what_it_skipped),
        cmocka_unit_test(a_posix_timer_starts_its_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
