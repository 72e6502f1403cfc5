/* Which word was meant. */
#include "test_support.h"
#include "nearest.h"

static void the_nearest_word_is_found(void **state)
{
    (void)state;
    static const char *const words[] = {"receive", "reply", "repeat", NULL, "request", "run"};
    static const struct {
        const char *written, *meant;
    } rows[] = {{"recieve", "receive"}, {"requst", "request"}, {"repaet", "repeat"},
                {"rn", "run"},          {"xyz", NULL},         {"", NULL},
                {"receive", "receive"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *meant = nearest_word(text_of(rows[i].written), words, COUNT_OF(words));
        if (rows[i].meant == NULL)
            assert_null(meant);
        else
            assert_string_equal(meant, rows[i].meant);
    }
}

static void edits_are_counted(void **state)
{
    (void)state;
    static char long_word[NEAREST_WORD_MAX_BYTES + 2];
    memset(long_word, 'a', NEAREST_WORD_MAX_BYTES + 1);
    assert_int_equal(nearest_distance(TEXT("abc"), TEXT("abc")), 0);
    assert_int_equal(nearest_distance(TEXT("abc"), TEXT("acb")), 1);
    assert_int_equal(nearest_distance(TEXT("abc"), TEXT("abcd")), 1);
    assert_int_equal(nearest_distance(TEXT("abc"), TEXT("xbc")), 1);
    assert_int_equal(nearest_distance(TEXT(""), TEXT("abc")), 3);
    assert_int_equal(nearest_distance(text_of(long_word), TEXT("a")), NEAREST_WORD_MAX_BYTES);
}

static void an_unknown_key_is_refused_with_the_one_that_was_meant(void **state)
{
    (void)state;
    static const char *const known[] = {"status", "after", NULL};
    static const struct {
        const char *key, *where, *text; /* text NULL: known */
    } rows[] = {{"status", NULL, NULL},
                {"after", "deliver", NULL},
                {"aftr", NULL, "unknown key 'aftr'; did you mean 'after'?"},
                {"aftr", "deliver", "deliver: unknown key 'aftr'; did you mean 'after'?"},
                {"colour", NULL, "unknown key 'colour'"},
                {"", "deliver", "deliver: unknown key ''"},
                {"0123456789012345678901234567890123456789012345678901234567890123456789", NULL,
                 "unknown key '012345678901234567890123456789012345678901234567890123456789'"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        assert_int_equal(nearest_knows_key(rows[i].key, known, rows[i].where, &why), rows[i].text == NULL);
        assert_string_equal(why.text, rows[i].text == NULL ? "" : rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_word_is_found),
        cmocka_unit_test(edits_are_counted),
        cmocka_unit_test(an_unknown_key_is_refused_with_the_one_that_was_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
