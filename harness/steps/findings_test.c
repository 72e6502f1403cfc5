/* The list of what did not hold: its bounds, and taking back. */
#include "test_support.h"

#include <stdio.h>

#include "findings.h"

static const struct place here = {"a.yaml", 3, 5};

static void a_finding_keeps_what_it_was_given(void **state)
{
    (void)state;
    char word[] = "sent";
    struct findings *findings = findings_new();
    struct finding *finding = findings_add(findings, here, "steps[0]", "%s is wrong", word);
    finding_differs(finding, "status", text_of(word), TEXT("502"));
    word[0] = 'S';
    finding_put_detail(finding, TEXT("one\n"));
    finding_put_detail(finding, TEXT("two\n"));
    const struct finding *kept = findings_at(findings, 0);
    assert_string_equal(kept->message, "sent is wrong");
    assert_string_equal(kept->step, "steps[0]");
    assert_string_equal(kept->detail, "one\ntwo\n");
    assert_string_equal(kept->differences[0].expected, "sent");
    assert_int_equal(kept->at.line, 3);
    findings_free(findings);
}

static void what_is_judged_again_can_be_taken_back(void **state)
{
    (void)state;
    struct findings *findings = findings_new();
    findings_add(findings, here, "a", "first");
    findings_add(findings, here, "b", "second");
    findings_cut(findings, 1);
    assert_int_equal(findings_count(findings), 1);
    assert_string_equal(findings_at(findings, 0)->message, "first");
    findings_free(findings);
}

static void more_than_the_bound_is_counted(void **state)
{
    (void)state;
    struct findings *findings = findings_new();
    for (int i = 0; i < FINDINGS_MAX + 7; i++)
        findings_add(findings, here, "x", "finding %d", i);
    assert_int_equal(findings_count(findings), 50);
    assert_string_equal(findings_at(findings, 49)->message, "finding 56");
    assert_string_equal(findings_at(findings, 49)->detail, "(7 more before this one are not shown)\n");
    findings_free(findings);
}

static void differences_and_texts_are_bounded(void **state)
{
    (void)state;
    struct findings *findings = findings_new();
    struct finding *finding = findings_add(findings, here, "x", "many");
    for (int i = 0; i < 100; i++)
        finding_differs(finding, "at", TEXT("1"), TEXT("2"));
    for (int i = 0; i < 5000; i++)
        finding_put_detail(finding, TEXT("0123456789"));
    assert_int_equal(finding->difference_count, 40);
    assert_true(strlen(finding->detail) <= FINDING_TEXT_MAX_BYTES);
    findings_free(findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_finding_keeps_what_it_was_given),
        cmocka_unit_test(what_is_judged_again_can_be_taken_back),
        cmocka_unit_test(more_than_the_bound_is_counted),
        cmocka_unit_test(differences_and_texts_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
