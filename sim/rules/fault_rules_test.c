/* Planned faults: who is hit, when, by which rule. */
#include "test_support.h"
#include "fault_rules.h"

static const struct fault_request sms_to_awa = {.provider = {"twilio", 6},
                                                .operation = {"message.create", 14},
                                                .channel = {"sms", 3},
                                                .to = {"+243810000001", 13}};

/* The numbers of the requests (from 1) among six that a rule hits, as text. */
static void hits_of(struct fault_rule *rule, char out[8])
{
    size_t len = 0;
    for (int i = 1; i <= 6; i++) {
        struct fault_decision decision = fault_rules_judge(&rule, 1, &sms_to_awa, 1000 * i, 0.5, 0.5);
        if (decision.rule != NULL)
            out[len++] = (char)('0' + i);
    }
    out[len] = '\0';
}

static void each_way_of_counting_hits_its_own_requests(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct fault_rule rule;
        const char *hits;
    } rows[] = {
        {"no condition", {.when = FAULT_ALWAYS}, "123456"},
        {"first: 2", {.when = FAULT_FIRST, .count = 2}, "12"},
        {"nth: 3", {.when = FAULT_NTH, .count = 3}, "3"},
        {"every: 2", {.when = FAULT_EVERY, .count = 2}, "246"},
        {"after: 4", {.when = FAULT_AFTER, .count = 4}, "56"},
        {"between: [2s, 4s]", {.when = FAULT_BETWEEN, .from_ms = 2000, .to_ms = 4000}, "23"},
        {"chance above", {.when = FAULT_CHANCE, .chance = 0.6}, "123456"},
        {"chance below", {.when = FAULT_CHANCE, .chance = 0.4}, ""},
        {"two in turn, then nothing",
         {.when = FAULT_ALWAYS,
          .in_turn = true,
          .outcome_count = 2,
          .outcomes = {{FAULT_STATUS, 503}, {FAULT_STATUS, 500}}},
         "12"},
        {"in turn from the second on",
         {.when = FAULT_AFTER,
          .count = 1,
          .in_turn = true,
          .outcome_count = 2,
          .outcomes = {{FAULT_STATUS, 503}, {FAULT_STATUS, 500}}},
         "23"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fault_rule rule = rows[i].rule;
        char hits[8];
        hits_of(&rule, hits);
        if (strcmp(hits, rows[i].hits) != 0)
            fail_msg("%s: expected %s, got %s", rows[i].why, rows[i].hits, hits);
        assert_int_equal(rule.matched, 6);
    }
}

static void a_rule_matches_only_whom_it_names(void **state)
{
    (void)state;
    static const struct {
        struct fault_rule rule;
        bool matches;
    } rows[] = {
        {{.channel = {"sms", 3}}, true},
        {{.channel = {"whatsapp", 8}}, false},
        {{.to = {"+243810000001", 13}, .operation = {"message.create", 14}}, true},
        {{.to = {"+243810000002", 13}}, false},
        {{.operation = {"message.fetch", 13}}, false},
        {{.provider = {"vonage", 6}}, false},
        {{.from = {"+15005550006", 12}}, false},
        {{.off = true}, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(fault_rule_matches(&rows[i].rule, &sms_to_awa), rows[i].matches);
}

static void the_first_due_rule_acts_alone_but_all_count(void **state)
{
    (void)state;
    struct fault_rule first = {
        .when = FAULT_NTH, .count = 2, .outcome_count = 1, .outcomes = {{FAULT_STATUS, 500}}};
    struct fault_rule second = {.when = FAULT_ALWAYS, .outcome_count = 1, .outcomes = {{FAULT_STATUS, 503}}};
    struct fault_rule *rules[] = {&first, &second};
    static const int expected[] = {503, 500, 503};
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        struct fault_decision decision = fault_rules_judge(rules, 2, &sms_to_awa, 0, 0, 0);
        assert_int_equal(decision.outcome.number, expected[i]);
    }
    assert_int_equal(first.matched, 3);
    assert_int_equal(first.hits, 1);
    assert_int_equal(second.matched, 3);
    assert_int_equal(second.hits, 2);
}

static void a_message_is_accepted_all_the_same_only_where_the_outcome_lets_it(void **state)
{
    (void)state;
    static const struct {
        struct fault_rule rule;
        bool accepted;
    } rows[] = {
        {{.accepted = -1, .outcome_count = 1, .outcomes = {{FAULT_STATUS, 503}}}, false},
        {{.accepted = 1, .outcome_count = 1, .outcomes = {{FAULT_STATUS, 503}}}, true},
        {{.accepted = -1, .outcome_count = 1, .outcomes = {{FAULT_WIRE, FAULT_RESET}}}, false},
        {{.accepted = -1, .outcome_count = 1, .outcomes = {{FAULT_WIRE, FAULT_TRUNCATE}}}, true},
        {{.accepted = -1, .outcome_count = 1, .outcomes = {{FAULT_WIRE, FAULT_DRIP}}}, true},
        {{.accepted = 0, .outcome_count = 1, .outcomes = {{FAULT_WIRE, FAULT_DRIP}}}, false},
        {{.accepted = -1, .delay = FAULT_FIXED, .delay_ms = 10}, true},
        {{.accepted = -1, .outcome_count = 1, .outcomes = {{FAULT_PASS, 0}}}, true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fault_rule rule = rows[i].rule, *list = &rule;
        assert_int_equal(fault_rules_judge(&list, 1, &sms_to_awa, 0, 0, 0).accepted, rows[i].accepted);
    }
}

static void delays_follow_their_distribution(void **state)
{
    (void)state;
    static const struct {
        struct fault_rule rule;
        double other;
        int64_t ms;
    } rows[] = {
        {{.delay = FAULT_FIXED, .delay_ms = 33000}, 0.9, 33000},
        {{.delay = FAULT_UNIFORM, .delay_ms = 100, .delay_to_ms = 199}, 0.0, 100},
        {{.delay = FAULT_UNIFORM, .delay_ms = 100, .delay_to_ms = 199}, 0.999, 199},
        {{.delay = FAULT_LOGNORMAL, .delay_ms = 400, .sigma = 0.0}, 0.3, 400},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fault_rule rule = rows[i].rule, *list = &rule;
        assert_int_equal(fault_rules_judge(&list, 1, &sms_to_awa, 0, 0.5, rows[i].other).delay_ms,
                         rows[i].ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_way_of_counting_hits_its_own_requests),
        cmocka_unit_test(a_rule_matches_only_whom_it_names),
        cmocka_unit_test(the_first_due_rule_acts_alone_but_all_count),
        cmocka_unit_test(a_message_is_accepted_all_the_same_only_where_the_outcome_lets_it),
        cmocka_unit_test(delays_follow_their_distribution),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
