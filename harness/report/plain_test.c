/* Texts that must not reach a terminal or an XML file as they are. */
#include "test_support.h"

#include "plain.h"

static void control_characters_are_shown(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len;
        const char *shown;
        size_t width;
    } rows[] = {
        {"abc", 3, "abc", 3},
        {"\x1B[31m", 5, "\\x1B[31m", 8},
        {"a\0b", 3, "a\\x00b", 6},
        {"a\tb\r\n", 5, "a b\\x0D\\x0A", 11},
        {"\xC2\x9B", 2, "\\x9B", 4},
        {"\xE2\x80\xAE", 3, "\\u202E", 6},
        {"\xFF", 1, "\xEF\xBF\xBD", 1},
        {"caf\xC3\xA9", 5, "caf\xC3\xA9", 4},
        {"", 0, "", 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text_buf out;
        text_buf_init(&out, 256);
        plain_put(&out, text_span(rows[i].text, rows[i].len));
        assert_string_equal(text_buf_z(&out), rows[i].shown);
        assert_int_equal(plain_width(text_span(rows[i].text, rows[i].len)), rows[i].width);
        text_buf_release(&out);
    }
}

static void a_cut_text_ends_with_a_mark(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t columns;
        const char *shown;
    } rows[] = {{"abcd", 4, "abcd"},
                {"abcde", 4, "abc…"},
                {"abcde", 1, "…"},
                {"abcde", 0, ""},
                {"", 4, ""},
                {"\x01\x02", 5, "\\x01…"},
                {"\xC3\xA9\xC3\xA9\xC3\xA9", 2, "\xC3\xA9…"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text_buf out;
        text_buf_init(&out, 256);
        plain_put_cut(&out, text_of(rows[i].text), rows[i].columns);
        assert_string_equal(text_buf_z(&out), rows[i].shown);
        text_buf_release(&out);
    }
}

static void lines_are_indented_and_padding_counts_characters(void **state)
{
    (void)state;
    struct text_buf out;
    text_buf_init(&out, 256);
    plain_put_wrapped(&out, TEXT("one\n\nthree"), "  ", 4, 1);
    assert_string_equal(text_buf_z(&out), "one\n  \n  thr…");
    size_t from = out.len;
    plain_put(&out, TEXT("\xC3\xA9"));
    plain_pad(&out, from, 3);
    assert_text(text_from(text_buf_view(&out), from), "\xC3\xA9  ");
    text_buf_release(&out);
}

static void a_long_line_goes_on_below(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t columns, rows;
        const char *shown;
    } rows[] = {{"one two three", 20, 3, "one two three"},
                {"one two three", 8, 3, "one two\n  three"},
                {"one two three", 7, 3, "one two\n  three"},
                {"abcdefgh", 3, 3, "abc\n  def\n  gh"},
                {"one two three four", 5, 2, "one\n  two …"},
                {"a\nlong line", 5, 3, "a\n  long\n  line"},
                {"\xC3\xA9\xC3\xA9\xC3\xA9", 2, 3, "\xC3\xA9\xC3\xA9\n  \xC3\xA9"},
                {"", 4, 2, ""},
                {" x", 1, 3, " \n  x"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text_buf out;
        text_buf_init(&out, 256);
        plain_put_wrapped(&out, text_of(rows[i].text), "  ", rows[i].columns, rows[i].rows);
        assert_string_equal(text_buf_z(&out), rows[i].shown);
        text_buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(control_characters_are_shown),
        cmocka_unit_test(a_cut_text_ends_with_a_mark),
        cmocka_unit_test(a_long_line_goes_on_below),
        cmocka_unit_test(lines_are_indented_and_padding_counts_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
