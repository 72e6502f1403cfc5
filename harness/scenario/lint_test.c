/* The exact words of every error, from files that must fail: fixtures/must_fail/lint/NAME.yaml and
 * NAME.expected beside it. Files named profile_… are profiles, all others scenarios for the profile
 * backend.yaml. After a change of words, and only then: `lint_test --write` writes the .expected files anew;
 * read the difference before you commit it. */
#include "test_support.h"

#include <dirent.h>
#include <stdio.h>

#include "lint.h"
#include "mem.h"

#define FOLDER "fixtures/must_fail/lint"

enum { OUTPUT_MAX_BYTES = 256 * 1024, FILES_MAX = 200 };

static bool write_anew;

static void lint_file(const char *path, bool is_profile, struct problems *problems)
{
    struct profile *profile = profile_read(is_profile ? path : FOLDER "/backend.yaml", problems);
    struct scenario *scenario = is_profile ? NULL : scenario_read(path, problems);
    if (is_profile && profile != NULL)
        lint_profile(profile, problems);
    if (scenario != NULL)
        lint_scenario(scenario, profile, problems);
    scenario_free(scenario);
    profile_free(profile);
}

static void read_whole(const char *path, struct text_buf *out)
{
    char piece[4096];
    size_t got;
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return;
    while ((got = fread(piece, 1, sizeof piece, file)) > 0)
        text_put(out, text_span(piece, got));
    fclose(file);
}

static void write_whole(const char *path, const struct text_buf *content)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(content->at, 1, content->len, file), content->len);
    assert_int_equal(fclose(file), 0);
}

static void check_file(const char *name)
{
    struct text_buf path, golden, expected, actual;
    text_buf_init(&path, 512);
    text_buf_init(&golden, 512);
    text_buf_init(&expected, OUTPUT_MAX_BYTES);
    text_buf_init(&actual, OUTPUT_MAX_BYTES);
    text_putf(&path, FOLDER "/%s", name);
    text_putf(&golden, FOLDER "/%.*s.expected", (int)(strrchr(name, '.') - name), name);
    struct problems *problems = problems_new();
    lint_file(text_buf_z(&path), strncmp(name, "profile_", 8) == 0, problems);
    problems_write(problems, &actual);
    problems_free(problems);
    if (write_anew)
        write_whole(text_buf_z(&golden), &actual);
    read_whole(text_buf_z(&golden), &expected);
    if (actual.len == 0 || !text_equal(text_buf_view(&actual), text_buf_view(&expected)))
        fail_msg("%s\n--- expected\n%s--- got\n%s", name, text_buf_z(&expected), text_buf_z(&actual));
    text_buf_release(&path);
    text_buf_release(&golden);
    text_buf_release(&expected);
    text_buf_release(&actual);
}

static void every_broken_file_gets_exactly_its_errors(void **state)
{
    (void)state;
    size_t checked = 0;
    DIR *folder = opendir(FOLDER);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL && checked < FILES_MAX;) {
        struct text name = text_of(entry->d_name);
        bool broken = text_ends(name, ".yaml") || text_ends(name, ".bytes");
        if (!broken || text_is(name, "backend.yaml") || text_is(name, "repeated_sentence.yaml"))
            continue;
        check_file(entry->d_name);
        checked++;
    }
    closedir(folder);
    assert_true(checked >= 22);
}

static void a_sentence_is_unique_in_the_run(void **state)
{
    (void)state;
    struct problems *problems = problems_new();
    struct text_buf out;
    text_buf_init(&out, 4096);
    struct scenario *one = scenario_read(FOLDER "/numbers_that_may_be_codes.yaml", problems);
    struct scenario *other = scenario_read(FOLDER "/repeated_sentence.yaml", problems);
    assert_non_null(one);
    assert_non_null(other);
    lint_sentences((const struct scenario *const[]){one, other}, 2, problems);
    problems_write(problems, &out);
    assert_string_equal(
        text_buf_z(&out),
        "fixtures/must_fail/lint/repeated_sentence.yaml:1:11: error: another scenario has this sentence: "
        "fixtures/must_fail/lint/numbers_that_may_be_codes.yaml:1\n"
        "    1 | scenario: A plain number as long as a code is only a warning\n"
        "      |           ^\n");
    text_buf_release(&out);
    scenario_free(one);
    scenario_free(other);
    problems_free(problems);
}

static void without_a_profile_only_the_file_itself_is_checked(void **state)
{
    (void)state;
    struct problems *problems = problems_new();
    struct scenario *scenario =
        scenario_read_text("a.yaml",
                           TEXT("scenario: A\npeople: { awa: {} }\nsteps: [ { sing-in: { phone: $awa } }, { "
                                "login: { phone: $b } } ]\n"),
                           problems);
    assert_non_null(scenario);
    lint_scenario(scenario, NULL, problems);
    assert_int_equal(problems_errors(problems), 1); /* $b */
    scenario_free(scenario);
    problems_free(problems);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_broken_file_gets_exactly_its_errors),
        cmocka_unit_test(a_sentence_is_unique_in_the_run),
        cmocka_unit_test(without_a_profile_only_the_file_itself_is_checked),
    };
    write_anew = argc == 2 && strcmp(argv[1], "--write") == 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
