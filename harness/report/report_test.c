/* A run as a person and as CI see it: lines, progress, files, totals. */
#include "report_test_support.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

enum { SHOWN_BYTES = 256 * 1024 };

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/report_test.%d", (int)getpid());
    return mkdir(folder, 0700);
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"out",           "pipe",       "new/junit.xml", "results.tap",
                                        "events.ndjson", "summary.md", "new",           ""};
    char path[128];
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
    return access(folder, F_OK) == 0 ? -1 : 0;
}

static const char *in_folder(const char *name)
{
    static char paths[4][160];
    static size_t next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static const char *content_of(const char *path)
{
    static char text[SHOWN_BYTES];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    ssize_t len = read(fd, text, sizeof text - 1);
    close(fd);
    text[len < 0 ? 0 : len] = '\0';
    return text;
}

static int out_file(void)
{
    int fd = open(in_folder("out"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    return fd;
}

static int count_of(const char *text, const char *part)
{
    int count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part))
        count++;
    return count;
}

static void run_two(struct report *report)
{
    struct scenario_result *passed = scenario_result_new("s/limits/x.yaml", 1, "three an hour", NULL);
    struct scenario_result *failed = golden_failure();
    passed->took_real_ms = 812;
    report_began(report, "limits/three an hour");
    report_ended(report, passed, NULL);
    report_began(report, "retries/a permanent code ends it");
    report_ended(report, failed, NULL);
    scenario_result_free(passed);
    scenario_result_free(failed);
}

static void one_line_a_scenario_and_the_totals_last(void **state)
{
    (void)state;
    struct fail why = {0};
    struct report_options options = {.out = out_file(), .scenarios = 2, .way = "namespace"};
    struct report *report = report_new(&options);
    report_note(report, "sandbox: namespace");
    run_two(report);
    assert_true(report_finish(report, &why));
    assert_string_equal(
        content_of(in_folder("out")),
        "sandbox: namespace\n"
        "ok    limits/three an hour                                                                    0.8 "
        "s\n"
        "FAIL  retries/a permanent code ends it (code=21608)                                           2.1 "
        "s\n"
        "     scenarios/retries/a_permanent_code_ends_it.yaml:14:5: check\n"
        "       messages to awa are not as expected\n"
        "         at                    expected  actual\n"
        "         messages[0].requests  1         2\n"
        "         messages[0].accepted  0         1\n"
        "invariants, and how often 2 scenarios exercised them\n"
        "   1  not exercised       0  an accepted code is never accepted again, also concurrently\n"
        "   2  not exercised       0  at most N wrong guesses are evaluated per code, also concurrently\n"
        "   6  not exercised       0  at most M billed messages per request and per number and window\n"
        "   7  not exercised       0  no retry after a permanent code\n"
        "   9  not exercised       0  channels in the promised order\n"
        "  11  not exercised       0  the code never appears in a response, a log or a URL\n"
        "  16  not exercised       0  a callback with a wrong signature is refused\n"
        "  not judged in this version: 3, 4, 5, 8, 10, 12, 13, 14, 15, 17\n"
        "way: namespace, clock: real\n"
        "1 passed, 1 failed\n");
    report_free(report);
    close(options.out);
}

/* Thirty at once stay readable: whole ones first, then short ones, and a line for each at the end. */
static void many_failures_are_listed_and_their_timelines_left_out(void **state)
{
    (void)state;
    struct fail why = {0};
    struct report_options options = {.out = out_file()};
    struct report *report = report_new(&options);
    struct history *history = golden_history();
    struct scenario_result *failed = golden_failure(),
                           *skipped = scenario_result_new("s/later.yaml", 1, "later", NULL);
    failed->history_path = mem_string("otp-report/history/x.ndjson");
    scenario_result_fail(skipped, "s/later.yaml", 1, 1, "worker", "not run: interrupted");
    skipped->outcome = SCENARIO_SKIPPED;
    for (int i = 0; i < 55; i++)
        report_ended(report, failed, history);
    report_ended(report, skipped, NULL);
    assert_true(report_finish(report, &why));
    const char *said = content_of(in_folder("out"));
    assert_int_equal(count_of(said, "timeline (line, seconds, who, what)"), 10);
    assert_int_equal(count_of(said, "     timeline left out, see otp-report/history/x.ndjson\n"), 45);
    assert_int_equal(
        count_of(said,
                 "  retries/a permanent code ends it (code=21608)  "
                 "scenarios/retries/a_permanent_code_ends_it.yaml:14:5: check: messages to awa are not as "
                 "expected; messages[0].requests: expected 1, got 2\n"),
        50);
    assert_int_equal(count_of(said, "  and 5 more\n1 skipped, the first because: not run: interrupted\n"
                                    "0 passed, 55 failed\n"),
                     1);
    scenario_result_free(failed);
    scenario_result_free(skipped);
    history_free(history);
    report_free(report);
    close(options.out);
}

static void a_terminal_gets_colours_and_a_progress_line(void **state)
{
    (void)state;
    struct fail why = {0};
    struct report_options options = {.out = out_file(), .terminal = true, .colour = true, .scenarios = 7};
    struct report *report = report_new(&options);
    struct scenario_result *passed = scenario_result_new("x.yaml", 1, "x", NULL);
    report_began(report, "x");
    report_ended(report, passed, NULL);
    static const char shown[] = "[0/7] x\r\033[K\033[32mok\033[0m    x";
    assert_memory_equal(content_of(in_folder("out")), shown, sizeof shown - 1);
    report_finish(report, &why);
    scenario_result_free(passed);
    report_free(report);
    close(options.out);
}

static void no_color_and_a_file_take_the_colours_away(void **state)
{
    (void)state;
    struct report_options options = {.out = out_file(), .colour = true, .terminal = true};
    report_options_detect(&options, NULL);
    assert_false(options.terminal);
    assert_false(options.colour);
    close(options.out);
    int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0)
        return;
    options.out = terminal;
    report_options_detect(&options, NULL);
    assert_true(options.colour);
    report_options_detect(&options, "");
    assert_true(options.colour);
    report_options_detect(&options, "1");
    assert_true(options.terminal);
    assert_false(options.colour);
    close(terminal);
}

static void reports_are_written_where_they_are_asked_for(void **state)
{
    (void)state;
    struct fail why = {0};
    char junit[128];
    struct report_options options = {.out = out_file(), .scenarios = 2, .folder = folder};
    struct report *report = report_new(&options);
    snprintf(junit, sizeof junit, "junit=%s/new/junit.xml", folder);
    assert_true(report_add_output(report, junit, &why));
    assert_true(report_add_output(report, "tap", &why));
    assert_true(report_add_output(report, "json", &why));
    run_two(report);
    assert_int_equal(access(in_folder("new/junit.xml"), F_OK), -1);
    assert_true(report_finish(report, &why));
    assert_memory_equal(content_of(in_folder("new/junit.xml")),
                        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", 50);
    assert_memory_equal(content_of(in_folder("results.tap")),
                        "TAP version 13\n1..2\nok 1 - limits/three an hour\n", 48);
    assert_int_equal(access(in_folder("new/junit.xml.part"), F_OK), -1);
    report_free(report);
    close(options.out);
}

static void events_are_written_while_the_run_goes(void **state)
{
    (void)state;
    struct fail why = {0};
    struct report_options options = {.out = out_file(), .scenarios = 2, .folder = folder, .way = "proxy"};
    struct report *report = report_new(&options);
    assert_true(report_add_output(report, "json", &why));
    report_began(report, "limits/x");
    assert_string_equal(content_of(in_folder("events.ndjson")),
                        "{\"event\":\"run\",\"scenarios\":2,\"way\":\"proxy\"}\n"
                        "{\"event\":\"began\",\"scenario\":\"limits/x\"}\n");
    run_two(report);
    assert_true(report_finish(report, &why));
    static const char *const events[] = {"run", "began", "began", "ended", "began", "ended", "finished"};
    struct text rest = text_of(content_of(in_folder("events.ndjson"))), line;
    for (size_t i = 0; i < COUNT_OF(events); i++) {
        assert_true(text_split(&rest, '\n', &line));
        json_t *event = json_loadb(line.at, line.len, 0, NULL);
        assert_text(json_text(event, "event"), events[i]);
        json_decref(event);
    }
    report_free(report);
    close(options.out);
}

/* The step's summary belongs to the whole step: what is there stays. */
static void github_gets_annotations_and_a_summary_behind_what_is_there(void **state)
{
    (void)state;
    struct fail why = {0};
    struct report_options options = {
        .out = out_file(), .scenarios = 2, .folder = folder, .github_summary = in_folder("summary.md")};
    int fd = open(in_folder("summary.md"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, "before\n", 7), 7);
    close(fd);
    struct report *report = report_new(&options);
    assert_true(report_add_output(report, "github", &why));
    run_two(report);
    assert_true(report_finish(report, &why));
    assert_memory_equal(content_of(in_folder("summary.md")), "before\n## otp-harness: 1 passed, 1 failed\n",
                        42);
    const char *said = content_of(in_folder("out"));
    assert_memory_equal(said, "::stop-commands::", 17);
    assert_int_equal(
        count_of(said, "\n::error file=scenarios/retries/a_permanent_code_ends_it.yaml,line=14,col=5,"), 1);
    assert_true(strlen(said) > 20 && strcmp(said + strlen(said) - 19, "1 passed, 1 failed\n") == 0);
    report_free(report);
    close(options.out);
}

static void kinds_and_files_that_cannot_be_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *argument;
        const char *why;
    } rows[] = {
        {"html", "--report html is not in this version: junit, tap, json and github are"},
        {"github=", "\"\" is no name for a report"},
        {"xml", "--report xml: there is no such kind; junit, tap, json and github are"},
        {"", "--report : there is no such kind; junit, tap, json and github are"},
        {"junit=", "\"\" is no name for a report"},
        {"junit=/proc/none/x.xml", "the report cannot be written: No such file or directory"},
    };
    struct report_options options = {.out = out_file()};
    struct report *report = report_new(&options);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        assert_false(report_add_output(report, rows[i].argument, &why));
        assert_string_equal(why.text, rows[i].why);
    }
    report_free(report);
    close(options.out);
}

static void a_full_disk_is_an_error_and_the_other_files_are_written(void **state)
{
    (void)state;
    struct fail why = {0};
    struct report_options options = {.out = out_file(), .folder = folder};
    if (access("/dev/full", W_OK) != 0)
        skip();
    struct report *report = report_new(&options);
    assert_true(report_add_output(report, "json=/dev/full", &why));
    assert_true(report_add_output(report, "tap", &why));
    run_two(report);
    assert_false(report_finish(report, &why));
    assert_string_equal(why.source, "/dev/full");
    assert_string_equal(why.text, "the report cannot be written: No space left on device");
    assert_memory_equal(content_of(in_folder("results.tap")), "TAP version 13\n", 15);
    report_free(report);
    close(options.out);
}

static void a_pipe_is_written_in_place_and_never_moved_over(void **state)
{
    (void)state;
    struct fail why = {0};
    char argument[192], got[15];
    struct report_options options = {.out = out_file()};
    struct report *report = report_new(&options);
    struct stat status;
    assert_int_equal(mkfifo(in_folder("pipe"), 0600), 0);
    int reader = open(in_folder("pipe"), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    snprintf(argument, sizeof argument, "tap=%s", in_folder("pipe"));
    assert_true(report_add_output(report, argument, &why));
    assert_true(report_finish(report, &why));
    assert_int_equal(read(reader, got, sizeof got), 15);
    assert_memory_equal(got, "TAP version 13\n", 15);
    assert_int_equal(stat(in_folder("pipe"), &status), 0);
    assert_true(S_ISFIFO(status.st_mode));
    close(reader);
    report_free(report);
    close(options.out);
}

static void totals_tell_the_outcomes_apart(void **state)
{
    (void)state;
    struct report_options options = {.out = out_file()};
    struct report *report = report_new(&options);
    struct scenario_result *result = scenario_result_new("x.yaml", 1, "x", NULL);
    for (int outcome = 0; outcome < SCENARIO_OUTCOMES; outcome++) {
        result->outcome = (enum scenario_outcome)outcome;
        report_ended(report, result, NULL);
    }
    struct report_totals totals = report_totals(report);
    assert_int_equal(totals.passed, 1);
    assert_int_equal(totals.failed, 4);
    assert_int_equal(totals.skipped, 1);
    assert_int_equal(totals.environment, 1);
    assert_int_equal(totals.invalid, 1);
    assert_int_equal(totals.setup_failed, 1);
    scenario_result_free(result);
    report_free(report);
    close(options.out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_line_a_scenario_and_the_totals_last),
        cmocka_unit_test(many_failures_are_listed_and_their_timelines_left_out),
        cmocka_unit_test(a_terminal_gets_colours_and_a_progress_line),
        cmocka_unit_test(no_color_and_a_file_take_the_colours_away),
        cmocka_unit_test(reports_are_written_where_they_are_asked_for),
        cmocka_unit_test(events_are_written_while_the_run_goes),
        cmocka_unit_test(github_gets_annotations_and_a_summary_behind_what_is_there),
        cmocka_unit_test(kinds_and_files_that_cannot_be_are_refused),
        cmocka_unit_test(a_full_disk_is_an_error_and_the_other_files_are_written),
        cmocka_unit_test(a_pipe_is_written_in_place_and_never_moved_over),
        cmocka_unit_test(totals_tell_the_outcomes_apart),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
