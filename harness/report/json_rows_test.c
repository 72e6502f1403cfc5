/* How expected and actual JSON differ, row by row. */
#include "report_test_support.h"

#include "json_rows.h"

static void differences_are_named_by_their_path(void **state)
{
    (void)state;
    static const struct {
        const char *expected;
        const char *actual; /* NULL: no JSON came */
        const char *rows;   /* "at|expected|actual;" each */
    } cases[] = {
        {"{\"a\":1}", "{\"a\":1,\"b\":2}", ""},
        {"{\"a\":1}", "{\"a\":1.0}", ""},
        {"{\"a\":\"1\"}", "{\"a\":1}", "$.a|\"1\"|1;"},
        {"{\"a\":{\"b\":true,\"c\":null}}", "{\"a\":{\"b\":false}}",
         "$.a.b|true|false;$.a.c|null|(missing);"},
        {"[1,{\"x\":2}]", "[1,{\"x\":3}]", "$[1].x|2|3;"},
        {"[1,2]", "[1]", "$|[1,2]|[1];"},
        {"{\"a\":[]}", "{\"a\":{}}", "$.a|[]|{};"},
        {"{\"a\":1}", NULL, "$|{\"a\":1}|(missing);"},
        {"\"x\"", "\"x\"", ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct scenario_result *result = scenario_result_new("x.yaml", 1, "x", NULL);
        struct scenario_failure *failure = scenario_result_fail(result, NULL, 0, 0, "s", "m");
        json_t *expected = json_loads(cases[i].expected, JSON_DECODE_ANY, NULL);
        json_t *actual = cases[i].actual == NULL ? NULL : json_loads(cases[i].actual, JSON_DECODE_ANY, NULL);
        assert_int_equal(json_rows(failure, expected, actual), cases[i].rows[0] != '\0');
        struct text_buf rows;
        text_buf_init(&rows, 4096);
        for (size_t d = 0; d < failure->difference_count; d++)
            text_putf(&rows, "%s|%s|%s;", failure->differences[d].at, failure->differences[d].expected,
                      failure->differences[d].actual);
        assert_string_equal(text_buf_z(&rows), cases[i].rows);
        text_buf_release(&rows);
        json_decref(expected);
        json_decref(actual);
        scenario_result_free(result);
    }
}

static void long_values_are_cut_between_characters(void **state)
{
    (void)state;
    struct scenario_result *result = scenario_result_new("x.yaml", 1, "x", NULL);
    struct scenario_failure *failure = scenario_result_fail(result, NULL, 0, 0, "s", "m");
    char longer[302] = "";
    for (int i = 0; i < 150; i++)
        memcpy(longer + 2 * i, "\xC3\xA9", 2);
    json_t *expected = json_string(longer), *actual = json_integer(1);
    json_rows(failure, expected, actual);
    assert_int_equal(strlen(failure->differences[0].expected), 199 + strlen("…"));
    json_decref(expected);
    json_decref(actual);
    scenario_result_free(result);
}

static void many_differences_end_with_a_word(void **state)
{
    (void)state;
    struct scenario_result *result = scenario_result_new("x.yaml", 1, "x", NULL);
    struct scenario_failure *failure = scenario_result_fail(result, NULL, 0, 0, "s", "m");
    json_t *expected = json_array(), *actual = json_array();
    for (int i = 0; i < 50; i++) {
        json_array_append_new(expected, json_integer(i));
        json_array_append_new(actual, json_integer(-1));
    }
    json_rows(failure, expected, actual);
    assert_int_equal(failure->difference_count, 21);
    assert_string_equal(failure->differences[19].at, "$[19]");
    assert_string_equal(failure->differences[20].at, "and more");
    json_decref(expected);
    json_decref(actual);
    scenario_result_free(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences_are_named_by_their_path),
        cmocka_unit_test(long_values_are_cut_between_characters),
        cmocka_unit_test(many_differences_end_with_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
