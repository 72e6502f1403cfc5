/* Who belongs to a stack: descendants, threads that come and go, whoever is named. */
#include "stack_threads.h"

#include <pthread.h>
#include <unistd.h>

#include "test_children.h"

static void run_idle(void *context)
{
    (void)context;
    pause();
}

static void *idle(void *context)
{
    char byte;
    return read(*(int *)context, &byte, 1) == 0 ? NULL : context;
}

struct family {
    _Atomic pid_t grandchild;
};

static void run_parent(void *context)
{
    struct family *family = context;
    struct test_child child = test_child_start(run_idle, NULL);
    family->grandchild = child.pid;
    pause();
}

static void descendants_and_nobody_else_belong_to_a_root(void **state)
{
    (void)state;
    struct family *family = test_shared(sizeof *family);
    struct test_child other = test_child_start(run_idle, NULL), root = test_child_start(run_parent, family);
    while (family->grandchild == 0)
        ;
    struct stack_threads *stack = stack_threads_new(root.pid, gettid());
    assert_true(stack_threads_refresh(stack));
    assert_non_null(stack_threads_process(stack, root.pid));
    assert_non_null(stack_threads_process(stack, family->grandchild));
    assert_non_null(stack_threads_process(stack, getpid()));
    assert_null(stack_threads_process(stack, other.pid));
    assert_null(stack_threads_process(stack, getppid()));
    assert_false(stack_threads_has(stack, getpid(), gettid()));
    stack_threads_include(stack, other.pid);
    stack_threads_refresh(stack);
    assert_true(stack_threads_has(stack, other.pid, other.pid));
    stack_threads_free(stack);
    test_child_end(&root);
    test_child_end(&other);
}

static void without_a_root_everybody_belongs(void **state)
{
    (void)state;
    struct stack_threads *stack = stack_threads_new(0, gettid());
    stack_threads_refresh(stack);
    assert_non_null(stack_threads_process(stack, getppid()));
    assert_null(stack_threads_process(stack, 2)); /* the kernel's own, where it is seen */
    stack_threads_free(stack);
}

static void a_child_is_found_when_it_is_born_and_forgotten_when_it_is_gone(void **state)
{
    (void)state;
    struct stack_threads *stack = stack_threads_new(getpid(), gettid());
    stack_threads_refresh(stack);
    struct test_child child = test_child_start(run_idle, NULL);
    assert_true(stack_threads_are_stale(stack));
    assert_true(stack_threads_refresh(stack));
    assert_true(stack_threads_has(stack, child.pid, child.pid));
    test_child_end(&child);
    assert_false(stack_threads_refresh(stack));
    assert_null(stack_threads_process(stack, child.pid));
    assert_false(stack_threads_has(stack, child.pid, child.pid));
    stack_threads_free(stack);
}

static void threads_are_counted_one_by_one(void **state)
{
    (void)state;
    enum { COUNT = 300 };
    pthread_t threads[COUNT];
    pthread_attr_t small;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct stack_threads *stack = stack_threads_new(getpid(), gettid());
    stack->kept_fds_max = 100; /* three files of 33 threads; the rest is opened for each look */
    stack_threads_refresh(stack);
    size_t before = stack->thread_count;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 65536);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(pthread_create(&threads[i], &small, idle, &ends[0]), 0);
    assert_true(stack_threads_refresh(stack));
    assert_int_equal(stack->thread_count, before + COUNT);
    assert_int_equal(stack->kept_fds, 99);
    for (size_t i = 0; i < stack->thread_count; i++) {
        char text[PROC_TEXT_BYTES];
        uint64_t switches;
        assert_true(stack_thread_read(&stack->threads[i], text));
        assert_true(stack_thread_read_switches(&stack->threads[i], &switches));
    }
    close(ends[1]);
    for (size_t i = 0; i < COUNT; i++)
        pthread_join(threads[i], NULL);
    stack_threads_refresh(stack);
    assert_int_equal(stack->thread_count, before);
    pthread_attr_destroy(&small);
    close(ends[0]);
    stack_threads_free(stack);
}

/* Where the youngest pid is not known, every look begins with a search. */
static void without_the_youngest_pid_it_is_always_stale(void **state)
{
    (void)state;
    struct stack_threads *stack = stack_threads_new(getpid(), gettid());
    close(stack->loadavg_fd);
    stack->loadavg_fd = -1;
    stack_threads_refresh(stack);
    assert_true(stack_threads_are_stale(stack));
    struct test_child child = test_child_start(run_idle, NULL);
    assert_true(stack_threads_refresh(stack));
    test_child_end(&child);
    stack_threads_free(stack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(descendants_and_nobody_else_belong_to_a_root),
        cmocka_unit_test(without_a_root_everybody_belongs),
        cmocka_unit_test(a_child_is_found_when_it_is_born_and_forgotten_when_it_is_gone),
        cmocka_unit_test(threads_are_counted_one_by_one),
        cmocka_unit_test(without_the_youngest_pid_it_is_always_stale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
