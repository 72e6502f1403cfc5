/* Orders to move the clock, with moves made by the test. */
#include "clock_mover.h"

#include <pthread.h>

#include "clock.h"
#include "test_clock.h"
#include "test_support.h"

static struct {
    pthread_mutex_t lock;
    pthread_cond_t news;
    bool held;  /* an advance waits for its guard */
    int slices; /* calls of advance */
    int64_t to_mono_ms;
    unsigned over;
    char said[8]; /* f, r, a: what was carried out */
} bench;

static void note(char what)
{
    pthread_mutex_lock(&bench.lock);
    bench.said[strlen(bench.said)] = what;
    pthread_mutex_unlock(&bench.lock);
}

static bool advance(void *context, int64_t to_mono_ms, int64_t until_real_us, struct fail *why)
{
    (void)context;
    pthread_mutex_lock(&bench.lock);
    bench.slices++;
    bench.to_mono_ms = to_mono_ms;
    pthread_cond_broadcast(&bench.news);
    while (bench.held && clock_cond_wait_real(&bench.news, &bench.lock, until_real_us))
        ;
    bool fine = !bench.held;
    pthread_mutex_unlock(&bench.lock);
    if (fine)
        note('a');
    return fine || fail_set(why, "node (12) never rests");
}

static void freeze(void *context)
{
    (void)context;
    note('f');
}

static void resume(void *context)
{
    (void)context;
    note('r');
}

static uint64_t jumps(void *context)
{
    (void)context;
    return 41;
}

static void over(void *context)
{
    (void)context;
    pthread_mutex_lock(&bench.lock);
    bench.over++;
    pthread_cond_broadcast(&bench.news);
    pthread_mutex_unlock(&bench.lock);
}

static struct clock_mover *begin(int64_t patience_us)
{
    const struct clock_moves moves = {
        .advance = advance, .freeze = freeze, .resume = resume, .jumps = jumps, .patience_us = patience_us};
    memset(&bench, 0, sizeof bench);
    pthread_mutex_init(&bench.lock, NULL);
    clock_cond_init(&bench.news);
    return clock_mover_new(&moves, over, NULL);
}

static void wait_over(unsigned count)
{
    pthread_mutex_lock(&bench.lock);
    while (bench.over < count)
        assert_true(clock_cond_wait_real(&bench.news, &bench.lock, clock_real_mono_us() + 20000000));
    pthread_mutex_unlock(&bench.lock);
}

static void wait_begun(void)
{
    pthread_mutex_lock(&bench.lock);
    while (bench.slices == 0)
        assert_true(clock_cond_wait_real(&bench.news, &bench.lock, clock_real_mono_us() + 20000000));
    pthread_mutex_unlock(&bench.lock);
}

static void hold(bool held)
{
    pthread_mutex_lock(&bench.lock);
    bench.held = held;
    pthread_cond_broadcast(&bench.news);
    pthread_mutex_unlock(&bench.lock);
}

static const struct clock_order eleven = {.kind = CLOCK_ORDER_ADVANCE, .to_mono_ms = 11};
static const int awa, ben; /* who asks */

static void an_order_is_carried_out_and_its_result_given_once(void **state)
{
    (void)state;
    struct fail why = {0};
    struct clock_mover *mover = begin(0);
    assert_int_equal(clock_mover_ask(mover, &awa, false, &eleven, &why), CLOCK_ORDER_UNDER_WAY);
    wait_over(1);
    assert_int_equal(clock_mover_ask(mover, &awa, true, &eleven, &why), CLOCK_ORDER_DONE);
    assert_int_equal(clock_mover_ask(mover, &awa, true, &eleven, &why), CLOCK_ORDER_FAILED);
    assert_int_equal(bench.to_mono_ms, 11);
    assert_int_equal(bench.slices, 1);
    assert_int_equal(clock_mover_jumps(mover), 41);
    clock_mover_free(mover);
}

static void each_kind_of_order_does_its_own(void **state)
{
    (void)state;
    struct fail why = {0};
    struct clock_mover *mover = begin(0);
    clock_mover_ask(mover, &awa, false, &(struct clock_order){.kind = CLOCK_ORDER_FREEZE}, &why);
    wait_over(1);
    clock_mover_ask(mover, &awa, false, &eleven, &why);
    wait_over(2);
    clock_mover_ask(mover, &awa, false, &(struct clock_order){.kind = CLOCK_ORDER_RESUME}, &why);
    wait_over(3);
    assert_string_equal(bench.said, "far");
    clock_mover_free(mover);
}

static void while_one_is_under_way_others_are_told_so(void **state)
{
    (void)state;
    struct fail why = {0};
    struct clock_mover *mover = begin(0);
    hold(true);
    assert_int_equal(clock_mover_ask(mover, &awa, false, &eleven, &why), CLOCK_ORDER_UNDER_WAY);
    assert_int_equal(clock_mover_ask(mover, &awa, true, &eleven, &why), CLOCK_ORDER_UNDER_WAY);
    assert_int_equal(clock_mover_ask(mover, &ben, false, &eleven, &why), CLOCK_ORDER_BUSY);
    hold(false);
    wait_over(1);
    clock_mover_free(mover);
}

static void a_result_waits_for_who_asked_while_another_order_is_carried_out(void **state)
{
    (void)state;
    struct fail why = {0};
    struct clock_mover *mover = begin(0);
    clock_mover_ask(mover, &awa, false, &eleven, &why);
    wait_over(1);
    assert_int_equal(clock_mover_ask(mover, &ben, false, &eleven, &why), CLOCK_ORDER_UNDER_WAY);
    wait_over(2);
    assert_int_equal(clock_mover_ask(mover, &awa, true, &eleven, &why), CLOCK_ORDER_DONE);
    assert_int_equal(clock_mover_ask(mover, &ben, true, &eleven, &why), CLOCK_ORDER_DONE);
    clock_mover_free(mover);
}

/* Who leaves does not ask again; the next one may come at the same address. */
static void an_order_that_nobody_asks_about_does_not_stop_the_next(void **state)
{
    (void)state;
    struct fail why = {0};
    struct clock_mover *mover = begin(0);
    clock_mover_ask(mover, &awa, false, &eleven, &why);
    wait_over(1);
    hold(true);
    assert_int_equal(clock_mover_ask(mover, &awa, false, &eleven, &why), CLOCK_ORDER_UNDER_WAY);
    assert_int_equal(clock_mover_ask(mover, &awa, true, &eleven, &why), CLOCK_ORDER_UNDER_WAY);
    hold(false);
    wait_over(2);
    clock_mover_free(mover);
}

static void an_advance_without_progress_fails_with_the_reason(void **state)
{
    (void)state;
    struct fail why = {0};
    test_clock_start(1781630970000); /* time stands still */
    struct clock_mover *mover = begin(1000);
    hold(true);
    clock_mover_ask(mover, &awa, false, &eleven, &why);
    wait_over(1);
    assert_int_equal(clock_mover_ask(mover, &awa, true, &eleven, &why), CLOCK_ORDER_FAILED);
    assert_string_equal(why.text, "node (12) never rests");
    clock_mover_free(mover);
    test_clock_stop();
}

static void the_end_does_not_wait_for_a_stack_that_never_rests(void **state)
{
    (void)state;
    struct fail why = {0};
    struct clock_mover *mover = begin(0);
    hold(true);
    clock_mover_ask(mover, &awa, false, &eleven, &why);
    wait_begun();
    clock_mover_stop(mover);
    assert_string_equal(bench.said, "");
    assert_int_equal(clock_mover_ask(mover, &awa, true, &eleven, &why), CLOCK_ORDER_FAILED);
    assert_string_equal(why.text, "the simulator ends");
    clock_mover_free(mover);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_is_carried_out_and_its_result_given_once),
        cmocka_unit_test(each_kind_of_order_does_its_own),
        cmocka_unit_test(while_one_is_under_way_others_are_told_so),
        cmocka_unit_test(a_result_waits_for_who_asked_while_another_order_is_carried_out),
        cmocka_unit_test(an_order_that_nobody_asks_about_does_not_stop_the_next),
        cmocka_unit_test(an_advance_without_progress_fails_with_the_reason),
        cmocka_unit_test(the_end_does_not_wait_for_a_stack_that_never_rests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
