/* Annotations, byte for byte: places, escapes, how many are shown, and whose lines are commands. */
#include "report_test_support.h"

#include <sys/stat.h>
#include <unistd.h>

#include "github.h"

enum { MANY = 10000 };

static void write_one(struct text_buf *out, struct scenario_result *result, char *label,
                      const struct github_place *place)
{
    struct report_entry entry = {.result = result, .label = label, .body = ""};
    struct report_suite suite = {.entries = &entry, .entry_count = 1};
    github_annotations_write(&suite, place, out);
    scenario_result_free(result);
}

static void a_failure_is_an_error_on_its_line(void **state)
{
    struct text_buf *out = *state;
    struct github_place place = {.root = "/r", .folder = "/r/tests"};
    write_one(out, golden_failure(), "retries/a permanent code ends it (code=21608)", &place);
    assert_string_equal(
        text_buf_z(out),
        "::error file=tests/scenarios/retries/a_permanent_code_ends_it.yaml,line=14,col=5,"
        "title=retries/a permanent code ends it (code=21608)::check: messages to awa are not as expected"
        "%0Amessages[0].requests: expected 1, got 2%0Amessages[0].accepted: expected 0, got 1\n");
}

static void what_would_end_a_line_or_a_property_is_escaped(void **state)
{
    struct text_buf *out = *state;
    struct github_place place = {.root = NULL};
    struct scenario_result *result = scenario_result_new("a,b:c%\n.yaml", 3, "x", NULL);
    scenario_result_fail(result, NULL, 0, 0, "steps[0]", "100 %, a:b\n::error::mine\r\x1B[31m");
    write_one(out, result, "f/50 %: a, b\n::warning::c", &place);
    assert_string_equal(
        text_buf_z(out),
        "::error file=a%2Cb%3Ac%25%0A.yaml,line=3,title=f/50 %25%3A a%2C b\\x0A%3A%3Awarning%3A%3Ac"
        "::steps[0]: 100 %25, a:b%0A::error::mine\\x0D\\x1B[31m\n");
}

static void paths_are_those_of_the_repository(void **state)
{
    struct text_buf *out = *state;
    static const struct {
        const char *root, *folder, *file, *expected;
    } rows[] = {
        {"/r", "/r", "s/x.yaml", "s/x.yaml"},
        {"/r/", "/r/t", "./s/../x.yaml", "t/x.yaml"},
        {"/r", "/r/t", "../s/x.yaml", "s/x.yaml"},
        {"/r", "/r/t", "/r/s/x.yaml", "s/x.yaml"},
        {"/r", "/r", "/elsewhere/x.yaml", "/elsewhere/x.yaml"}, /* not in the repository */
        {"/r", "/r", "../rs/x.yaml", "../rs/x.yaml"},           /* a name that begins alike */
        {"/r", "/r", "../../../../x.yaml", "../../../../x.yaml"},
        {NULL, "/r", "x.yaml", "x.yaml"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct github_place place = {.root = rows[i].root, .folder = rows[i].folder};
        char expected[128];
        struct scenario_result *result = scenario_result_new(rows[i].file, 1, "x", NULL);
        result->outcome = SCENARIO_FAILED;
        text_buf_clear(out);
        write_one(out, result, "x", &place);
        snprintf(expected, sizeof expected, "::error file=%s,line=1,title=x::failed\n", rows[i].expected);
        assert_string_equal(text_buf_z(out), expected);
    }
}

static size_t lines_with(const struct text_buf *out, const char *start)
{
    size_t count = 0;
    struct text rest = text_buf_view(out), line;
    while (text_split(&rest, '\n', &line))
        count += text_starts(line, start);
    return count;
}

/* `failed` scenarios that failed, then `skipped` ones that were not run. */
static void write_many(struct text_buf *out, size_t failed, size_t skipped)
{
    struct github_place place = {.root = NULL};
    struct report_entry *entries = mem_new((failed + skipped + 1) * sizeof *entries);
    struct scenario_result *bad = golden_failure(), *left = scenario_result_new("y.yaml", 1, "y", NULL);
    scenario_result_fail(left, NULL, 0, 0, "", "not run");
    left->outcome = SCENARIO_SKIPPED;
    for (size_t i = 0; i < failed + skipped; i++)
        entries[i] = (struct report_entry){.result = i < failed ? bad : left, .label = "x", .body = ""};
    struct report_suite suite = {.entries = entries, .entry_count = failed + skipped};
    text_buf_clear(out);
    github_annotations_write(&suite, &place, out);
    scenario_result_free(bad);
    scenario_result_free(left);
    mem_free(entries);
}

static void ten_of_a_kind_are_shown_and_the_last_says_how_many_more(void **state)
{
    struct text_buf *out = *state;
    write_many(out, 10, 0);
    assert_int_equal(lines_with(out, "::error "), 10);
    assert_int_equal(lines_with(out, "::error file="), 10);
    write_many(out, 11, 10);
    assert_int_equal(lines_with(out, "::error file="), 9);
    assert_int_equal(lines_with(out, "::error title=otp-harness::2 more scenarios failed;"), 1);
    assert_int_equal(lines_with(out, "::warning file="), 10);
    write_many(out, MANY, MANY);
    assert_int_equal(lines_with(out, "::error"), 10);
    assert_int_equal(lines_with(out, "::error title=otp-harness::9991 more scenarios failed;"), 1);
    assert_int_equal(lines_with(out, "::warning"), 10);
    assert_int_equal(lines_with(out, "::warning title=otp-harness::9991 more scenarios were not run;"), 1);
}

static void the_real_clock_is_noticed(void **state)
{
    struct text_buf *out = *state;
    struct github_place place = {.root = NULL};
    struct clock_total clocks = {.virtual_scenarios = 3};
    struct report_suite suite = {.clocks = &clocks};
    github_annotations_write(&suite, &place, out);
    assert_string_equal(text_buf_z(out), "");
    clocks.real_scenarios = 2;
    github_annotations_write(&suite, &place, out);
    assert_string_equal(text_buf_z(out), "::notice title=otp-harness::2 scenarios were on the real clock\n");
}

static void the_repository_is_the_workspace_or_has_a_git_folder(void **state)
{
    (void)state;
    char folder[64], git[80], deep[96];
    snprintf(folder, sizeof folder, "/tmp/github_test.%d", (int)getpid());
    snprintf(git, sizeof git, "%s/.git", folder);
    snprintf(deep, sizeof deep, "%s/a", folder);
    assert_int_equal(mkdir(folder, 0700) + mkdir(git, 0700) + mkdir(deep, 0700), 0);
    char *roots[] = {github_root("/w", "/w/a/b"), github_root(NULL, deep), github_root("/w", deep),
                     github_root("", "/"), github_root("/w", "/wide")};
    assert_int_equal(rmdir(deep) + rmdir(git) + rmdir(folder), 0);
    assert_string_equal(roots[0], "/w");
    assert_string_equal(roots[1], folder);
    assert_string_equal(roots[2], folder); /* a workspace that is elsewhere */
    assert_null(roots[3]);
    assert_null(roots[4]);
    for (size_t i = 0; i < COUNT_OF(roots); i++)
        mem_free(roots[i]);
}

static void lines_in_between_are_no_commands(void **state)
{
    struct text_buf *out = *state;
    char token[GITHUB_TOKEN_BYTES], again[GITHUB_TOKEN_BYTES], expected[160];
    github_commands_stop(token, out);
    github_commands_go_on(token, out);
    assert_int_equal(strlen(token), 32);
    snprintf(expected, sizeof expected, "::stop-commands::%s\n::%s::\n", token, token);
    assert_string_equal(text_buf_z(out), expected);
    github_commands_stop(again, out);
    assert_string_not_equal(token, again); /* nobody can guess it */
}

int main(void)
{
#define WITH_OUT(test) cmocka_unit_test_setup_teardown(test, report_out_begin, report_out_end)
    const struct CMUnitTest tests[] = {
        WITH_OUT(a_failure_is_an_error_on_its_line),
        WITH_OUT(what_would_end_a_line_or_a_property_is_escaped),
        WITH_OUT(paths_are_those_of_the_repository),
        WITH_OUT(ten_of_a_kind_are_shown_and_the_last_says_how_many_more),
        WITH_OUT(the_real_clock_is_noticed),
        cmocka_unit_test(the_repository_is_the_workspace_or_has_a_git_folder),
        WITH_OUT(lines_in_between_are_no_commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
