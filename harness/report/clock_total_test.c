/* Which clock a run was on, in words. */
#include "clock_total.h"

#include "test_support.h"

static void add(struct clock_total *total, enum scenario_outcome outcome, bool is_virtual, int64_t virtual_ms,
                int64_t jumps)
{
    struct scenario_result result = {
        .outcome = outcome, .is_virtual = is_virtual, .virtual_ms = virtual_ms, .jumps = jumps};
    clock_total_add(total, &result);
}

static const char *words_of(const struct clock_total *total, struct text_buf *out)
{
    text_buf_init(out, 200);
    clock_total_write(total, out);
    return text_buf_z(out);
}

static void hours_and_jumps_are_added_up(void **state)
{
    (void)state;
    struct clock_total total = {0};
    struct text_buf out;
    add(&total, SCENARIO_PASSED, true, 25 * 3600000, 40);
    add(&total, SCENARIO_FAILED, true, 120000, 2);
    assert_string_equal(words_of(&total, &out), "virtual, 25 h 2 min in 42 jumps\n");
    assert_string_equal(clock_total_word(&total), "virtual");
    text_buf_release(&out);
}

static void real_ones_among_virtual_ones_are_counted(void **state)
{
    (void)state;
    struct clock_total total = {0};
    struct text_buf out;
    add(&total, SCENARIO_PASSED, true, 60000, 3);
    add(&total, SCENARIO_PASSED, false, 99999999, 0);
    assert_string_equal(words_of(&total, &out),
                        "virtual, 0 h 1 min in 3 jumps; 1 of 2 scenarios were on the real one\n");
    assert_string_equal(clock_total_word(&total), "mixed");
    text_buf_release(&out);
}

static void what_was_not_run_was_on_no_clock(void **state)
{
    (void)state;
    struct clock_total total = {0};
    struct text_buf out;
    add(&total, SCENARIO_SKIPPED, true, 60000, 3);
    add(&total, SCENARIO_ENVIRONMENT, true, 60000, 3);
    assert_string_equal(words_of(&total, &out), "none, since no scenario was run\n");
    assert_string_equal(clock_total_word(&total), "none");
    text_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hours_and_jumps_are_added_up),
        cmocka_unit_test(real_ones_among_virtual_ones_are_counted),
        cmocka_unit_test(what_was_not_run_was_on_no_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
