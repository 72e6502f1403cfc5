/* From slots to facts, waking once, and the slots of those who are gone. */
#include "deadlines.h"

#include <stdio.h>

#include "test_children.h"

enum { MS = 1000000 };

static struct clock_page *page;
static struct deadlines *open_ones;
static struct stack_threads *stack;

static int begin(void **state)
{
    char path[64];
    enum clock_page_problem problem;
    (void)state;
    snprintf(path, sizeof path, "/tmp/deadlines-test-%d", (int)getpid());
    page = clock_page_create(path, &(struct clock_page_start){.mono_ns = 1000 * MS}, &problem);
    assert_non_null(page);
    unlink(path);
    clock_page_add_party(page, "test", CLOCK_ROLE_OWNER);
    clock_page_add_party(page, "redis", CLOCK_ROLE_STORE);
    open_ones = deadlines_new(page);
    stack = stack_threads_new(getpid(), gettid());
    stack_threads_refresh(stack);
    return 0;
}

static int end(void **state)
{
    (void)state;
    stack_threads_free(stack);
    deadlines_free(open_ones);
    clock_page_detach(page);
    return 0;
}

static uint32_t arm(uint32_t party, pid_t pid, pid_t tid, uint32_t process, int64_t due_ns)
{
    uint32_t slot = clock_slot_take(page, party, pid, tid, process);
    clock_slot_arm(page, slot, CLOCK_WAIT_SLEEP, due_ns, 5 * MS);
    return slot;
}

static void a_slot_becomes_a_fact_with_what_its_process_owes(void **state)
{
    (void)state;
    uint32_t process = clock_slot_take(page, 1, getpid(), 0, CLOCK_NO_SLOT);
    page->slots[process].wait = CLOCK_WAIT_PROCESS;
    page->slots[process].owes = 2;
    uint32_t slot = arm(1, getpid(), gettid(), process, INT64_C(3000) * MS);
    deadlines_gather(open_ones, stack);
    assert_int_equal(open_ones->count, 1);
    const struct jump_fact *fact = &open_ones->facts[0];
    assert_int_equal(fact->due_ns, INT64_C(3000000000));
    assert_int_equal(fact->length_ns, 5000000);
    assert_int_equal(fact->role, CLOCK_ROLE_STORE);
    assert_int_equal(fact->owes, 2);
    assert_int_equal(fact->slot, slot);
    assert_string_equal(fact->process, "sim_timekeeper."); /* as the kernel cuts it */
    assert_string_equal(deadlines_party(open_ones, fact->party), "redis");
    assert_false(deadlines_owner_waits(open_ones));
}

static void the_owner_waits_while_one_of_its_slots_is_armed(void **state)
{
    (void)state;
    uint32_t slot = arm(0, getpid(), gettid(), CLOCK_NO_SLOT, INT64_C(3000) * MS);
    assert_true(deadlines_owner_waits(open_ones));
    clock_slot_disarm(page, slot, false);
    assert_false(deadlines_owner_waits(open_ones));
    deadlines_gather(open_ones, stack);
    assert_int_equal(open_ones->count, 0);
    deadlines_add_advance(open_ones, INT64_C(7000) * MS, 0);
    assert_int_equal(open_ones->count, 1);
    assert_int_equal(open_ones->facts[0].role, CLOCK_ROLE_OWNER);
    assert_true(open_ones->facts[0].advancing);
    deadlines_wake(open_ones, 0); /* nobody sleeps there */
}

static void each_deadline_is_woken_once(void **state)
{
    (void)state;
    uint32_t slot = arm(0, getpid(), gettid(), CLOCK_NO_SLOT, INT64_C(900) * MS);
    for (int i = 0; i < 3; i++) {
        deadlines_gather(open_ones, stack);
        assert_int_equal(open_ones->facts[0].woken, i > 0);
        deadlines_wake(open_ones, 0);
    }
    assert_int_equal(page->slots[slot].wake, 1);
    clock_slot_disarm(page, slot, true);
    deadlines_gather(open_ones, stack); /* it went on: the same moment is a new deadline */
    clock_slot_arm(page, slot, CLOCK_WAIT_SLEEP, INT64_C(900) * MS, MS);
    deadlines_gather(open_ones, stack);
    assert_false(open_ones->facts[0].woken);
}

static void run_idle(void *context)
{
    (void)context;
    pause();
}

static void slots_of_the_dead_are_freed(void **state)
{
    (void)state;
    struct test_child child = test_child_start(run_idle, NULL);
    stack_threads_refresh(stack);
    uint32_t lives = arm(1, child.pid, child.pid, CLOCK_NO_SLOT, INT64_C(3000) * MS);
    uint32_t no_thread = arm(1, child.pid, 0x7ffffff, CLOCK_NO_SLOT, INT64_C(3000) * MS);
    uint32_t no_process = arm(1, 0x7fffffe, 0, CLOCK_NO_SLOT, INT64_C(3000) * MS);
    uint32_t ours = arm(0, getpid(), gettid(), CLOCK_NO_SLOT, INT64_C(3000) * MS);
    deadlines_sweep(open_ones, stack);
    assert_int_equal(page->slots[lives].pid, child.pid);
    assert_int_equal(page->slots[no_thread].pid, 0);
    assert_int_equal(page->slots[no_process].pid, 0);
    assert_int_equal(page->slots[ours].pid, getpid());
    test_child_end(&child);
    stack_threads_refresh(stack);
    deadlines_sweep(open_ones, stack);
    assert_int_equal(page->slots[lives].pid, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_slot_becomes_a_fact_with_what_its_process_owes, begin, end),
        cmocka_unit_test_setup_teardown(the_owner_waits_while_one_of_its_slots_is_armed, begin, end),
        cmocka_unit_test_setup_teardown(each_deadline_is_woken_once, begin, end),
        cmocka_unit_test_setup_teardown(slots_of_the_dead_are_freed, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
