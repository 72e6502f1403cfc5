/* Results as values: labels, families, the way through a pipe. */
#include "report_test_support.h"

static void the_family_is_the_folder_of_the_file(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        const char *case_name;
        const char *label;
    } rows[] = {{"scenarios/retries/x.yaml", NULL, "retries/it works"},
                {"retries/x.yaml", NULL, "retries/it works"},
                {"x.yaml", NULL, "it works"},
                {"./x.yaml", NULL, "it works"},
                {"../x.yaml", "who=a landline", "it works (who=a landline)"},
                {"/tmp/deep/er/x.yaml", NULL, "er/it works"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct scenario_result *result = scenario_result_new(rows[i].file, 1, "it works", rows[i].case_name);
        struct text_buf label;
        text_buf_init(&label, 256);
        assert_string_equal(scenario_result_label(result, &label), rows[i].label);
        text_buf_release(&label);
        scenario_result_free(result);
    }
}

static void a_failure_changes_a_passed_outcome_and_no_other(void **state)
{
    (void)state;
    struct scenario_result *result = scenario_result_new("x.yaml", 1, "x", NULL);
    scenario_result_fail(result, NULL, 0, 0, "s", "m");
    assert_int_equal(result->outcome, SCENARIO_FAILED);
    result->outcome = SCENARIO_SETUP_FAILED;
    scenario_result_fail(result, NULL, 0, 0, "s", "m");
    assert_int_equal(result->outcome, SCENARIO_SETUP_FAILED);
    scenario_result_free(result);
}

static void broken_invariants_fail_the_scenario(void **state)
{
    (void)state;
    struct scenario_result *result = scenario_result_new("x.yaml", 3, "x", NULL);
    struct invariant_results invariants;
    invariants_init(&invariants);
    scenario_result_judge(result, &invariants);
    assert_int_equal(result->outcome, SCENARIO_PASSED);
    invariants.rows[6].verdict = INVARIANT_BROKEN;
    invariants.rows[6].text = mem_string("lines 3 and 4");
    scenario_result_judge(result, &invariants);
    assert_int_equal(result->outcome, SCENARIO_FAILED);
    assert_int_equal(result->failure_count, 1);
    assert_string_equal(result->failures[0].step, "invariant 7");
    assert_string_equal(result->failures[0].message, "lines 3 and 4");
    assert_string_equal(result->failures[0].detail, "no retry after a permanent code");
    assert_null(invariants.rows[6].text);
    scenario_result_free(result);
}

static void a_result_survives_the_way_through_json(void **state)
{
    (void)state;
    struct scenario_result *result = golden_failure();
    result->invariants.rows[0].exercised = 4;
    result->virtual_ms = 600000;
    result->history_path = mem_string("otp-report/a.ndjson");
    scenario_failure_set_detail(&result->failures[0], "more\nlines");
    json_t *value = scenario_result_to_json(result);
    struct fail why = {0};
    struct scenario_result *same = scenario_result_from_json(value, &why);
    assert_non_null(same);
    json_t *again = scenario_result_to_json(same);
    assert_true(json_equal(value, again));
    assert_string_equal(same->failures[0].differences[1].actual, "1");
    assert_int_equal(same->failures[0].col, 5);
    assert_string_equal(same->family, "retries");
    assert_int_equal(same->invariants.rows[0].exercised, 4);
    json_decref(again);
    json_decref(value);
    scenario_result_free(same);
    scenario_result_free(result);
}

static void what_is_no_result_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        const char *why;
    } rows[] = {
        {"{}", "a scenario's result has a file, a name and an outcome"},
        {"{\"file\":\"x\",\"name\":\"x\",\"outcome\":\"great\"}",
         "a scenario's result has a file, a name and an outcome"},
        {"{\"file\":\"x\",\"name\":\"x\",\"outcome\":\"passed\"}", "a scenario's result has 17 invariants"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        json_t *value = json_loads(rows[i].json, 0, NULL);
        assert_null(scenario_result_from_json(value, &why));
        assert_string_equal(why.text, rows[i].why);
        json_decref(value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_family_is_the_folder_of_the_file),
        cmocka_unit_test(a_failure_changes_a_passed_outcome_and_no_other),
        cmocka_unit_test(broken_invariants_fail_the_scenario),
        cmocka_unit_test(a_result_survives_the_way_through_json),
        cmocka_unit_test(what_is_no_result_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
