/* Streams cut into lines, whatever pieces they come in. */
#include "line_reader.h"

#include <stdio.h>

#include "test_support.h"

static void line_note(void *context, struct text line, bool continued)
{
    char *out = context;
    size_t len = strlen(out);
    snprintf(out + len, 256 - len, "[%.*s%s]", TEXT_ARGS(line), continued ? "+" : "");
}

static void every_cut_gives_the_same_lines(void **state)
{
    (void)state;
    static const struct {
        const char *stream, *lines, *why;
    } rows[] = {
        {"", "", "nothing"},
        {"\n", "[]", "an empty line"},
        {"a\nb\n", "[a][b]", "two lines"},
        {"a\r\nb", "[a][b]", "CR LF, and a last line without an end"},
        {"a\rb\n", "[a\rb]", "a CR inside stays"},
        {"12345678\n", "[12345678]", "exactly the bound"},
        {"123456789\n", "[12345678+][9]", "one more"},
        {"1234567812345678x", "[12345678+][12345678+][x]", "many pieces"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        for (size_t piece = 1; piece < 20; piece++) {
            char out[256] = "";
            struct line_reader reader;
            line_reader_init(&reader, 8, line_note, out);
            for (struct text rest = text_of(rows[i].stream); rest.len > 0; rest = text_from(rest, piece))
                line_reader_feed(&reader, text_first(rest, piece));
            line_reader_end(&reader);
            line_reader_release(&reader);
            if (strcmp(out, rows[i].lines) != 0)
                fail_msg("%s, in pieces of %zu: %s", rows[i].why, piece, out);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cut_gives_the_same_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
