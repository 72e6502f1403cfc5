/* Which wish ends by what. */
#include "wishes.h"

#include "clock_page.h"
#include "test_support.h"

static void each_wish_ends_by_what_it_waits_for(void **state)
{
    (void)state;
    struct wish rest = {.to_ns = CLOCK_PAGE_NEVER, .until_real_us = 90},
                soon = {.to_ns = 10, .until_real_us = 70}, later = {.to_ns = 20, .until_real_us = INT64_MAX};
    struct wish *list = NULL;
    wish_add(&list, &rest);
    wish_add(&list, &soon);
    wish_add(&list, &later);
    assert_int_equal(wishes_end_come(&list, 9), 0);
    assert_int_equal(wishes_end_come(&list, 10), 1);
    assert_true(soon.over && soon.fulfilled);
    assert_false(later.over || rest.over);
    assert_int_equal(wishes_end_rested(&list), 1);
    assert_true(rest.over && rest.fulfilled);
    assert_ptr_equal(list, &later);
    assert_null(later.next);
}

static void a_guard_that_has_come_ends_a_wish_with_the_reason(void **state)
{
    (void)state;
    struct wish first = {.to_ns = 10, .until_real_us = 70}, second = {.to_ns = 10, .until_real_us = 71};
    struct wish *list = NULL;
    wish_add(&list, &first);
    wish_add(&list, &second);
    assert_int_equal(wishes_end_late(&list, 70, "never at rest: node (12) thread 14 runs"), 1);
    assert_true(first.over && !first.fulfilled);
    assert_string_equal(first.reason, "never at rest: node (12) thread 14 runs");
    assert_ptr_equal(list, &second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_wish_ends_by_what_it_waits_for),
        cmocka_unit_test(a_guard_that_has_come_ends_a_wish_with_the_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
