/* The TAP file, byte for byte. */
#include "report_test_support.h"

#include "report_entry.h"

static void passed_failed_and_skipped_lines(void **state)
{
    (void)state;
    struct report_entry entries[] = {
        {.result = scenario_result_new("x.yaml", 1, "x", NULL), .label = "a/number #1", .body = ""},
        {.result = golden_failure(),
         .label = "retries/a \"permanent\" code",
         .body = "     one\n\n     two\x01\n"},
        {.result = scenario_result_new("y.yaml", 1, "y", NULL), .label = "y", .body = ""},
    };
    scenario_result_fail(entries[2].result, NULL, 0, 0, "", "needs namespaces");
    entries[2].result->outcome = SCENARIO_SKIPPED;
    struct report_suite suite = {
        .way = "namespace", .clock = "virtual", .entries = entries, .entry_count = COUNT_OF(entries)};
    struct text_buf out;
    text_buf_init(&out, 64 * 1024);
    tap_write(&suite, &out);
    assert_string_equal(text_buf_z(&out),
                        "TAP version 13\n"
                        "1..3\n"
                        "# way: namespace, clock: virtual\n"
                        "ok 1 - a/number \\#1\n"
                        "not ok 2 - retries/a \"permanent\" code\n"
                        "  ---\n"
                        "  message: \"scenarios/retries/a_permanent_code_ends_it.yaml:14:5: check: messages "
                        "to awa are not as expected; messages[0].requests: expected 1, got 2\"\n"
                        "  severity: failed\n"
                        "  file: \"scenarios/retries/a_permanent_code_ends_it.yaml\"\n"
                        "  line: 1\n"
                        "  text: |\n"
                        "         one\n"
                        "         two\\x01\n"
                        "  ...\n"
                        "ok 3 - y # SKIP needs namespaces\n");
    text_buf_release(&out);
    for (size_t i = 0; i < COUNT_OF(entries); i++)
        scenario_result_free(entries[i].result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passed_failed_and_skipped_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
