/* Variables set, replaced, taken away, inherited by name. */
#include "environment.h"

#include <stdlib.h>

#include "test_support.h"

static void a_later_value_stands_in_the_earlier_ones_place(void **state)
{
    (void)state;
    struct environment *environment = environment_new();
    environment_set(environment, "A", "1");
    environment_set(environment, "AB", "2");
    environment_setf(environment, "A", "%d=%s", 3, "x");
    const char *const *list = environment_list(environment);
    assert_string_equal(list[0], "A=3=x");
    assert_string_equal(list[1], "AB=2");
    assert_null(list[2]);
    assert_string_equal(environment_get(environment, "A"), "3=x");
    environment_set(environment, "A", NULL);
    environment_set(environment, "NONE", NULL);
    assert_int_equal(environment_count(environment), 1);
    assert_null(environment_get(environment, "A"));
    environment_free(environment);
}

static void only_what_is_named_is_inherited(void **state)
{
    (void)state;
    assert_int_equal(setenv("ENVIRONMENT_TEST_HAS", "yes", 1), 0);
    assert_int_equal(unsetenv("ENVIRONMENT_TEST_HAS_NOT"), 0);
    struct environment *environment = environment_new();
    environment_inherit(environment, "ENVIRONMENT_TEST_HAS");
    environment_inherit(environment, "ENVIRONMENT_TEST_HAS_NOT");
    assert_int_equal(environment_count(environment), 1);
    assert_string_equal(environment_get(environment, "ENVIRONMENT_TEST_HAS"), "yes");
    environment_free(environment);
}

static void a_list_takes_each_item_once(void **state)
{
    (void)state;
    struct environment *environment = environment_new();
    environment_append(environment, "LD_PRELOAD", ':', "/a.so");
    environment_append(environment, "LD_PRELOAD", ':', "/b.so");
    environment_append(environment, "LD_PRELOAD", ':', "/a.so");
    assert_string_equal(environment_get(environment, "LD_PRELOAD"), "/a.so:/b.so");
    environment_free(environment);
}

static void a_copy_and_what_is_added_are_independent(void **state)
{
    (void)state;
    struct environment *base = environment_new();
    environment_set(base, "A", "1");
    struct environment *copy = environment_copy(base);
    struct environment *more = environment_new();
    environment_set(more, "A", "2");
    environment_set(more, "B", "b=b");
    environment_add(copy, more);
    assert_string_equal(environment_get(base, "A"), "1");
    assert_string_equal(environment_get(copy, "A"), "2");
    assert_string_equal(environment_get(copy, "B"), "b=b");
    environment_free(base);
    environment_free(copy);
    environment_free(more);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_later_value_stands_in_the_earlier_ones_place),
        cmocka_unit_test(only_what_is_named_is_inherited),
        cmocka_unit_test(a_list_takes_each_item_once),
        cmocka_unit_test(a_copy_and_what_is_added_are_independent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
