/* What went wrong, in words. */
#include "test_support.h"
#include "fail.h"

static void the_first_fault_wins(void **state)
{
    (void)state;
    struct fail why = {0};
    char line[1200];
    assert_false(fail_set(&why, "port %d is taken", 4010));
    assert_false(fail_at(&why, "setup.yaml", 3, 1, "later"));
    assert_false(fail_set(&why, "latest"));
    assert_string_equal(fail_line(&why, line, sizeof line), "port 4010 is taken");
}

static void a_place_is_as_much_as_is_known(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        int line, col;
        const char *text;
    } rows[] = {{"a.yaml", 3, 7, "a.yaml:3:7: no such key"},
                {"a.yaml", 0, 0, "a.yaml: no such key"},
                {"", 3, 7, "no such key"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        char line[1200];
        assert_false(fail_at(&why, rows[i].source, rows[i].line, rows[i].col, "no such %s", "key"));
        assert_string_equal(fail_line(&why, line, sizeof line), rows[i].text);
    }
}

static void a_long_text_is_cut_and_nobody_has_to_listen(void **state)
{
    (void)state;
    struct fail why = {0};
    static char text[5000];
    memset(text, 'x', sizeof text - 1);
    assert_false(fail_at(&why, text, 1, 1, "%s", text));
    assert_int_equal(strlen(why.text), 767);
    assert_int_equal(strlen(why.source), 255);
    assert_false(fail_set(NULL, "unheard"));
    assert_false(fail_at(NULL, "a", 1, 1, "unheard"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_fault_wins),
        cmocka_unit_test(a_place_is_as_much_as_is_known),
        cmocka_unit_test(a_long_text_is_cut_and_nobody_has_to_listen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
