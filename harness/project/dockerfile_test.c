/* Instructions of a Dockerfile, joined and cut. */
#include "test_support.h"
#include "dockerfile.h"
#include "mem.h"

static void joined_lines_are_one_instruction(void **state)
{
    struct dockerfile_reader reader = {.rest =
                                           TEXT("FROM node:20\r\n# note\nCMD [\"node\", \\\n  # in between\n"
                                                "  \"x.js\"]\n\nEXPOSE 80/tcp")};
    struct dockerfile_line line;
    (void)state;
    assert_true(dockerfile_next(&reader, &line));
    assert_text(line.word, "FROM");
    assert_text(line.rest, "node:20");
    assert_true(dockerfile_next(&reader, &line));
    assert_text(line.word, "CMD");
    assert_text(line.rest, "[\"node\", \"x.js\"]");
    assert_int_equal(line.line, 3);
    assert_true(dockerfile_next(&reader, &line));
    assert_text(line.word, "EXPOSE");
    assert_int_equal(line.line, 7);
    assert_false(dockerfile_next(&reader, &line));
}

static void a_file_that_ends_in_a_backslash_ends(void **state)
{
    struct dockerfile_reader reader = {.rest = TEXT("RUN a \\\n")}, alone = {.rest = TEXT("\\\n\\\n")};
    struct dockerfile_line line;
    (void)state;
    assert_true(dockerfile_next(&reader, &line));
    assert_text(line.rest, "a");
    assert_false(dockerfile_next(&reader, &line));
    assert_false(dockerfile_next(&alone, &line));
}

static void an_endless_instruction_is_cut(void **state)
{
    struct text_buf bytes;
    struct dockerfile_line line;
    (void)state;
    text_buf_init(&bytes, 1024 * 1024);
    text_put_z(&bytes, "RUN ");
    for (int i = 0; i < 50000; i++)
        text_put_z(&bytes, "xxxxxxxx\\\n");
    struct dockerfile_reader reader = {.rest = text_buf_view(&bytes)};
    assert_true(dockerfile_next(&reader, &line));
    assert_int_equal(line.word.len + 1 + line.rest.len, DOCKERFILE_LINE_BYTES);
    assert_false(dockerfile_next(&reader, &line));
    text_buf_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joined_lines_are_one_instruction),
        cmocka_unit_test(a_file_that_ends_in_a_backslash_ends),
        cmocka_unit_test(an_endless_instruction_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
