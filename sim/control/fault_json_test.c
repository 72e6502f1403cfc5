/* Planned faults out of JSON: every key, and every contradiction. */
#include "test_support.h"
#include "fault_json.h"

static struct planned_fault *read_rule(const char *rule, struct fail *why)
{
    json_t *json = NULL;
    struct fail unreadable = {0};
    if (!json_read(text_of(rule), "rule", &json, &unreadable))
        fail_msg("%s: %s", rule, unreadable.text);
    struct planned_fault *fault = fault_json_read(json, why);
    json_decref(json);
    return fault;
}

static const struct {
    const char *rule, *text;
} refusals[] = {
    {"{}",
     "the rule does nothing: give fail, status, wire, tls, dns, pass, in-turn, delay, deliver or callbacks"},
    {"{\"on\":{\"channel\":\"sms\"},\"first\":1}",
     "the rule does nothing: give fail, status, wire, tls, dns, pass, in-turn, delay, deliver or callbacks"},
    {"{\"sttaus\":503}", "unknown key 'sttaus'; did you mean 'status'?"},
    {"{\"fial\":30003}", "unknown key 'fial'; did you mean 'fail'?"},
    {"{\"colour\":1}", "unknown key 'colour'"},
    {"{\"on\":\"sms\"}", "on: an object is wanted"},
    {"{\"on\":{\"chanel\":\"sms\"}}", "on: unknown key 'chanel'; did you mean 'channel'?"},
    {"{\"on\":{\"channel\":1}}", "channel: a text is wanted"},
    {"{\"first\":0}", "first: a whole number from 1 is wanted"},
    {"{\"nth\":\"2\"}", "nth: a whole number from 1 is wanted"},
    {"{\"every\":1.5}", "every: a whole number from 1 is wanted"},
    {"{\"after\":-1}", "after: a whole number from 1 is wanted"},
    {"{\"between\":\"2s\"}", "between: [from, to] is wanted"},
    {"{\"between\":[\"1s\"]}", "between: [from, to] is wanted"},
    {"{\"between\":[1,2]}", "between: a duration such as 300ms, 5s, 10m or 1h is wanted"},
    {"{\"between\":[\"5s\",\"2s\"]}", "between: to is not behind from"},
    {"{\"chance\":1.5}", "chance: a number from 0 to 1 is wanted"},
    {"{\"chance\":\"half\"}", "chance: a number from 0 to 1 is wanted"},
    {"{\"first\":1,\"nth\":2,\"status\":503}", "a rule has one of first, nth, every, after, between, chance"},
    {"{\"status\":503,\"wire\":\"reset\"}",
     "a rule has one outcome: fail, status, wire, tls, dns, pass or in-turn"},
    {"{\"status\":503,\"in-turn\":[{\"pass\":true}]}",
     "a rule has one outcome: fail, status, wire, tls, dns, pass or in-turn"},
    {"{\"status\":99}", "status: an HTTP status from 200 to 599 is wanted"},
    {"{\"status\":600}", "status: an HTTP status from 200 to 599 is wanted"},
    {"{\"status\":\"503\"}", "status: an HTTP status from 200 to 599 is wanted"},
    {"{\"fail\":1}", "fail: there is no such code; 'twilio-sim codes' lists them"},
    {"{\"fail\":\"21608\"}", "fail: there is no such code; 'twilio-sim codes' lists them"},
    {"{\"fail\":4294988904}", "fail: there is no such code; 'twilio-sim codes' lists them"},
    {"{\"fail\":11200}", "fail: 11200 never answers a request or ends a message"},
    {"{\"wire\":\"slow\"}", "wire: refuse, reset, close, hang, truncate, drip or garbage is wanted"},
    {"{\"wire\":1}", "wire: refuse, reset, close, hang, truncate, drip or garbage is wanted"},
    {"{\"pass\":false}", "unknown outcome 'pass'"},
    {"{\"in-turn\":[]}", "in-turn: a list of outcomes is wanted"},
    {"{\"in-turn\":{}}", "in-turn: a list of outcomes is wanted"},
    {"{\"in-turn\":[503]}", "in-turn: item 0 must have exactly one outcome"},
    {"{\"in-turn\":[{\"pass\":true},{\"status\":1,\"fail\":1}]}",
     "in-turn: item 1 must have exactly one outcome"},
    {"{\"in-turn\":[{\"delay\":\"1s\"}]}", "unknown outcome 'delay'"},
    {"{\"tls\":\"expire\"}", "tls: expired, wrong-host, unknown-ca or abort is wanted"},
    {"{\"tls\":1}", "tls: expired, wrong-host, unknown-ca or abort is wanted"},
    {"{\"dns\":\"gone\"}", "dns: unknown or servfail is wanted"},
    {"{\"tls\":\"abort\",\"dns\":\"unknown\"}",
     "a rule has one outcome: fail, status, wire, tls, dns, pass or in-turn"},
    {"{\"accepted\":\"yes\"}", "accepted: true or false is wanted"},
    {"{\"optional\":1}", "optional: true or false is wanted"},
    {"{\"delay\":5}", "delay: a duration, {from, to} or {median, sigma} is wanted"},
    {"{\"delay\":\"5\"}", "delay: a duration such as 300ms, 5s, 10m or 1h is wanted"},
    {"{\"delay\":{\"from\":\"1s\"}}", "delay: a duration such as 300ms, 5s, 10m or 1h is wanted"},
    {"{\"delay\":{\"from\":\"2s\",\"to\":\"1s\"}}", "delay: to is before from"},
    {"{\"delay\":{\"from\":\"1s\",\"to\":\"2s\",\"sigma\":1}}", "delay: unknown key 'sigma'"},
    {"{\"delay\":{\"median\":\"1s\"}}", "delay: sigma from 0 to 5 is wanted beside median"},
    {"{\"delay\":{\"median\":\"1s\",\"sigma\":9}}", "delay: sigma from 0 to 5 is wanted beside median"},
    {"{\"status\":503,\"retry-after\":5}", "retry-after: a duration such as 300ms, 5s, 10m or 1h is wanted"},
    {"{\"delay\":\"1s\",\"retry-after\":\"5s\"}", "retry-after, body and location stand beside status only"},
    {"{\"wire\":\"reset\",\"body\":\"html\"}", "retry-after, body and location stand beside status only"},
    {"{\"fail\":20429,\"location\":\"/x\"}", "retry-after, body and location stand beside status only"},
    {"{\"status\":503,\"body\":\"xml\"}", "body: json, html, empty or text is wanted"},
    {"{\"status\":302,\"location\":1}", "location: a text is wanted"},
    {"{\"deliver\":\"sent\"}", "deliver: an object is wanted"},
    {"{\"deliver\":{}}", "deliver: status: sent, delivered, undelivered, failed or read is wanted"},
    {"{\"deliver\":{\"status\":\"queued\"}}",
     "deliver: status: sent, delivered, undelivered, failed or read is wanted"},
    {"{\"deliver\":{\"status\":\"delivered\",\"aftr\":\"2s\"}}",
     "deliver: unknown key 'aftr'; did you mean 'after'?"},
    {"{\"deliver\":{\"status\":\"failed\"}}",
     "deliver: a code goes with failed and undelivered, and with no other status"},
    {"{\"deliver\":{\"status\":\"read\",\"code\":30003}}",
     "deliver: a code goes with failed and undelivered, and with no other status"},
    {"{\"deliver\":{\"status\":\"failed\",\"code\":1}}",
     "deliver: there is no such code; 'twilio-sim codes' lists them"},
    {"{\"deliver\":{\"status\":\"sent\",\"after\":2}}",
     "deliver: a duration such as 300ms, 5s, 10m or 1h is wanted"},
    {"{\"callbacks\":\"sent\"}", "callbacks: a list is wanted"},
    {"{\"callbacks\":[\"gone\"]}", "callbacks: a message's status is wanted"},
    {"{\"callbacks\":[1]}", "callbacks: a message's status is wanted"},
    {"{\"callbacks\":[{\"status\":\"sent\",\"when\":\"2s\"}]}", "callbacks: unknown key 'when'"},
    {"{\"callbacks\":[{\"sttaus\":\"sent\"}]}", "callbacks: unknown key 'sttaus'; did you mean 'status'?"},
    {"{\"callbacks\":[{\"status\":\"sent\",\"before-answer\":\"yes\"}]}",
     "before-answer: true or false is wanted"},
    {"{\"callbacks\":[{\"status\":\"sent\",\"before-answer\":true,\"after\":\"1s\"}]}",
     "callbacks: a callback comes after a time, or before the answer"},
    {"{\"callbacks\":[{\"status\":\"sent\",\"signature\":\"good\"}]}",
     "signature: wrong or missing is wanted"},
    {"{\"on\":{\"operation\":\"message.list\"},\"callbacks\":[]}",
     "deliver and callbacks need message.create"},
    {"{\"on\":{\"operation\":\"message.fetch\"},\"deliver\":{\"status\":\"sent\"}}",
     "deliver and callbacks need message.create"},
    {"{\"on\":{\"operation\":\"message.list\"},\"fail\":30003}",
     "fail: 30003 is a message's status; it needs message.create"},
    {"{\"fail\":30003,\"accepted\":false}",
     "fail: 30003 comes with an accepted message, and decides how it ends"},
    {"{\"fail\":30003,\"deliver\":{\"status\":\"sent\"}}",
     "fail: 30003 comes with an accepted message, and decides how it ends"},
    {"{\"on\":{\"operation\":\"connect\"},\"status\":503}",
     "connect can only end: tls, or wire: refuse, reset or close, and nothing beside it"},
    {"{\"on\":{\"operation\":\"connect\"},\"wire\":\"hang\"}",
     "connect can only end: tls, or wire: refuse, reset or close, and nothing beside it"},
};

static void a_rule_that_cannot_be_is_refused_in_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        struct fail why = {0};
        struct planned_fault *fault = read_rule(refusals[i].rule, &why);
        if (fault != NULL)
            fail_msg("%s is taken", refusals[i].rule);
        if (strcmp(why.text, refusals[i].text) != 0)
            fail_msg("%s: %s", refusals[i].rule, why.text);
    }
}

static void whom_a_rule_is_for_is_read(void **state)
{
    (void)state;
    struct fail why = {0};
    struct planned_fault *fault =
        read_rule("{\"on\":{\"provider\":\"twilio\",\"operation\":\"message.create\",\"channel\":\"sms\","
                  "\"to\":\"+243810000001\",\"from\":\"+15005550006\",\"account\":\"AC1\"},\"status\":503}",
                  &why);
    assert_non_null(fault);
    assert_text(fault->rule.provider, "twilio");
    assert_text(fault->rule.operation, "message.create");
    assert_text(fault->rule.channel, "sms");
    assert_text(fault->rule.to, "+243810000001");
    assert_text(fault->rule.from, "+15005550006");
    assert_text(fault->rule.account, "AC1");
    assert_memory_equal(fault->source, "{\"on\":{\"provider\":\"twilio\"", 26);
    planned_fault_free(fault);
}

static void when_a_rule_is_due_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *rule;
        enum fault_when when;
        int64_t count, from_ms, to_ms;
        double chance;
    } rows[] = {
        {"{\"pass\":true}", FAULT_ALWAYS, 0, 0, 0, 0},
        {"{\"pass\":true,\"first\":2}", FAULT_FIRST, 2, 0, 0, 0},
        {"{\"pass\":true,\"nth\":3}", FAULT_NTH, 3, 0, 0, 0},
        {"{\"pass\":true,\"every\":4}", FAULT_EVERY, 4, 0, 0, 0},
        {"{\"pass\":true,\"after\":5}", FAULT_AFTER, 5, 0, 0, 0},
        {"{\"pass\":true,\"between\":[\"0s\",\"1.5m\"]}", FAULT_BETWEEN, 0, 0, 90000, 0},
        {"{\"pass\":true,\"chance\":0.25}", FAULT_CHANCE, 0, 0, 0, 0.25},
        {"{\"pass\":true,\"chance\":1}", FAULT_CHANCE, 0, 0, 0, 1},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        struct planned_fault *fault = read_rule(rows[i].rule, &why);
        if (fault == NULL)
            fail_msg("%s: %s", rows[i].rule, why.text);
        assert_int_equal(fault->rule.when, rows[i].when);
        assert_int_equal(fault->rule.count, rows[i].count);
        assert_int_equal(fault->rule.from_ms, rows[i].from_ms);
        assert_int_equal(fault->rule.to_ms, rows[i].to_ms);
        assert_true(fault->rule.chance == rows[i].chance);
        planned_fault_free(fault);
    }
}

static void outcomes_are_read_alone_and_in_turn(void **state)
{
    (void)state;
    static const struct {
        const char *rule;
        bool in_turn;
        size_t count;
        struct fault_outcome outcomes[3];
    } rows[] = {
        {"{\"delay\":\"1s\"}", false, 0, {{0}}},
        {"{\"fail\":21611}", false, 1, {{FAULT_FAIL, 21611}}},
        {"{\"status\":503}", false, 1, {{FAULT_STATUS, 503}}},
        {"{\"wire\":\"refuse\"}", false, 1, {{FAULT_WIRE, FAULT_REFUSE}}},
        {"{\"wire\":\"reset\"}", false, 1, {{FAULT_WIRE, FAULT_RESET}}},
        {"{\"wire\":\"close\"}", false, 1, {{FAULT_WIRE, FAULT_CLOSE}}},
        {"{\"wire\":\"hang\"}", false, 1, {{FAULT_WIRE, FAULT_HANG}}},
        {"{\"wire\":\"truncate\"}", false, 1, {{FAULT_WIRE, FAULT_TRUNCATE}}},
        {"{\"wire\":\"drip\"}", false, 1, {{FAULT_WIRE, FAULT_DRIP}}},
        {"{\"wire\":\"garbage\"}", false, 1, {{FAULT_WIRE, FAULT_GARBAGE}}},
        {"{\"pass\":true}", false, 1, {{FAULT_PASS, 0}}},
        {"{\"in-turn\":[{\"status\":503},{\"pass\":true},{\"fail\":30003}]}",
         true,
         3,
         {{FAULT_STATUS, 503}, {FAULT_PASS, 0}, {FAULT_FAIL, 30003}}},
        {"{\"on\":{\"operation\":\"connect\"},\"in-turn\":[{\"pass\":true},{\"wire\":\"close\"}]}",
         true,
         2,
         {{FAULT_PASS, 0}, {FAULT_WIRE, FAULT_CLOSE}}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        struct planned_fault *fault = read_rule(rows[i].rule, &why);
        if (fault == NULL)
            fail_msg("%s: %s", rows[i].rule, why.text);
        assert_int_equal(fault->rule.in_turn, rows[i].in_turn);
        assert_int_equal(fault->rule.outcome_count, rows[i].count);
        for (size_t o = 0; o < rows[i].count; o++) {
            assert_int_equal(fault->rule.outcomes[o].kind, rows[i].outcomes[o].kind);
            assert_int_equal(fault->rule.outcomes[o].number, rows[i].outcomes[o].number);
        }
        planned_fault_free(fault);
    }
}

static void what_stands_beside_the_outcome_is_read(void **state)
{
    (void)state;
    struct fail why = {0};
    struct planned_fault *fault = read_rule(
        "{\"status\":429,\"accepted\":true,\"optional\":true,\"delay\":{\"from\":\"1s\",\"to\":\"2s\"},"
        "\"retry-after\":\"1500ms\",\"body\":\"text\",\"location\":\"/x\","
        "\"deliver\":{\"status\":\"undelivered\",\"code\":30006,\"after\":\"3s\"}}",
        &why);
    assert_non_null(fault);
    const struct fault_rule *rule = &fault->rule;
    assert_int_equal(rule->accepted, 1);
    assert_true(rule->optional);
    assert_int_equal(rule->delay, FAULT_UNIFORM);
    assert_int_equal(rule->delay_ms, 1000);
    assert_int_equal(rule->delay_to_ms, 2000);
    assert_int_equal(rule->retry_after_s, 2); /* whole seconds, rounded up */
    assert_int_equal(rule->body, FAULT_BODY_TEXT);
    assert_text(rule->location, "/x");
    assert_int_equal(rule->deliver_state, MESSAGE_UNDELIVERED);
    assert_int_equal(rule->deliver_code, 30006);
    assert_int_equal(rule->deliver_after_ms, 3000);
    assert_false(rule->has_callbacks);
    planned_fault_free(fault);
}

static void what_is_not_said_has_its_default(void **state)
{
    (void)state;
    struct fail why = {0};
    struct planned_fault *fault = read_rule("{\"delay\":{\"median\":\"2s\",\"sigma\":0.5}}", &why);
    assert_non_null(fault);
    const struct fault_rule *rule = &fault->rule;
    assert_null(rule->channel.at);
    assert_int_equal(rule->accepted, -1);
    assert_false(rule->optional);
    assert_int_equal(rule->delay, FAULT_LOGNORMAL);
    assert_int_equal(rule->delay_ms, 2000);
    assert_int_equal(rule->retry_after_s, -1);
    assert_int_equal(rule->body, FAULT_BODY_JSON);
    assert_null(rule->location.at);
    assert_int_equal(rule->deliver_state, -1);
    assert_int_equal(rule->deliver_after_ms, -1);
    planned_fault_free(fault);
}

static void ordered_callbacks_are_read(void **state)
{
    (void)state;
    struct fail why = {0};
    struct planned_fault *fault = read_rule(
        "{\"callbacks\":[\"sent\",{\"status\":\"delivered\",\"after\":\"2s\",\"signature\":\"wrong\"},"
        "{\"status\":\"read\",\"before-answer\":true,\"signature\":\"missing\"}]}",
        &why);
    assert_non_null(fault);
    static const struct fault_callback expected[] = {{MESSAGE_SENT, 0, false, FAULT_SIGNED_WELL},
                                                     {MESSAGE_DELIVERED, 2000, false, FAULT_SIGNED_WRONG},
                                                     {MESSAGE_READ, 0, true, FAULT_NOT_SIGNED}};
    assert_true(fault->rule.has_callbacks);
    assert_int_equal(fault->rule.callback_count, COUNT_OF(expected));
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_int_equal(fault->rule.callbacks[i].state, expected[i].state);
        assert_int_equal(fault->rule.callbacks[i].after_ms, expected[i].after_ms);
        assert_int_equal(fault->rule.callbacks[i].before_answer, expected[i].before_answer);
        assert_int_equal(fault->rule.callbacks[i].signature, expected[i].signature);
    }
    planned_fault_free(fault);
}

/* {"KEY":[ITEM,ITEM,…]} with so many items. */
static void many(const char *key, const char *item, int count, struct text_buf *out)
{
    text_buf_init(out, 64 * 1024);
    text_putf(out, "{\"%s\":[", key);
    for (int i = 0; i < count; i++)
        text_putf(out, "%s%s", i > 0 ? "," : "", item);
    text_put_z(out, "]}");
}

static void lists_have_a_bound(void **state)
{
    (void)state;
    static const struct {
        const char *key, *item;
        int bound;
        const char *text;
    } rows[] = {{"in-turn", "{\"status\":503}", 32, "in-turn: more than 32 outcomes"},
                {"callbacks", "\"sent\"", 16, "callbacks: more than 16"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        for (int over = 0; over < 2; over++) {
            struct text_buf rule;
            struct fail why = {0};
            many(rows[i].key, rows[i].item, rows[i].bound + over, &rule);
            struct planned_fault *fault = read_rule(text_buf_z(&rule), &why);
            assert_string_equal(why.text, over ? rows[i].text : "");
            planned_fault_free(fault);
            text_buf_release(&rule);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_that_cannot_be_is_refused_in_words),
        cmocka_unit_test(whom_a_rule_is_for_is_read),
        cmocka_unit_test(when_a_rule_is_due_is_read),
        cmocka_unit_test(outcomes_are_read_alone_and_in_turn),
        cmocka_unit_test(what_stands_beside_the_outcome_is_read),
        cmocka_unit_test(what_is_not_said_has_its_default),
        cmocka_unit_test(ordered_callbacks_are_read),
        cmocka_unit_test(lists_have_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
