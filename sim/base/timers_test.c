/* Calls due later: their order, cancelling, and what calls may do themselves. */
#include "test_support.h"
#include "clock.h"
#include "timers.h"

enum { NOTES_MAX = 64, GUARD_US = 30000000 };

/* What was called, in order. */
struct notebook {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct timers *timers;
    int notes[NOTES_MAX];
    size_t count;
    bool held; /* a call waits until this is over */
    bool inside;
    timer_id own;
    bool cancelled_itself;
};

struct entry {
    struct notebook *notebook;
    int note;
};

static void begin(struct notebook *notebook)
{
    *notebook = (struct notebook){.lock = PTHREAD_MUTEX_INITIALIZER, .timers = timers_new()};
    clock_cond_init(&notebook->changed);
}

static void end(struct notebook *notebook)
{
    timers_free(notebook->timers);
    pthread_cond_destroy(&notebook->changed);
}

static void take_note(void *context)
{
    struct entry *entry = context;
    struct notebook *notebook = entry->notebook;
    pthread_mutex_lock(&notebook->lock);
    notebook->notes[notebook->count++] = entry->note;
    pthread_cond_broadcast(&notebook->changed);
    pthread_mutex_unlock(&notebook->lock);
}

static void wait_for_notes(struct notebook *notebook, size_t count)
{
    pthread_mutex_lock(&notebook->lock);
    while (notebook->count < count)
        if (!clock_cond_wait_real(&notebook->changed, &notebook->lock, clock_real_mono_us() + GUARD_US))
            fail_msg("%zu of %zu calls came", notebook->count, count);
    pthread_mutex_unlock(&notebook->lock);
}

static void calls_come_by_time_and_equal_ones_in_the_order_they_were_added(void **state)
{
    (void)state;
    static const int after_ms[] = {40, 20, 20, 0, 40, 10, 20};
    static const int expected[] = {3, 5, 1, 2, 6, 0, 4};
    struct notebook notebook;
    struct entry entries[COUNT_OF(after_ms)];
    begin(&notebook);
    int64_t now = clock_mono_ms() + 50;
    for (size_t i = 0; i < COUNT_OF(after_ms); i++) {
        entries[i] = (struct entry){&notebook, (int)i};
        assert_int_not_equal(timers_add(notebook.timers, now + after_ms[i], take_note, &entries[i]), 0);
    }
    wait_for_notes(&notebook, COUNT_OF(expected));
    assert_true(clock_mono_ms() >= now + 40);
    for (size_t i = 0; i < COUNT_OF(expected); i++)
        assert_int_equal(notebook.notes[i], expected[i]);
    assert_int_equal(timers_count(notebook.timers), 0);
    end(&notebook);
}

static void an_earlier_call_overtakes_one_that_is_waited_for(void **state)
{
    (void)state;
    struct notebook notebook;
    begin(&notebook);
    struct entry late = {&notebook, 1}, early = {&notebook, 2};
    timers_add(notebook.timers, clock_mono_ms() + 3600000, take_note, &late);
    timers_add(notebook.timers, clock_mono_ms() - 5, take_note, &early);
    wait_for_notes(&notebook, 1);
    assert_int_equal(notebook.notes[0], 2);
    assert_int_equal(timers_count(notebook.timers), 1);
    end(&notebook);
}

static void a_cancelled_call_never_comes(void **state)
{
    (void)state;
    struct notebook notebook;
    begin(&notebook);
    struct entry cancelled = {&notebook, 1}, kept = {&notebook, 2};
    int64_t due = clock_mono_ms() + 100;
    timer_id id = timers_add(notebook.timers, due, take_note, &cancelled);
    timers_add(notebook.timers, due + 1, take_note, &kept);
    assert_true(timers_cancel(notebook.timers, id));
    assert_false(timers_cancel(notebook.timers, id));
    assert_int_equal(timers_count(notebook.timers), 1);
    wait_for_notes(&notebook, 1);
    assert_int_equal(notebook.notes[0], 2);
    assert_int_equal(timers_count(notebook.timers), 0);
    assert_false(timers_cancel(notebook.timers, id));
    assert_false(timers_cancel(notebook.timers, 0));
    assert_false(timers_cancel(notebook.timers, 999));
    end(&notebook);
}

static void add_three_more(void *context)
{
    struct entry *entry = context;
    if (entry->note < 3) {
        entry[1] = (struct entry){entry->notebook, entry->note + 1};
        timers_add(entry->notebook->timers, 0, add_three_more, entry + 1);
    }
    take_note(entry);
}

static void a_call_may_add_calls(void **state)
{
    (void)state;
    struct notebook notebook;
    struct entry entries[4];
    begin(&notebook);
    entries[0] = (struct entry){&notebook, 0};
    timers_add(notebook.timers, clock_mono_ms(), add_three_more, entries);
    wait_for_notes(&notebook, 4);
    for (int i = 0; i < 4; i++)
        assert_int_equal(notebook.notes[i], i);
    end(&notebook);
}

static void cancel_itself(void *context)
{
    struct entry *entry = context;
    struct notebook *notebook = entry->notebook;
    pthread_mutex_lock(&notebook->lock);
    timer_id own = notebook->own;
    pthread_mutex_unlock(&notebook->lock);
    notebook->cancelled_itself = timers_cancel(notebook->timers, own);
    take_note(entry);
}

static void a_call_that_cancels_itself_does_not_wait_for_itself(void **state)
{
    (void)state;
    struct notebook notebook;
    begin(&notebook);
    struct entry entry = {&notebook, 1};
    pthread_mutex_lock(&notebook.lock);
    notebook.own = timers_add(notebook.timers, clock_mono_ms(), cancel_itself, &entry);
    pthread_mutex_unlock(&notebook.lock);
    wait_for_notes(&notebook, 1);
    assert_false(notebook.cancelled_itself);
    end(&notebook);
}

static void wait_until_let_go(void *context)
{
    struct entry *entry = context;
    struct notebook *notebook = entry->notebook;
    pthread_mutex_lock(&notebook->lock);
    notebook->inside = true;
    pthread_cond_broadcast(&notebook->changed);
    while (notebook->held)
        clock_cond_wait(&notebook->changed, &notebook->lock, CLOCK_NEVER);
    pthread_mutex_unlock(&notebook->lock);
    take_note(entry);
}

static void *let_go(void *context)
{
    struct notebook *notebook = context;
    pthread_mutex_lock(&notebook->lock);
    notebook->held = false;
    pthread_cond_broadcast(&notebook->changed);
    pthread_mutex_unlock(&notebook->lock);
    return NULL;
}

static void cancelling_a_running_call_waits_until_it_is_over(void **state)
{
    (void)state;
    struct notebook notebook;
    pthread_t thread;
    begin(&notebook);
    struct entry entry = {&notebook, 1};
    notebook.held = true;
    timer_id id = timers_add(notebook.timers, clock_mono_ms(), wait_until_let_go, &entry);
    pthread_mutex_lock(&notebook.lock);
    while (!notebook.inside)
        clock_cond_wait(&notebook.changed, &notebook.lock, CLOCK_NEVER);
    pthread_mutex_unlock(&notebook.lock);
    pthread_create(&thread, NULL, let_go, &notebook);
    assert_false(timers_cancel(notebook.timers, id));
    assert_int_equal(notebook.count, 1); /* no lock: the call is over */
    pthread_join(thread, NULL);
    end(&notebook);
}

static void a_deadline_beyond_all_time_harms_nobody(void **state)
{
    (void)state;
    struct notebook notebook;
    begin(&notebook);
    struct entry never = {&notebook, 1}, now = {&notebook, 2};
    timers_add(notebook.timers, CLOCK_NEVER - 1, take_note, &never);
    timers_add(notebook.timers, clock_mono_ms() + 20, take_note, &now);
    wait_for_notes(&notebook, 1);
    assert_int_equal(notebook.notes[0], 2);
    end(&notebook);
    timers_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_come_by_time_and_equal_ones_in_the_order_they_were_added),
        cmocka_unit_test(an_earlier_call_overtakes_one_that_is_waited_for),
        cmocka_unit_test(a_cancelled_call_never_comes),
        cmocka_unit_test(a_call_may_add_calls),
        cmocka_unit_test(a_call_that_cancels_itself_does_not_wait_for_itself),
        cmocka_unit_test(cancelling_a_running_call_waits_until_it_is_over),
        cmocka_unit_test(a_deadline_beyond_all_time_harms_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
