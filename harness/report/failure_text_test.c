/* The harness's own failure messages, word for word. */
#include "report_test_support.h"

#include "failure_text.h"

static void assert_failure(const struct scenario_result *result, const struct history *history,
                           const char *expected)
{
    struct text_buf out;
    text_buf_init(&out, 64 * 1024);
    failure_text(result, history, &out);
    assert_string_equal(text_buf_z(&out), expected);
    text_buf_release(&out);
}

static void a_failed_check_is_shown_with_its_timeline(void **state)
{
    (void)state;
    struct scenario_result *result = golden_failure();
    struct history *history = golden_history();
    result->history_path = mem_string("otp-report/a.ndjson");
    assert_failure(
        result, history,
        "     scenarios/retries/a_permanent_code_ends_it.yaml:14:5: check\n"
        "       messages to awa are not as expected\n"
        "         at                    expected  actual\n"
        "         messages[0].requests  1         2\n"
        "         messages[0].accepted  0         1\n"
        "     timeline (line, seconds, who, what) of otp-report/a.ndjson\n"
        "         1     0.000  harness     a permanent code ends it, way namespace, clock real\n"
        "         2     0.002  harness     -- steps --\n"
        "         3     0.003  harness     steps[0] login, line 9\n"
        "         4     0.004  client      [1] awa > POST /api/auth/login "
        "{\"phoneNumber\":\"+243810000001\"}\n"
        "         5     0.012  provider    message.create sms to +243810000001 -> 400 code 21608\n"
        "         7     0.014  backend     trying again\\x1B[31m !\n"
        "         8     2.015  provider    message.create sms to +243810000001 -> 201 (planned: pass) "
        "SM012345…\n"
        "         9     2.016  provider    SM012345… queued on sms to +243810000001: Your code is 482913\n"
        "        10     2.030  client      [1] < 200 {\"success\":true}\n"
        "        12     2.040  callback    SM012345… delivered, signature wrong -> 403\n"
        "        13     2.041  sandbox     refused: updates.example.com\n"
        "        14     2.042  sandbox     refused: 192.0.2.7 port 443\n"
        "        15     2.050  harness     messages[0].requests: expected 1, actual 2\n");
    history_free(history);
    scenario_result_free(result);
}

static void a_failure_without_a_place_or_a_history_is_short(void **state)
{
    (void)state;
    struct scenario_result *result = scenario_result_new("x.yaml", 1, "x", NULL);
    result->outcome = SCENARIO_ENVIRONMENT;
    struct scenario_failure *failure =
        scenario_result_fail(result, NULL, 0, 0, "backend", "it ended before it was ready");
    scenario_failure_set_detail(failure, "exit status 1, its last lines:\n  \x1B[31mError\x1B[0m: no port\n");
    assert_failure(result, NULL,
                   "     backend\n"
                   "       it ended before it was ready\n"
                   "       exit status 1, its last lines:\n"
                   "         \\x1B[31mError\\x1B[0m: no port\n");
    assert_int_equal(result->outcome, SCENARIO_ENVIRONMENT);
    scenario_result_free(result);
}

static void values_too_long_for_a_table_stand_one_above_the_other(void **state)
{
    (void)state;
    struct scenario_result *result = scenario_result_new("x.yaml", 1, "x", NULL);
    struct scenario_failure *failure =
        scenario_result_fail(result, "x.yaml", 7, 0, "steps[0] login", "the answer differs");
    scenario_failure_differs(failure, "$.message",
                             "\"A code is on its way to the number that you gave us just now\"",
                             "\"No code is on its way to the number that you gave us just now\"");
    scenario_failure_differs(failure, "status", "200", "502");
    assert_failure(result, NULL,
                   "     x.yaml:7: steps[0] login\n"
                   "       the answer differs\n"
                   "         $.message\n"
                   "           expected  \"A code is on its way to the number that you gave us just now\"\n"
                   "           actual    \"No code is on its way to the number that you gave us just now\"\n"
                   "         status\n"
                   "           expected  200\n"
                   "           actual    502\n");
    scenario_result_free(result);
}

static void a_scenario_that_passed_has_no_text(void **state)
{
    (void)state;
    struct scenario_result *result = scenario_result_new("x.yaml", 1, "x", NULL);
    struct history *history = golden_history();
    assert_failure(result, history, "");
    history_free(history);
    scenario_result_free(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failed_check_is_shown_with_its_timeline),
        cmocka_unit_test(a_failure_without_a_place_or_a_history_is_short),
        cmocka_unit_test(values_too_long_for_a_table_stand_one_above_the_other),
        cmocka_unit_test(a_scenario_that_passed_has_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
