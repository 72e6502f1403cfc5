/* How findings look, to a person and to a program. */
#include <stdio.h>

#include "test_support.h"
#include "doctor_findings.h"

static char *shown(const struct doctor_findings *findings, bool colour, bool json)
{
    char *bytes = NULL;
    size_t len;
    FILE *out = open_memstream(&bytes, &len);
    assert_non_null(out);
    if (json)
        doctor_print_json(findings, out);
    else
        doctor_print(findings, colour, out);
    fclose(out);
    return bytes;
}

static struct doctor_findings *some(void)
{
    struct doctor_findings *findings = doctor_findings_new();
    doctor_group(findings, "clock");
    doctor_add(findings, DOCTOR_OK, "virtual", "works");
    doctor_group(findings, "settings of %s", "a.env");
    struct doctor_finding *finding =
        doctor_add(findings, DOCTOR_PROBLEM, "TWILIO_FROM", "is \x1b[31m%s", "odd");
    finding->code = 21212;
    snprintf(finding->where, sizeof finding->where, "a.env:3");
    doctor_advise(finding, "write it as +1");
    snprintf(finding->command, sizeof finding->command, "true");
    return findings;
}

static void columns_are_aligned_and_control_characters_harmless(void **state)
{
    struct doctor_findings *findings = some();
    char *text = shown(findings, false, false);
    (void)state;
    assert_string_equal(text, "clock\n"
                              "  ok       virtual      works\n"
                              "\n"
                              "settings of a.env\n"
                              "  PROBLEM  TWILIO_FROM  is ?[31modd (error 21212)  [a.env:3]\n"
                              "                        -> write it as +1\n"
                              "                        $ true\n"
                              "\n"
                              "1 ok, 0 warnings, 1 problem\n");
    free(text);
    doctor_findings_free(findings);
}

static void colours_are_there_when_they_are_wanted(void **state)
{
    struct doctor_findings *findings = some();
    char *text = shown(findings, true, false);
    (void)state;
    assert_non_null(strstr(text, "\033[31mPROBLEM\033[0m"));
    assert_non_null(strstr(text, "\033[1mclock\033[0m"));
    free(text);
    doctor_findings_free(findings);
}

static void json_holds_every_part(void **state)
{
    struct doctor_findings *findings = some();
    char *text = shown(findings, false, true);
    (void)state;
    assert_string_equal(
        text,
        "{\"findings\":[{\"level\":\"ok\",\"group\":\"clock\",\"subject\":\"virtual\",\"text\":\"works\"},"
        "{\"level\":\"problem\",\"group\":\"settings of a.env\",\"subject\":\"TWILIO_FROM\",\"text\":\"is "
        "\\u001B[31modd\",\"where\":\"a.env:3\",\"advice\":\"write it as "
        "+1\",\"command\":\"true\",\"code\":21212}],"
        "\"ok\":1,\"warnings\":0,\"problems\":1}\n");
    free(text);
    doctor_findings_free(findings);
}

static void a_secret_shows_its_ends_only(void **state)
{
    char out[DOCTOR_SUBJECT_BYTES];
    (void)state;
    assert_string_equal(doctor_masked(TEXT("0123456789abcdef0123456789abcdef"), out),
                        "01...ef (32 characters)");
    assert_string_equal(doctor_masked(TEXT("short"), out), "... (5 characters)");
    assert_string_equal(doctor_masked(TEXT(""), out), "... (0 characters)");
}

static void more_findings_than_fit_are_counted(void **state)
{
    struct doctor_findings *findings = doctor_findings_new();
    (void)state;
    for (int i = 0; i < DOCTOR_FINDINGS_MAX + 7; i++)
        doctor_add(findings, DOCTOR_NOTE, "x", "%d", i);
    char *text = shown(findings, false, false);
    assert_non_null(strstr(text, "and 7 findings more\n"));
    assert_null(doctor_at(findings, DOCTOR_FINDINGS_MAX));
    free(text);
    doctor_findings_free(findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_aligned_and_control_characters_harmless),
        cmocka_unit_test(colours_are_there_when_they_are_wanted),
        cmocka_unit_test(json_holds_every_part),
        cmocka_unit_test(a_secret_shows_its_ends_only),
        cmocka_unit_test(more_findings_than_fit_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
