/* Two looks at real threads and processes: what runs, ran in between, was born, is stopped, dead or in D. */
#include "still_look.h"

#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>

#include "test_children.h"

static struct stack_threads *stack;
static struct still_runner runner;

static int begin(void **state)
{
    (void)state;
    runner = (struct still_runner){0};
    stack = stack_threads_new(getpid(), gettid());
    return 0;
}

static int end(void **state)
{
    (void)state;
    stack_threads_free(stack);
    return 0;
}

static void run_idle(void *context)
{
    (void)context;
    pause();
}

static void run_spinner(void *context)
{
    (void)context;
    for (volatile unsigned i = 0;; i++)
        ;
}

static void run_echo(void *context)
{
    const int *ends = context;
    char byte;
    while (read(ends[0], &byte, 1) == 1 && write(ends[1], &byte, 1) == 1)
        ;
}

/* Reads one byte and answers: so it ran. */
static struct test_child start_echo(int ret_there[2], int ret_back[2])
{
    assert_int_equal(pipe(ret_there), 0);
    assert_int_equal(pipe(ret_back), 0);
    int ends[2] = {ret_there[0], ret_back[1]};
    struct test_child child = test_child_start(run_echo, ends);
    test_await_state(child.pid, 0, 'S');
    return child;
}

static void close_all(int there[2], int back[2])
{
    for (int i = 0; i < 2; i++) {
        close(there[i]);
        close(back[i]);
    }
}

static void who_sleeps_is_still(void **state)
{
    (void)state;
    struct test_child child = test_child_start(run_idle, NULL);
    test_await_state(child.pid, 0, 'S');
    assert_true(still_first(stack, &runner));
    assert_true(still_again(stack, &runner));
    assert_true(still_again(stack, &runner));
    test_child_end(&child);
}

static void who_runs_is_not_and_is_named(void **state)
{
    (void)state;
    struct test_child child = test_child_start(run_spinner, NULL);
    assert_false(still_first(stack, &runner));
    assert_int_equal(runner.pid, child.pid);
    assert_int_equal(runner.state, 'R');
    assert_int_equal(stack->threads[0].pid, child.pid); /* the next look begins with it */
    test_child_end(&child);
}

/* The kernel gives the pid first and shows the process a little later; a search in between sees the number
 * alone. Here the number is put where such a search leaves it. */
static void who_had_a_pid_but_did_not_show_yet_is_found(void **state)
{
    (void)state;
    assert_true(still_first(stack, &runner));
    struct test_child child = test_child_start(run_spinner, NULL);
    stack->last_pid = (uint64_t)child.pid;
    assert_false(stack_threads_has(stack, child.pid, child.pid));
    assert_false(still_first(stack, &runner));
    assert_int_equal(runner.pid, child.pid);
    test_child_end(&child);
    assert_true(still_first(stack, &runner));
}

/* That it shows as asleep in that moment cannot be brought about here: one that runs waits for a CPU as well.
 */
static void who_waits_for_a_cpu_is_told_from_who_sleeps(void **state)
{
    (void)state;
    struct test_child sleeper = test_child_start(run_idle, NULL),
                      spinner = test_child_start(run_spinner, NULL);
    test_await_state(sleeper.pid, 0, 'S');
    still_first(stack, &runner);
    for (size_t i = 0; i < stack->thread_count; i++) {
        if (stack->threads[i].pid == spinner.pid)
            assert_true(stack_thread_is_queued(&stack->threads[i]));
        if (stack->threads[i].pid == sleeper.pid)
            assert_false(stack_thread_is_queued(&stack->threads[i]));
    }
    assert_true(stack_threads_has(stack, sleeper.pid, sleeper.pid));
    assert_true(stack_threads_has(stack, spinner.pid, spinner.pid));
    test_child_end(&sleeper);
    test_child_end(&spinner);
}

static void who_ran_between_the_looks_is_found_though_it_sleeps_in_both(void **state)
{
    (void)state;
    int there[2], back[2];
    char byte = 'x';
    struct test_child child = start_echo(there, back);
    assert_true(still_first(stack, &runner));
    assert_int_equal(write(there[1], &byte, 1), 1);
    assert_int_equal(read(back[0], &byte, 1), 1);
    test_await_state(child.pid, 0, 'S');
    assert_false(still_again(stack, &runner));
    assert_int_equal(runner.pid, child.pid);
    assert_int_equal(runner.state, '-');
    assert_true(still_first(stack, &runner));
    assert_true(still_again(stack, &runner));
    test_child_end(&child);
    close_all(there, back);
}

static void *forks(void *context)
{
    const int *ends = context;
    char byte;
    if (read(ends[0], &byte, 1) == 1) {
        struct test_child child = test_child_start(run_spinner, NULL);
        *(pid_t *)(void *)(ends + 2) = child.pid;
    }
    return read(ends[0], &byte, 1) == 0 ? NULL : context;
}

/* A thread of ours bears a child between the looks: it ran for that. */
static void a_birth_between_the_looks_is_found(void **state)
{
    (void)state;
    int ends[3] = {0};
    pthread_t thread;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pthread_create(&thread, NULL, forks, ends), 0);
    while (!still_first(stack, &runner))
        ;
    assert_int_equal(write(ends[1], "x", 1), 1);
    while (!stack_threads_are_stale(stack))
        ;
    assert_false(still_again(stack, &runner));
    while (*(volatile int *)&ends[2] == 0)
        ;
    struct test_child child = {.pid = ends[2]};
    assert_false(still_first(stack, &runner));
    assert_true(stack_threads_has(stack, child.pid, child.pid));
    test_child_end(&child);
    close(ends[1]);
    pthread_join(thread, NULL);
    close(ends[0]);
}

/* As a compiler beside the tests does it. */
static void births_of_others_keep_nobody_from_being_still(void **state)
{
    (void)state;
    struct test_child root = test_child_start(run_idle, NULL);
    stack_threads_free(stack);
    stack = stack_threads_new(root.pid, gettid());
    test_await_state(root.pid, 0, 'S');
    assert_true(still_first(stack, &runner));
    struct test_child noise = test_child_start(run_spinner, NULL); /* no descendant of the root */
    assert_true(still_again(stack, &runner));
    assert_true(still_first(stack, &runner));
    assert_false(stack_threads_has(stack, noise.pid, noise.pid));
    test_child_end(&noise);
    test_child_end(&root);
}

static void run_births(void *context)
{
    (void)context;
    for (;;) {
        pid_t child = fork();
        if (child == 0)
            _exit(0);
        waitpid(child, NULL, 0);
    }
}

static void *sleeps(void *context)
{
    char byte;
    return read(*(int *)context, &byte, 1) == 0 ? NULL : context;
}

/* A look at many threads is long, and on a busy machine somebody is born during each. */
static void a_busy_machine_does_not_keep_a_large_stack_from_being_still(void **state)
{
    (void)state;
    enum { COUNT = 300 };
    pthread_t threads[COUNT];
    int ends[2];
    struct test_child root = test_child_start(run_idle, NULL), noise = test_child_start(run_births, NULL);
    int64_t guard_us = clock_real_mono_us() + INT64_C(30000000);
    assert_int_equal(pipe(ends), 0);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, sleeps, &ends[0]), 0);
    stack_threads_free(stack);
    stack = stack_threads_new(root.pid, gettid());
    for (int times = 0; times < 20; times++)
        while (!still_first(stack, &runner) || !still_again(stack, &runner))
            assert_true(clock_real_mono_us() < guard_us);
    close(ends[1]);
    for (size_t i = 0; i < COUNT; i++)
        pthread_join(threads[i], NULL);
    close(ends[0]);
    test_child_end(&noise);
    test_child_end(&root);
}

static void stopped_and_dead_processes_are_still(void **state)
{
    (void)state;
    struct test_child stopped = test_child_start(run_spinner, NULL),
                      dead = test_child_start(run_spinner, NULL);
    kill(stopped.pid, SIGSTOP);
    kill(dead.pid, SIGKILL);
    test_await_state(stopped.pid, 0, 'T');
    test_await_state(dead.pid, 0, 'Z');
    assert_true(still_first(stack, &runner));
    assert_true(still_again(stack, &runner));
    stack_threads_refresh(stack); /* as after a birth elsewhere: who is no more stays so */
    assert_true(stack_threads_process(stack, stopped.pid)->alive);
    assert_false(stack_threads_process(stack, dead.pid)->alive);
    test_child_end(&stopped);
    test_child_end(&dead);
}

static void run_vfork(void *context)
{
    (void)context;
    if (vfork() == 0) {
        syscall(SYS_pause);
        _exit(0);
    }
}

/* The parent of a vfork waits in D until the child is gone. */
static void who_waits_in_d_is_not_still(void **state)
{
    (void)state;
    struct test_child child = test_child_start(run_vfork, NULL);
    test_await_state(child.pid, 0, 'D');
    assert_false(still_first(stack, &runner));
    assert_int_equal(runner.state, 'D');
    assert_int_equal(runner.pid, child.pid);
    for (size_t i = 0; i < stack->process_count; i++) {
        struct proc_stat stat;
        if (proc_read_stat(stack->processes[i].pid, 0, &stat) && stat.parent == child.pid)
            kill(stack->processes[i].pid, SIGKILL);
    }
    waitpid(child.pid, NULL, 0);
}

static void who_ended_between_the_looks_is_found(void **state)
{
    (void)state;
    struct test_child child = test_child_start(run_idle, NULL);
    test_await_state(child.pid, 0, 'S');
    assert_true(still_first(stack, &runner));
    test_child_end(&child);
    assert_false(still_again(stack, &runner));
    assert_true(still_first(stack, &runner));
    assert_true(still_again(stack, &runner));
}

static void a_woken_process_is_looked_at_first(void **state)
{
    (void)state;
    struct test_child a = test_child_start(run_idle, NULL), b = test_child_start(run_idle, NULL);
    test_await_state(a.pid, 0, 'S');
    test_await_state(b.pid, 0, 'S');
    assert_true(still_first(stack, &runner));
    still_expect(stack, b.pid);
    assert_int_equal(stack->threads[0].pid, b.pid);
    still_expect(stack, a.pid);
    assert_int_equal(stack->threads[0].pid, a.pid);
    test_child_end(&a);
    test_child_end(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_sleeps_is_still, begin, end),
        cmocka_unit_test_setup_teardown(who_runs_is_not_and_is_named, begin, end),
        cmocka_unit_test_setup_teardown(who_had_a_pid_but_did_not_show_yet_is_found, begin, end),
        cmocka_unit_test_setup_teardown(who_waits_for_a_cpu_is_told_from_who_sleeps, begin, end),
        cmocka_unit_test_setup_teardown(who_ran_between_the_looks_is_found_though_it_sleeps_in_both, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_birth_between_the_looks_is_found, begin, end),
        cmocka_unit_test_setup_teardown(births_of_others_keep_nobody_from_being_still, begin, end),
        cmocka_unit_test_setup_teardown(a_busy_machine_does_not_keep_a_large_stack_from_being_still, begin,
                                        end),
        cmocka_unit_test_setup_teardown(stopped_and_dead_processes_are_still, begin, end),
        cmocka_unit_test_setup_teardown(who_waits_in_d_is_not_still, begin, end),
        cmocka_unit_test_setup_teardown(who_ended_between_the_looks_is_found, begin, end),
        cmocka_unit_test_setup_teardown(a_woken_process_is_looked_at_first, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
