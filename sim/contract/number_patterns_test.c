/* The plan's patterns compile, and match from the start, whole or not. */
#include "test_support.h"
#include "number_patterns.h"
#include "numbering_plan_table.h"

static void every_pattern_compiles_and_has_few_groups(void **state)
{
    (void)state;
    for (unsigned i = 1; i < PLAN_PATTERN_COUNT; i++)
        assert_true(pattern_group_count(i) <= 4);
}

static unsigned pattern_of(const char *text, bool whole)
{
    for (unsigned i = 1; i < PLAN_PATTERN_COUNT; i++)
        if (plan_patterns[i].whole == whole && strcmp(plan_patterns[i].text, text) == 0)
            return i;
    fail_msg("no pattern %s", text);
    return 0;
}

static void a_whole_pattern_takes_all_digits_and_a_start_only_the_first(void **state)
{
    (void)state;
    struct pattern_run run;
    pattern_run_init(&run);
    unsigned whole = pattern_of("[2-9]\\d{9}|3\\d{6}", true), start = pattern_of("268", false);
    assert_true(pattern_matches(whole, TEXT("2015550101"), &run));
    assert_false(pattern_matches(whole, TEXT("20155501011"), &run));
    assert_false(pattern_matches(whole, TEXT("1201555010"), &run));
    assert_true(pattern_matches(start, TEXT("2684600000"), &run));
    assert_int_equal(pattern_matched_bytes(&run), 3);
    assert_false(pattern_matches(start, TEXT("1268"), &run));
    pattern_run_release(&run);
}

static void a_group_that_took_no_part_is_none(void **state)
{
    (void)state;
    struct pattern_run run;
    pattern_run_init(&run);
    unsigned antigua = pattern_of("([457]\\d{6})$|1", false);
    assert_true(pattern_matches(antigua, TEXT("4600000"), &run));
    assert_text(pattern_group(&run, TEXT("4600000"), 1), "4600000");
    assert_true(pattern_matches(antigua, TEXT("12684600000"), &run));
    assert_null(pattern_group(&run, TEXT("12684600000"), 1).at);
    pattern_run_release(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pattern_compiles_and_has_few_groups),
        cmocka_unit_test(a_whole_pattern_takes_all_digits_and_a_start_only_the_first),
        cmocka_unit_test(a_group_that_took_no_part_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
