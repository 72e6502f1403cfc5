/* The table for people: deadlines first, then who waits for no time, grouped by what for. */
#include "waiters.h"

#include <pthread.h>
#include <stdio.h>

#include "test_children.h"

enum { MS = 1000000 };

static struct clock_page *page;
static struct deadlines *open_ones;
static struct stack_threads *stack;
static struct text_buf table;

static int begin(void **state)
{
    char path[64];
    enum clock_page_problem problem;
    (void)state;
    snprintf(path, sizeof path, "/tmp/waiters-test-%d", (int)getpid());
    page = clock_page_create(path, &(struct clock_page_start){.mono_ns = 1000 * MS}, &problem);
    assert_non_null(page);
    unlink(path);
    clock_page_add_party(page, "backend", CLOCK_ROLE_BACKEND);
    clock_page_add_party(page, "redis", CLOCK_ROLE_STORE);
    open_ones = deadlines_new(page);
    stack = stack_threads_new(getpid(), gettid());
    text_buf_init(&table, 65536);
    return 0;
}

static int end(void **state)
{
    (void)state;
    text_buf_release(&table);
    stack_threads_free(stack);
    deadlines_free(open_ones);
    clock_page_detach(page);
    return 0;
}

static void put_table(void)
{
    stack_threads_refresh(stack);
    deadlines_gather(open_ones, stack);
    text_buf_clear(&table);
    waiters_put(&table, open_ones, stack, INT64_C(1000) * MS);
}

static void every_deadline_has_a_line_with_what_is_left_of_it(void **state)
{
    (void)state;
    static const struct {
        uint32_t party;
        enum clock_wait wait;
        int64_t due_ms, length_ms;
        uint32_t alike;
        const char *end_of_line;
    } rows[] = {
        {0, CLOCK_WAIT_SLEEP, 601000, 600000, 0, "  a sleep                           +600.000 s\n"},
        {0, CLOCK_WAIT_DESCRIPTOR, 1020, 20, 3,
         "  descriptors                       +0.020 s  housekeeping\n"},
        {1, CLOCK_WAIT_TIMER, 1005, 5000, 0, "  a timer                           +0.005 s  owes nothing\n"},
        {0, CLOCK_WAIT_BY_WAKER, 999, 500, 0, "  a lock or condition               -0.001 s\n"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char line[160];
        uint32_t slot = clock_slot_take(page, rows[i].party, getpid(), 0, CLOCK_NO_SLOT);
        clock_slot_arm(page, slot, rows[i].wait, rows[i].due_ms * MS, rows[i].length_ms * MS);
        page->slots[slot].alike = rows[i].alike;
        put_table();
        snprintf(line, sizeof line, "%-10s  sim_timekeeper. (%d)", i == 2 ? "redis" : "backend",
                 (int)getpid());
        assert_true(text_starts(text_buf_view(&table), line));
        if (!text_ends(text_buf_view(&table), rows[i].end_of_line))
            fail_msg("row %zu: %s", i, text_buf_z(&table));
        clock_slot_free(page, slot);
    }
}

static void who_was_woken_and_stays_is_said_to_be_kept(void **state)
{
    (void)state;
    uint32_t slot = clock_slot_take(page, 0, getpid(), 0, CLOCK_NO_SLOT);
    clock_slot_arm(page, slot, CLOCK_WAIT_SLEEP, INT64_C(1000) * MS, MS);
    deadlines_gather(open_ones, stack);
    deadlines_wake(open_ones, 0);
    put_table();
    assert_true(text_contains(text_buf_view(&table), TEXT("+0.000 s  is due, but does not go on")));
}

static void *waits(void *mutex)
{
    pthread_mutex_lock(mutex);
    return NULL;
}

static void run_three_locked_threads(void *context)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_t thread;
    char byte;
    pthread_mutex_lock(&mutex);
    for (int i = 0; i < 3; i++)
        pthread_create(&thread, NULL, waits, &mutex);
    if (read(*(int *)context, &byte, 1) == 0)
        _exit(0);
}

static void threads_that_wait_for_no_time_share_a_line(void **state)
{
    (void)state;
    int ends[2];
    char expected[160];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    struct test_child child = test_child_start(run_three_locked_threads, &ends[0]);
    stack_threads_include(stack, child.pid);
    for (size_t count = 0, tries = 0; count < 4 && tries < 1000000; tries++) {
        stack_threads_refresh(stack);
        count = 0;
        for (size_t i = 0; i < stack->thread_count; i++) {
            struct proc_stat stat;
            count += stack->threads[i].pid == child.pid &&
                     proc_read_stat(child.pid, stack->threads[i].tid, &stat) && stat.state == 'S';
        }
    }
    for (size_t i = 0; i < stack->thread_count; i++)
        stack->threads[i].state = 'S';
    put_table();
    snprintf(expected, sizeof expected, "3 threads: a lock or condition    no deadline\n");
    assert_true(text_contains(text_buf_view(&table), text_of(expected)));
    assert_true(
        text_contains(text_buf_view(&table), TEXT("  a read                            no deadline\n")));
    test_child_end(&child);
    close(ends[0]);
    close(ends[1]);
}

static void the_table_has_an_end(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++)
        clock_slot_arm(page, clock_slot_take(page, 0, getpid(), 0, CLOCK_NO_SLOT), CLOCK_WAIT_SLEEP,
                       INT64_C(2000) * MS, MS);
    page->overflow_pid = 77;
    put_table();
    size_t lines = 0;
    for (size_t i = 0; i < table.len; i++)
        lines += table.at[i] == '\n';
    assert_int_equal(lines, 202);
    assert_true(text_ends(text_buf_view(&table),
                          "and more\nprocess 77 found no room for a deadline and waits in real time\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_deadline_has_a_line_with_what_is_left_of_it, begin, end),
        cmocka_unit_test_setup_teardown(who_was_woken_and_stays_is_said_to_be_kept, begin, end),
        cmocka_unit_test_setup_teardown(threads_that_wait_for_no_time_share_a_line, begin, end),
        cmocka_unit_test_setup_teardown(the_table_has_an_end, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
