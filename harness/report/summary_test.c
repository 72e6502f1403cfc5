/* What a whole run says at its end. */
#include "report_test_support.h"

#include "summary.h"

static void assert_summary(const struct summary *summary, const char *expected)
{
    struct text_buf out;
    text_buf_init(&out, 64 * 1024);
    summary_write(summary, &out);
    assert_string_equal(text_buf_z(&out), expected);
    text_buf_release(&out);
}

static void nothing_ran_nothing_said(void **state)
{
    (void)state;
    struct summary *summary = summary_new();
    assert_summary(summary, "");
    summary_free(summary);
}

static void counts_verdicts_and_refused_connections(void **state)
{
    (void)state;
    struct summary *summary = summary_new();
    struct history *history = golden_history();
    struct scenario_result *failed = golden_failure(), *passed = scenario_result_new("x.yaml", 1, "x", NULL);
    failed->invariants.rows[0] = (struct invariant_result){
        .number = 1, .title = failed->invariants.rows[0].title, .verdict = INVARIANT_HELD, .exercised = 2};
    failed->invariants.rows[6].verdict = INVARIANT_BROKEN;
    failed->invariants.rows[6].exercised = 1;
    failed->invariants.rows[6].text = mem_string("+243810000001 was tried again: lines 3 and 4");
    passed->invariants.rows[0].verdict = INVARIANT_HELD;
    passed->invariants.rows[0].exercised = 40;
    summary_add(summary, failed, "retries/a", history);
    summary_add(summary, passed, "x", NULL);
    summary_add(summary, passed, "y", history);
    assert_summary(
        summary,
        "invariants, and how often 3 scenarios exercised them\n"
        "   1  held               82  an accepted code is never accepted again, also concurrently\n"
        "   2  not exercised       0  at most N wrong guesses are evaluated per code, also concurrently\n"
        "   6  not exercised       0  at most M billed messages per request and per number and window\n"
        "   7  broken              1  no retry after a permanent code\n"
        "                             +243810000001 was tried again: lines 3 and 4\n"
        "   9  not exercised       0  channels in the promised order\n"
        "  11  not exercised       0  the code never appears in a response, a log or a URL\n"
        "  16  not exercised       0  a callback with a wrong signature is refused\n"
        "  not judged in this version: 3, 4, 5, 8, 10, 12, 13, 14, 15, 17\n"
        "refused connections\n"
        "  updates.example.com, 2 times, first in retries/a\n"
        "  192.0.2.7 port 443, 2 times, first in retries/a\n");
    scenario_result_free(failed);
    scenario_result_free(passed);
    history_free(history);
    summary_free(summary);
}

static void targets_beyond_the_named_ones_are_counted(void **state)
{
    (void)state;
    struct summary *summary = summary_new();
    struct history *history = history_open(NULL, (struct history_time){0}, NULL);
    struct scenario_result *passed = scenario_result_new("x.yaml", 1, "x", NULL);
    char fields[64];
    for (int i = 0; i < 23; i++) {
        snprintf(fields, sizeof fields, "{'name':'host%d.example.com','port':53}", i);
        note(history, i, HISTORY_REFUSED, fields);
    }
    summary_add(summary, passed, "x", history);
    struct text_buf out;
    text_buf_init(&out, 64 * 1024);
    summary_write(summary, &out);
    assert_non_null(
        strstr(text_buf_z(&out), "  host19.example.com port 53, 1 time, first in x\n  and 3 more\n"));
    text_buf_release(&out);
    json_t *value = summary_to_json(summary);
    assert_int_equal(json_array_size(json_object_get(value, "refused")), 20);
    json_decref(value);
    scenario_result_free(passed);
    history_free(history);
    summary_free(summary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_ran_nothing_said),
        cmocka_unit_test(counts_verdicts_and_refused_connections),
        cmocka_unit_test(targets_beyond_the_named_ones_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
