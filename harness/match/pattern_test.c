/* Patterns find, and never hang. */
#include "test_support.h"
#include "pattern.h"

static void the_first_group_is_found_or_else_the_whole(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *subject, *found; /* NULL: not found */
    } rows[] = {
        {"code is (\\d{6})", "Your code is 012345.", "012345"},
        {"\\d{6}", "Your code is 012345.", "012345"},
        {"(a)?b", "b", "b"},
        {"^x", "yx", NULL},
        {"é+", "caféé", "éé"},
        {"(?i)CODE", "code", "code"},
        {"^$", "", ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        struct text found = TEXT_NONE;
        struct pattern *pattern = pattern_new(text_of(rows[i].pattern), &why);
        assert_non_null(pattern);
        enum pattern_result result = pattern_find(pattern, text_of(rows[i].subject), &found);
        assert_int_equal(result, rows[i].found == NULL ? PATTERN_NOT_FOUND : PATTERN_FOUND);
        if (rows[i].found != NULL)
            assert_text(found, rows[i].found);
        pattern_free(pattern);
    }
}

static void a_broken_pattern_says_where(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *why;
    } rows[] = {
        {"(", "the pattern is broken at character 2: missing closing parenthesis"},
        {"a**", "the pattern is broken at character 4: quantifier does not follow a repeatable item"},
        {"", "the pattern is empty"},
        {"\\C", "the pattern is broken at character 3: using \\C is disabled by the application"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        assert_null(pattern_new(text_of(rows[i].pattern), &why));
        if (i != 1) /* its words differ between versions of the library */
            assert_string_equal(why.text, rows[i].why);
    }
}

static void a_pattern_that_would_search_for_ever_gives_up(void **state)
{
    (void)state;
    struct fail why = {0};
    static char many[100001];
    memset(many, 'a', 100000);
    struct pattern *pattern = pattern_new(TEXT("^(a+)+(a+)+$x"), &why);
    assert_non_null(pattern);
    assert_int_equal(pattern_find(pattern, text_span(many, 100000), NULL), PATTERN_GAVE_UP);
    pattern_free(pattern);
}

static void broken_utf8_is_searched_all_the_same(void **state)
{
    (void)state;
    struct fail why = {0};
    struct text found = TEXT_NONE;
    struct pattern *pattern = pattern_new(TEXT("\\d{6}"), &why);
    assert_int_equal(pattern_find(pattern, TEXT("\xff\xfe 123456 \x80"), &found), PATTERN_FOUND);
    assert_text(found, "123456");
    pattern_free(pattern);
}

static void a_pattern_stands_between_slashes(void **state)
{
    (void)state;
    struct text source;
    assert_true(pattern_in_slashes(TEXT("/a/b/"), &source));
    assert_text(source, "a/b");
    assert_false(pattern_in_slashes(TEXT("/"), &source));
    assert_false(pattern_in_slashes(TEXT("/a"), &source));
    assert_false(pattern_in_slashes(TEXT(""), &source));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_group_is_found_or_else_the_whole),
        cmocka_unit_test(a_broken_pattern_says_where),
        cmocka_unit_test(a_pattern_that_would_search_for_ever_gives_up),
        cmocka_unit_test(broken_utf8_is_searched_all_the_same),
        cmocka_unit_test(a_pattern_stands_between_slashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
