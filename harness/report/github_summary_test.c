/* The summary in Markdown, byte for byte, and its limits. */
#include "report_test_support.h"

#include "github.h"

enum { MANY = 10000 };

static void results_failures_and_the_clock_are_tables(void **state)
{
    struct text_buf *out = *state;
    struct clock_total clocks = {.virtual_scenarios = 2, .virtual_ms = 3660000, .jumps = 7};
    struct report_entry entries[] = {
        {.result = scenario_result_new("x.yaml", 1, "x", NULL), .label = "x", .body = ""},
        {.result = golden_failure(),
         .label = "retries/a <b> | *c*",
         .body = "     one <x> & y\n\n     two\n"},
    };
    struct report_suite suite = {.way = "namespace",
                                 .clocks = &clocks,
                                 .entries = entries,
                                 .entry_count = COUNT_OF(entries),
                                 .room_bytes = GITHUB_SUMMARY_MAX_BYTES};
    github_summary_write(&suite, out);
    assert_string_equal(
        text_buf_z(out),
        "## otp-harness: 1 passed, 1 failed\n\n"
        "| result | scenarios |\n|---|---:|\n| passed | 1 |\n| failed | 1 |\n\n"
        "way: namespace, clock: virtual, 1 h 1 min in 7 jumps\n\n"
        "### Failures\n\n"
        "| scenario | where | what | expected | actual |\n|---|---|---|---|---|\n"
        "| retries/a &lt;b\\> \\| \\*c\\* | scenarios/retries/a\\_permanent\\_code\\_ends\\_it.yaml\\:14 | "
        "messages to awa are not as expected | messages\\[0\\].requests = 1<br>messages\\[0\\].accepted = 0 "
        "| "
        "2<br>1 |\n"
        "\n<details><summary>retries/a &lt;b> | *c*</summary>\n\n"
        "<pre>\n     one &lt;x> &amp; y\n     two\n</pre></details>\n");
    for (size_t i = 0; i < COUNT_OF(entries); i++)
        scenario_result_free(entries[i].result);
}

static void invariants_are_a_table_without_those_of_later(void **state)
{
    struct text_buf *out = *state;
    struct invariant_results invariants;
    invariants_init(&invariants);
    invariants.rows[0].verdict = INVARIANT_HELD;
    invariants.rows[0].exercised = 5;
    struct report_suite suite = {.invariants = &invariants, .room_bytes = GITHUB_SUMMARY_MAX_BYTES};
    github_summary_write(&suite, out);
    assert_non_null(strstr(
        text_buf_z(out), "| 1 | an accepted code is never accepted again, also concurrently | held | 5 |\n"));
    assert_null(strstr(text_buf_z(out), "a later issue"));
    invariants_release(&invariants);
}

/* The sentence about what was left out, or the number of whole rows. */
static size_t write_many(struct text_buf *out, size_t room_bytes, char *label)
{
    struct report_entry *entries = mem_new(MANY * sizeof *entries);
    struct scenario_result *bad = golden_failure();
    for (size_t i = 0; i < MANY; i++)
        entries[i] = (struct report_entry){.result = bad, .label = label, .body = "     text\n"};
    struct report_suite suite = {.entries = entries, .entry_count = MANY, .room_bytes = room_bytes};
    text_buf_clear(out);
    github_summary_write(&suite, out);
    scenario_result_free(bad);
    mem_free(entries);
    size_t rows = 0;
    struct text rest = text_buf_view(out), line;
    while (text_split(&rest, '\n', &line))
        rows += text_starts(line, "| name ");
    return rows;
}

static void a_summary_never_grows_beyond_its_limit_and_says_what_is_missing(void **state)
{
    struct text_buf *out = *state;
    static const size_t rooms[] = {GITHUB_SUMMARY_MAX_BYTES, GITHUB_SUMMARY_MAX_BYTES / 2, 2000, 1000};
    char said[80];
    for (size_t i = 0; i < COUNT_OF(rooms); i++) {
        size_t rows = write_many(out, rooms[i], "name");
        assert_true(out->len <= rooms[i]);
        assert_false(out->overflowed);
        snprintf(said, sizeof said, "\n%zu more failures are left out: a summary holds 1 MiB;", MANY - rows);
        assert_non_null(strstr(text_buf_z(out), said));
    }
    assert_true(write_many(out, GITHUB_SUMMARY_MAX_BYTES, "name") > 3000); /* most of the room is used */
}

static void without_room_there_is_one_sentence_and_then_nothing(void **state)
{
    struct text_buf *out = *state;
    write_many(out, 300, "name");
    assert_string_equal(text_buf_z(out),
                        "otp-harness: there is no room left for its summary; the log has it\n");
    write_many(out, 0, "name");
    assert_int_equal(out->len, 0);
}

int main(void)
{
#define WITH_OUT(test) cmocka_unit_test_setup_teardown(test, report_out_begin, report_out_end)
    const struct CMUnitTest tests[] = {
        WITH_OUT(results_failures_and_the_clock_are_tables),
        WITH_OUT(invariants_are_a_table_without_those_of_later),
        WITH_OUT(a_summary_never_grows_beyond_its_limit_and_says_what_is_missing),
        WITH_OUT(without_room_there_is_one_sentence_and_then_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
