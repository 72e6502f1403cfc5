/* The subset comparison: what holds, and how a difference reads. */
#include "test_support.h"
#include "json_match.h"
#include "mem.h"

static json_t *read_json(const char *written)
{
    struct fail why = {0};
    json_t *value = NULL;
    if (!json_read(text_of(written), "", &value, &why))
        fail_msg("%s: %s", written, why.text);
    return value;
}

static void the_difference_says_where_and_what(void **state)
{
    (void)state;
    static const struct {
        const char *expected, *actual, *difference;
    } rows[] = {
        {"{\"a\":1}", "{\"a\":1,\"b\":2}", ""},
        {"{}", "{\"b\":2}", ""},
        {"{\"a\":1}", "{\"a\":1.0}", ""},
        {"{\"a\":null}", "{\"a\":null}", ""},
        {"[1,{\"a\":2}]", "[1,{\"a\":2,\"b\":3}]", ""},
        {"{\"a\":{\"b\":\"7\"}}", "{\"a\":{\"b\":7}}",
         "$.a.b: expected \"7\", got 7 (a number, not a text)\n"},
        {"{\"a\":null}", "{}", "$.a: expected null, got nothing\n"},
        {"{\"a\":true}", "{\"a\":false}", "$.a: expected true, got false\n"},
        {"{\"a\":[1,2]}", "{\"a\":[1,2,3]}", "$.a: expected 2 items, got 3\n"},
        {"[1]", "[2]", "$[0]: expected 1, got 2\n"},
        {"{\"a\":[1]}", "{\"a\":{}}", "$.a: expected [1], got {} (an object, not a list)\n"},
        {"{\"first name\":1}", "{\"first name\":2}", "$['first name']: expected 1, got 2\n"},
        {"{\"a\":1,\"b\":2}", "{\"a\":3,\"b\":4}", "$.a: expected 1, got 3\n$.b: expected 2, got 4\n"},
        {"{\"a\":9007199254740993}", "{\"a\":9007199254740992}",
         "$.a: expected 9007199254740993, got 9007199254740992\n"},
        {"1", "\"1\"", "$: expected 1, got \"1\" (a text, not a number)\n"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        json_t *expected = read_json(rows[i].expected), *actual = read_json(rows[i].actual);
        struct text_buf difference;
        text_buf_init(&difference, 4096);
        assert_int_equal(json_match(expected, actual, &difference), rows[i].difference[0] == '\0');
        assert_string_equal(text_buf_z(&difference), rows[i].difference);
        assert_int_equal(json_match(expected, actual, NULL), rows[i].difference[0] == '\0');
        text_buf_release(&difference);
        json_decref(expected);
        json_decref(actual);
    }
}

static void many_differences_are_cut_and_counted(void **state)
{
    (void)state;
    json_t *expected = json_array(), *actual = json_array();
    for (int i = 0; i < 100; i++) {
        json_array_append_new(expected, json_integer(i));
        json_array_append_new(actual, json_integer(i + 1));
    }
    struct text_buf difference;
    text_buf_init(&difference, 64 * 1024);
    assert_false(json_match(expected, actual, &difference));
    assert_true(text_contains(text_buf_view(&difference), TEXT("$[19]: expected 19, got 20\nand 80 more\n")));
    assert_true(text_ends(text_buf_view(&difference), "and 80 more\n"));
    text_buf_release(&difference);
    json_decref(expected);
    json_decref(actual);
}

static void a_value_is_shown_in_whole_characters(void **state)
{
    (void)state;
    json_t *value = read_json("\"ééééé\"");
    struct text_buf out;
    text_buf_init(&out, 100);
    json_put_short(&out, value, 4);
    assert_string_equal(text_buf_z(&out), "\"é…");
    text_buf_release(&out);
    json_decref(value);
}

static void nesting_without_end_is_given_up(void **state)
{
    (void)state;
    json_t *expected = json_integer(1), *actual = json_integer(1);
    for (int i = 0; i < 400; i++) {
        expected = json_pack("[o]", expected);
        actual = json_pack("[o]", actual);
    }
    struct text_buf difference;
    text_buf_init(&difference, 64 * 1024);
    assert_false(json_match(expected, actual, &difference));
    assert_true(text_ends(text_buf_view(&difference), ": nested deeper than 256, not compared\n"));
    text_buf_release(&difference);
    json_decref(expected);
    json_decref(actual);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_difference_says_where_and_what),
        cmocka_unit_test(many_differences_are_cut_and_counted),
        cmocka_unit_test(a_value_is_shown_in_whole_characters),
        cmocka_unit_test(nesting_without_end_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
