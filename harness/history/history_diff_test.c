/* A difference is shown by what differs, not by two long lines. */
#include "test_support.h"

#include "history_diff.h"

static void assert_diff(const char *first, const char *second, size_t rows, size_t count,
                        const char *expected)
{
    struct text_buf out;
    text_buf_init(&out, 64 * 1024);
    assert_int_equal(history_diff(text_of(first), text_of(second), rows, &out), count);
    assert_string_equal(text_buf_z(&out), expected);
    text_buf_release(&out);
}

static void the_same_has_no_difference(void **state)
{
    (void)state;
    assert_diff("", "", 5, 0, "");
    assert_diff("{\"a\":1}\n{\"b\":1}\n", "{\"a\":1}\n{\"b\":1}\n", 5, 0, "");
}

static void a_line_more_is_shown_with_its_sign(void **state)
{
    (void)state;
    assert_diff("a\nb\nc\n", "a\nc\n", 5, 1, "- b\n");
    assert_diff("a\nc\n", "a\nb\nc\n", 5, 1, "+ b\n");
    assert_diff("", "a\n", 5, 1, "+ a\n");
    assert_diff("a\nx\nb\ny\nc\n", "a\nb\nc\nd\n", 5, 3, "- x\n- y\n+ d\n");
}

static void lines_of_one_kind_are_shown_by_their_keys(void **state)
{
    (void)state;
    assert_diff("{\"kind\":\"call\",\"to\":\"+1\",\"status\":201,\"sid\":\"SM#1\"}\n",
                "{\"kind\":\"call\",\"to\":\"+1\",\"status\":503,\"code\":20503}\n", 5, 1,
                "~ call +1 SM#1: status 201 -> 503, sid \"SM#1\" -> nothing, code nothing -> 20503\n");
    assert_diff("{\"kind\":\"call\"}\n", "{\"kind\":\"end\"}\n", 5, 2,
                "- {\"kind\":\"call\"}\n+ {\"kind\":\"end\"}\n");
}

static void rows_beyond_the_limit_are_counted(void **state)
{
    (void)state;
    assert_diff("a\nb\nc\nd\n", "", 2, 4, "- a\n- b\n... and 2 more\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_has_no_difference),
        cmocka_unit_test(a_line_more_is_shown_with_its_sign),
        cmocka_unit_test(lines_of_one_kind_are_shown_by_their_keys),
        cmocka_unit_test(rows_beyond_the_limit_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
