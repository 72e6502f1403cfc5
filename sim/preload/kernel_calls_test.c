/* The machine without libc: the same answers as libc's. */
#include "kernel_calls.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "test_support.h"

static void a_bare_call_says_what_libc_says(void **state)
{
    (void)state;
    assert_int_equal(kernel_call(SYS_getpid, 0, 0, 0, 0, 0, 0), getpid());
    assert_int_equal(kernel_call(SYS_close, -1, 0, 0, 0, 0, 0), -EBADF);
    errno = 0;
    assert_int_equal(kernel_call_errno(SYS_close, -1, 0, 0, 0, 0, 0), -1);
    assert_int_equal(errno, EBADF);
    int ends[2];
    assert_int_equal(kernel_call(SYS_pipe2, (long)ends, 0, 0, 0, 0, 0), 0);
    assert_int_equal(kernel_call(SYS_pwrite64, ends[1], (long)"x", 1, 5, 0, 0), -ESPIPE);
    close(ends[0]);
    close(ends[1]);
}

static void the_real_clocks_go_on(void **state)
{
    (void)state;
    int64_t mono_ns = kernel_mono_ns(), wall_ns = kernel_wall_ns();
    struct timespec cpu = {.tv_sec = -1}, none;
    assert_true(mono_ns > 0 && kernel_mono_ns() >= mono_ns);
    assert_true(wall_ns > 1600000000LL * 1000000000LL);
    assert_int_equal(kernel_clock(CLOCK_THREAD_CPUTIME_ID, &cpu), 0);
    assert_true(cpu.tv_sec >= 0);
    assert_int_equal(kernel_clock(9999, &none), -EINVAL);
}

static void a_sleep_on_a_word_that_has_changed_is_none(void **state)
{
    (void)state;
    _Atomic uint32_t word = 1;
    assert_int_equal(kernel_futex_sleep(&word, 2, INT64_MAX), -EAGAIN);
    assert_int_equal(kernel_futex_sleep(&word, 1, 1000), -ETIMEDOUT);
}

static _Atomic bool ended;

static void handle(int number)
{
    (void)number;
}

static void *interrupt(void *thread)
{
    while (!ended) { /* the first may come before the sleep has begun */
        pthread_kill(*(pthread_t *)thread, SIGUSR1);
        sched_yield();
    }
    return NULL;
}

static void a_handled_signal_ends_a_sleep_even_when_it_restarts_calls(void **state)
{
    (void)state;
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART}, before;
    _Atomic uint32_t word = 0;
    pthread_t self = pthread_self(), thread;
    sigaction(SIGUSR1, &action, &before);
    pthread_create(&thread, NULL, interrupt, &self);
    long result = kernel_futex_sleep(&word, 0, INT64_MAX);
    ended = true;
    pthread_join(thread, NULL);
    sigaction(SIGUSR1, &before, NULL);
    assert_int_equal(result, -EINTR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bare_call_says_what_libc_says),
        cmocka_unit_test(the_real_clocks_go_on),
        cmocka_unit_test(a_sleep_on_a_word_that_has_changed_is_none),
        cmocka_unit_test(a_handled_signal_ends_a_sleep_even_when_it_restarts_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
