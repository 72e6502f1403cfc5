/* Characters one after the other; the table of well-formed sequences of the Unicode standard. */
#include "test_support.h"
#include "utf8.h"

static void characters_are_taken_one_by_one(void **state)
{
    (void)state;
    struct text rest = TEXT("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    static const uint32_t expected[] = {'a', 0xE9, 0x20AC, 0x1F600};
    for (size_t i = 0; i < COUNT_OF(expected); i++)
        assert_int_equal(utf8_next(&rest), expected[i]);
    assert_int_equal(rest.len, 0);
}

static void the_bounds_of_each_length_are_valid(void **state)
{
    (void)state;
    static const struct {
        uint32_t character;
        const char *bytes;
    } rows[] = {{0x7F, "\x7f"},
                {0x80, "\xc2\x80"},
                {0x7FF, "\xdf\xbf"},
                {0x800, "\xe0\xa0\x80"},
                {0xD7FF, "\xed\x9f\xbf"},
                {0xE000, "\xee\x80\x80"},
                {0xFFFF, "\xef\xbf\xbf"},
                {0x10000, "\xf0\x90\x80\x80"},
                {0x10FFFF, "\xf4\x8f\xbf\xbf"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text_buf out;
        struct text rest = text_of(rows[i].bytes);
        text_buf_init(&out, 16);
        assert_true(utf8_valid(rest));
        assert_int_equal(utf8_count(rest), 1);
        assert_int_equal(utf8_next(&rest), rows[i].character);
        utf8_put(&out, rows[i].character);
        assert_string_equal(text_buf_z(&out), rows[i].bytes);
        text_buf_release(&out);
    }
}

static void each_broken_byte_becomes_one_replacement(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        const char *bytes;
        size_t count;
    } rows[] = {
        {"a tail alone", "\x80", 1},
        {"a lead alone", "\xc3", 1},
        {"a lead before a letter",
         "\xc3"
         "a",
         2},
        {"two of three", "\xe2\x82", 2},
        {"an overlong slash", "\xc0\xaf", 2},
        {"an overlong slash of three", "\xe0\x80\xaf", 3},
        {"an overlong of four", "\xf0\x80\x80\xaf", 4},
        {"a surrogate", "\xed\xa0\x80", 3},
        {"above U+10FFFF", "\xf4\x90\x80\x80", 4},
        {"no lead at all", "\xff\xfe", 2},
        {"a lead of five", "\xf8\x88\x80\x80\x80", 5},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text rest = text_of(rows[i].bytes);
        if (utf8_valid(rest) || utf8_count(rest) != rows[i].count)
            fail_msg("%s: %zu characters", rows[i].why, utf8_count(rest));
        assert_int_equal(utf8_next(&rest), 0xFFFD);
    }
    assert_true(utf8_valid(TEXT_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_are_taken_one_by_one),
        cmocka_unit_test(the_bounds_of_each_length_are_valid),
        cmocka_unit_test(each_broken_byte_becomes_one_replacement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
