/* The JUnit file, byte for byte. */
#include "report_test_support.h"

#include "report_entry.h"

static struct scenario_result *result_of(const char *file, const char *name, enum scenario_outcome outcome,
                                         const char *message)
{
    struct scenario_result *result = scenario_result_new(file, 1, name, NULL);
    result->took_real_ms = 120;
    if (message != NULL)
        scenario_result_fail(result, file, 3, 5, "steps[0]", message);
    result->outcome = outcome;
    return result;
}

static void families_are_suites_and_outcomes_are_told_apart(void **state)
{
    (void)state;
    struct report_entry entries[] = {
        {.result = result_of("s/retries/a.yaml", "a <b> & \"c\"", SCENARIO_PASSED, NULL), .body = ""},
        {.result = result_of("s/limits/b.yaml", "b", SCENARIO_ENVIRONMENT, "no redis"), .body = "text\n"},
        {.result = golden_failure(), .body = "     line 1 <x>\n     \x1B[31m \xFF\n"},
        {.result = result_of("s/limits/c.yaml", "c", SCENARIO_SKIPPED, "not here"), .body = ""},
    };
    struct report_suite suite = {
        .way = "namespace", .clock = "real", .entries = entries, .entry_count = COUNT_OF(entries)};
    struct text_buf out;
    text_buf_init(&out, 64 * 1024);
    junit_write(&suite, &out);
    assert_string_equal(
        text_buf_z(&out),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites name=\"otp-harness\" tests=\"4\" failures=\"1\" errors=\"1\" time=\"2.494\">\n"
        "  <testsuite name=\"retries\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\" "
        "time=\"2.254\">\n"
        "    <properties>\n"
        "      <property name=\"way\" value=\"namespace\"/>\n"
        "      <property name=\"clock\" value=\"real\"/>\n"
        "    </properties>\n"
        "    <testcase name=\"a &lt;b&gt; &amp; &quot;c&quot;\" classname=\"retries\" "
        "file=\"s/retries/a.yaml\" line=\"1\""
        " time=\"0.120\"/>\n"
        "    <testcase name=\"a permanent code ends it (code=21608)\" classname=\"retries\""
        " file=\"scenarios/retries/a_permanent_code_ends_it.yaml\" line=\"1\" time=\"2.134\">\n"
        "      <failure message=\"scenarios/retries/a_permanent_code_ends_it.yaml:14:5: check: messages to "
        "awa are not as expected; messages[0].requests: expected 1, got 2\" type=\"failed\">     line 1 "
        "&lt;x&gt;\n"
        "     \\x1B[31m \xEF\xBF\xBD\n"
        "</failure>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        "  <testsuite name=\"limits\" tests=\"2\" failures=\"0\" errors=\"1\" skipped=\"1\" time=\"0.240\">\n"
        "    <properties>\n"
        "      <property name=\"way\" value=\"namespace\"/>\n"
        "      <property name=\"clock\" value=\"real\"/>\n"
        "    </properties>\n"
        "    <testcase name=\"b\" classname=\"limits\" file=\"s/limits/b.yaml\" line=\"1\" time=\"0.120\">\n"
        "      <error message=\"s/limits/b.yaml:3:5: steps[0]: no redis\" type=\"environment\">text\n"
        "</error>\n"
        "    </testcase>\n"
        "    <testcase name=\"c\" classname=\"limits\" file=\"s/limits/c.yaml\" line=\"1\" time=\"0.120\">\n"
        "      <skipped message=\"not here\"/>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        "</testsuites>\n");
    text_buf_release(&out);
    for (size_t i = 0; i < COUNT_OF(entries); i++)
        scenario_result_free(entries[i].result);
}

static void a_run_without_scenarios_is_a_file_too(void **state)
{
    (void)state;
    struct report_suite suite = {0};
    struct text_buf out;
    text_buf_init(&out, 4096);
    junit_write(&suite, &out);
    assert_string_equal(
        text_buf_z(&out),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites name=\"otp-harness\" tests=\"0\" failures=\"0\" errors=\"0\" time=\"0.000\">\n"
        "</testsuites>\n");
    text_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(families_are_suites_and_outcomes_are_told_apart),
        cmocka_unit_test(a_run_without_scenarios_is_a_file_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
