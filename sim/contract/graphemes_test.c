/* Where one grapheme ends and the next begins. */
#include "test_support.h"
#include "graphemes.h"

static void a_text_falls_into_what_a_reader_sees(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *parts[5];
    } rows[] = {
        {"", {NULL}},
        {"ab", {"a", "b"}},
        {"\xC3\xA7"
         "a",
         {"\xC3\xA7", "a"}},
        {"e\xCC\x81"
         "a",
         {"e\xCC\x81", "a"}},
        {"\r\n", {"\r", "\n"}},
        {"\xF0\x9F\x87\xA8\xF0\x9F\x87\xA9\xF0\x9F\x87\xA8\xF0\x9F\x87\xA9",
         {"\xF0\x9F\x87\xA8\xF0\x9F\x87\xA9", "\xF0\x9F\x87\xA8\xF0\x9F\x87\xA9"}},
        {"a\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9"
         "b",
         {"a", "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9", "b"}},
        {"\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD", {"\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD"}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct graphemes graphemes;
        struct text one;
        size_t count = 0;
        graphemes_init(&graphemes, text_of(rows[i].text));
        while (graphemes_next(&graphemes, &one)) {
            assert_non_null(rows[i].parts[count]);
            assert_text(one, rows[i].parts[count++]);
        }
        assert_null(rows[i].parts[count]);
        graphemes_release(&graphemes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_falls_into_what_a_reader_sees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
