/* POST /sim/v1/lookups: who asks, and what a planned fault makes of a name. */
#include "test_control.h"

struct asked {
    char name[64];
    int calls, outcome;
};

static int resolving(void *context, struct text client, struct text name)
{
    struct asked *asked = context;
    (void)client;
    snprintf(asked->name, sizeof asked->name, "%.*s", TEXT_ARGS(name));
    asked->calls++;
    return asked->outcome;
}

static void a_lookup_gets_the_outcome_of_the_rule_that_acts(void **state)
{
    static const struct {
        int outcome;
        const char *words;
    } rows[] = {{0, "found"}, {FAULT_UNKNOWN, "unknown"}, {FAULT_SERVFAIL, "servfail"}};
    struct asked asked = {.calls = 0};
    struct desk desk;
    (void)state;
    desk_open(&desk);
    desk.control.resolving = resolving;
    desk.control.resolving_context = &asked;
    desk.control.token = "made-up"; /* a foreign process has none */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        asked.outcome = rows[i].outcome;
        assert_int_equal(tell(&desk, "POST", "/sim/v1/lookups", "{\"name\":\"api.twilio.com.\"}"), 200);
        assert_string_equal(desk_json(&desk, "outcome"), rows[i].words);
        assert_string_equal(asked.name, "api.twilio.com");
    }
    assert_int_equal(asked.calls, 3);
    desk_close(&desk);
}

static void a_question_without_a_name_counts_nothing(void **state)
{
    static const struct {
        const char *body, *words;
    } rows[] = {
        {"{}", "twilio-sim: name: the name that is looked up is wanted\n"},
        {"{\"name\":\".\"}", "twilio-sim: name: the name that is looked up is wanted\n"},
        {"{\"name\":7}", "twilio-sim: name: a text is wanted\n"},
        {"{\"host\":\"a\"}", "twilio-sim: unknown key 'host'\n"},
    };
    struct asked asked = {.calls = 0};
    struct desk desk;
    (void)state;
    desk_open(&desk);
    desk.control.resolving = resolving;
    desk.control.resolving_context = &asked;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(tell(&desk, "POST", "/sim/v1/lookups", rows[i].body), 400);
        assert_string_equal(desk_text(&desk), rows[i].words);
    }
    assert_int_equal(asked.calls, 0);
    desk_close(&desk);
}

static void only_the_first_account_can_have_rules_about_what_comes_before_a_request(void **state)
{
    static const char *const rules[] = {"{\"tls\":\"expired\"}", "{\"dns\":\"unknown\"}",
                                        "{\"on\":{\"operation\":\"connect\"},\"wire\":\"reset\"}"};
    char path[128];
    struct desk desk;
    (void)state;
    desk_open(&desk);
    assert_int_equal(tell(&desk, "POST", "/sim/v1/accounts", "{}"), 201);
    snprintf(path, sizeof path, "/sim/v1/faults?account=%s", desk_json(&desk, "account_sid"));
    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        assert_int_equal(tell(&desk, "POST", "/sim/v1/faults", rules[i]), 201);
        assert_int_equal(tell(&desk, "POST", path, rules[i]), 400);
    }
    assert_string_equal(desk_text(&desk),
                        "twilio-sim: whose connection or look-up it is nobody knows: rules about "
                        "them belong to the first account, without ?account=\n");
    assert_int_equal(tell(&desk, "POST", path, "{\"status\":503}"), 201);
    desk_close(&desk);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lookup_gets_the_outcome_of_the_rule_that_acts),
        cmocka_unit_test(a_question_without_a_name_counts_nothing),
        cmocka_unit_test(only_the_first_account_can_have_rules_about_what_comes_before_a_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
