/* Connections and planned faults; delays that chance draws. */
#include "test_support.h"
#include "fault_rules.h"

static const struct fault_request connecting = {.provider = {"twilio", 6}, .operation = {"connect", 7}};
static const struct fault_request resolving = {.provider = {"twilio", 6}, .operation = {"resolve", 7}};
static const struct fault_request creating = {.provider = {"twilio", 6}, .operation = {"message.create", 14}};

static void a_connection_uses_up_no_rule_that_does_not_name_it(void **state)
{
    (void)state;
    struct fault_rule rule = {
        .when = FAULT_FIRST, .count = 1, .outcome_count = 1, .outcomes = {{FAULT_STATUS, 503}}};
    struct fault_rule *rules[] = {&rule};
    assert_null(fault_rules_judge(rules, 1, &connecting, 0, 0.5, 0.5).rule);
    assert_null(fault_rules_judge(rules, 1, &resolving, 0, 0.5, 0.5).rule);
    assert_int_equal(rule.matched, 0);
    assert_non_null(fault_rules_judge(rules, 1, &creating, 0, 0.5, 0.5).rule);
}

static void a_rule_for_connections_hits_them_and_nothing_else(void **state)
{
    (void)state;
    struct fault_rule rule = {
        .operation = TEXT("connect"), .outcome_count = 1, .outcomes = {{FAULT_WIRE, FAULT_RESET}}};
    struct fault_rule *rules[] = {&rule};
    assert_null(fault_rules_judge(rules, 1, &creating, 0, 0.5, 0.5).rule);
    assert_non_null(fault_rules_judge(rules, 1, &connecting, 0, 0.5, 0.5).rule);
    assert_int_equal(rule.matched, 1);
}

static void a_drawn_delay_has_an_end(void **state)
{
    (void)state;
    struct fault_rule rule = {.delay = FAULT_LOGNORMAL, .delay_ms = INT64_C(3155760000000), .sigma = 5};
    struct fault_rule *rules[] = {&rule};
    assert_int_equal(fault_rules_judge(rules, 1, &creating, 0, 0.999999, 0).delay_ms, 86400000);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_uses_up_no_rule_that_does_not_name_it),
        cmocka_unit_test(a_rule_for_connections_hits_them_and_nothing_else),
        cmocka_unit_test(a_drawn_delay_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
