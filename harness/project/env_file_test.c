/* Lines of env files as their usual readers see them. */
#include <stdio.h>

#include "test_support.h"
#include "env_file.h"

static const struct {
    const char *line, *name, *value;
    unsigned faults;
} rows[] = {
    {"A=1", "A", "1", 0},
    {"  A=1  ", "A", "1", 0},
    {"export A=1", "A", "1", 0},
    {"export\tA=1", "A", "1", 0},
    {"A=", "A", "", 0},
    {"A=\"x y\"", "A", "x y", ENV_QUOTED},
    {"A='x # y'", "A", "x # y", ENV_QUOTED},
    {"A='x' # a comment", "A", "x", ENV_QUOTED},
    {"A=\"x", "A", "x", ENV_OPEN_QUOTE},
    {"A = x", "A", "x", ENV_SPACES},
    {"A= x", "A", "x", ENV_SPACES},
    {"A=x #comment", "A", "x", 0},
    {"A=x#no", "A", "x#no", 0},
    {"A=#comment", "A", "", 0},
    {"A=b=c", "A", "b=c", 0},
    {"A=x\r", "A", "x", ENV_CARRIAGE_RETURN},
    {"no pair", "no pair", "", ENV_NO_PAIR},
    {"1A=x", "1A", "x", ENV_BAD_NAME},
    {"A-B=x", "A-B", "x", ENV_BAD_NAME},
    {"=x", "", "x", ENV_BAD_NAME},
    {"\xEF\xBB\xBF"
     "A=x",
     "A", "x", 0},
};

static void a_line_is_a_name_and_a_value(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char bytes[128];
        struct env_pair pair;
        snprintf(bytes, sizeof bytes, "%s\n", rows[i].line);
        struct env_reader reader = {.rest = text_of(bytes)};
        assert_true(env_next(&reader, &pair));
        assert_text(pair.name, rows[i].name);
        assert_text(pair.value, rows[i].value);
        if (pair.faults != rows[i].faults)
            fail_msg("%s: faults %u", rows[i].line, pair.faults);
        assert_int_equal(pair.line, 1);
        assert_false(env_next(&reader, &pair));
    }
}

static void comments_and_empty_lines_are_counted_and_skipped(void **state)
{
    struct env_reader reader = {.rest = TEXT("# first\n\nA=1\n  # more\nB=2")};
    struct env_pair pair;
    (void)state;
    assert_true(env_next(&reader, &pair));
    assert_text(pair.name, "A");
    assert_int_equal(pair.line, 3);
    assert_true(env_next(&reader, &pair));
    assert_text(pair.name, "B");
    assert_int_equal(pair.line, 5);
    assert_false(env_next(&reader, &pair));
}

static void an_empty_file_has_no_line(void **state)
{
    struct env_reader reader = {.rest = TEXT("")}, none = {0};
    struct env_pair pair;
    (void)state;
    assert_false(env_next(&reader, &pair));
    assert_false(env_next(&none, &pair));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_a_name_and_a_value),
        cmocka_unit_test(comments_and_empty_lines_are_counted_and_skipped),
        cmocka_unit_test(an_empty_file_has_no_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
