/* The three kinds of match, and their words. */
#include "test_support.h"
#include "text_match.h"

static void each_kind_holds_or_says_why_not(void **state)
{
    (void)state;
    static const struct {
        const char *match, *subject, *difference; /* NULL: holds */
    } rows[] = {
        {"expired", "The code has expired.", NULL},
        {"expired", "wrong \"code\"", "expected a text with expired, got \"wrong \\\"code\\\"\""},
        {"/^\\d{6}$/", "123456", NULL},
        {"/^\\d{6}$/", "12345", "expected a match of /^\\d{6}$/, got \"12345\""},
        {".ok", "{\"ok\":true}", NULL},
        {".ok", "{\"ok\":1}", "expected true from .ok, got 1 for {\"ok\":1}"},
        {".ok | length", "{\"ok\":true}",
         "expected true from .ok | length, the filter failed: boolean (true) has no length"
         " for {\"ok\":true}"},
        {".ok", "<html>", "expected JSON for .ok, got \"<html>\""},
        {"/", "a/b", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        struct text_buf difference;
        text_buf_init(&difference, 4096);
        struct text_match *match = text_match_new(text_of(rows[i].match), &why);
        assert_non_null(match);
        assert_int_equal(text_match_holds(match, text_of(rows[i].subject), &difference),
                         rows[i].difference == NULL);
        assert_string_equal(text_buf_z(&difference), rows[i].difference == NULL ? "" : rows[i].difference);
        assert_int_equal(text_match_holds(match, text_of(rows[i].subject), NULL), rows[i].difference == NULL);
        text_match_free(match);
        text_buf_release(&difference);
    }
}

static void json_is_compared_as_it_is_written(void **state)
{
    (void)state;
    static const struct {
        const char *match, *json;
        bool holds;
    } rows[] = {
        {"12", "123", true},    {"true", "true", true},         {"a b", "\"xa by\"", true},
        {"\"", "\"a\"", false}, {".x == 1", "{\"x\":1}", true}, {"/^\\[1,2\\]$/", "[1, 2]", true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        json_t *subject = NULL;
        assert_true(json_read(text_of(rows[i].json), "", &subject, &why));
        struct text_match *match = text_match_new(text_of(rows[i].match), &why);
        assert_non_null(match);
        assert_int_equal(text_match_holds_json(match, subject, NULL), rows[i].holds);
        text_match_free(match);
        json_decref(subject);
    }
}

static void what_matches_everything_or_nothing_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *match, *why;
    } rows[] = {
        {"", "an empty text would match everything"},
        {"//", "the pattern is empty"},
        {"/(/", "the pattern is broken at character 2: missing closing parenthesis"},
        {".a |", "the filter is broken: syntax error, unexpected $end"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        assert_null(text_match_new(text_of(rows[i].match), &why));
        assert_string_equal(why.text, rows[i].why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_holds_or_says_why_not),
        cmocka_unit_test(json_is_compared_as_it_is_written),
        cmocka_unit_test(what_matches_everything_or_nothing_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
