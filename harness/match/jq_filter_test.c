/* Filters give their first result, and reach nothing outside. */
#include "test_support.h"
#include "jq_filter.h"
#include "mem.h"

static const char document[] =
    "{\"user\":{\"id\":7,\"roles\":[\"a\",\"b\"]},\"ok\":true,\"big\":9007199254740993,\"half\":0.5}";

/* The result as text, or the words of the failure with "!" before them. New. */
static char *run(const char *program)
{
    struct fail why = {0};
    json_t *input = NULL, *result = NULL;
    struct text_buf out;
    text_buf_init(&out, 4096);
    assert_true(json_read(text_of(document), "", &input, &why));
    struct jq_filter *filter = jq_filter_new(text_of(program), &why);
    if (filter == NULL || !jq_filter_run(filter, input, &result, &why)) {
        text_putf(&out, "!%s", why.text);
    } else {
        char *written = json_write(result);
        text_put_z(&out, written);
        mem_free(written);
    }
    json_decref(result);
    json_decref(input);
    jq_filter_free(filter);
    return text_buf_take(&out);
}

static void check(const char *program, const char *expected)
{
    char *result = run(program);
    if (strcmp(result, expected) != 0)
        fail_msg("%s: expected %s, got %s", program, expected, result);
    mem_free(result);
}

static void the_first_result_counts(void **state)
{
    (void)state;
    check(".user.id", "7");
    check(".user", "{\"id\":7,\"roles\":[\"a\",\"b\"]}");
    check(".user.roles[]", "\"a\"");
    check(".nothing", "null");
    check("empty", "null");
    check(".half", "0.5");
    check(".user.id == 7", "true");
    check(".user.id as $x | $x + 1", "8");
    check("limit(1; repeat(1))", "1");
}

static void a_failure_comes_in_words(void **state)
{
    (void)state;
    check(".user.id + \"x\"", "!the filter failed: number (7) and string (\"x\") cannot be added");
    check(".ok.x", "!the filter failed: Cannot index boolean with string \"x\"");
    check(".user |", "!the filter is broken: syntax error, unexpected $end");
    check("unknown", "!the filter is broken: unknown/0 is not defined");
}

static void nothing_outside_is_reached(void **state)
{
    (void)state;
    static const char refused[] =
        "!the filter failed: env, input, halt and the like are not part of the language";
    static const char *const programs[] = {
        "env",         ".user | input", "halt",   "halt_error",
        "\"\\(env)\"", "now",           "inputs", "\"/etc/passwd\" | modulemeta"};
    for (size_t i = 0; i < COUNT_OF(programs); i++)
        check(programs[i], refused);
    check("$ENV", "null");
    check("import \"a\" as a; .", "!the filter is broken: syntax error, unexpected import");
    check("include \"a\"; .", "!the filter is broken: syntax error, unexpected include");
}

static void a_filter_kept_from_before_starts_afresh(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        check(".user.roles[]", "\"a\"");
        check(".ok | error", "!the filter failed: true");
    }
}

static void what_is_no_filter_is_refused(void **state)
{
    (void)state;
    struct fail why = {0};
    static char long_program[JQ_FILTER_MAX_BYTES + 2];
    memset(long_program, '.', JQ_FILTER_MAX_BYTES + 1);
    assert_null(jq_filter_new(text_of(long_program), &why));
    assert_string_equal(why.text, "a filter has 1 to 4096 bytes and no NUL");
    assert_null(jq_filter_new(TEXT(""), &why));
    assert_null(jq_filter_new(TEXT(".a\0b"), &why));
}

static void json_nested_too_deep_is_refused(void **state)
{
    (void)state;
    struct fail why = {0};
    json_t *deep = json_array(), *result = NULL;
    for (int i = 0; i < JQ_RESULT_DEPTH_MAX + 1; i++)
        deep = json_pack("[o]", deep);
    struct jq_filter *filter = jq_filter_new(TEXT("."), &why);
    assert_false(jq_filter_run(filter, deep, &result, &why));
    assert_string_equal(why.text, "the JSON is nested deeper than 256");
    jq_filter_free(filter);
    json_decref(deep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_result_counts),
        cmocka_unit_test(a_failure_comes_in_words),
        cmocka_unit_test(nothing_outside_is_reached),
        cmocka_unit_test(a_filter_kept_from_before_starts_afresh),
        cmocka_unit_test(what_is_no_filter_is_refused),
        cmocka_unit_test(json_nested_too_deep_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
