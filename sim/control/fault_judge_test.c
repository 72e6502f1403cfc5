/* Rules that contradict themselves, that do nothing, that Twilio cannot produce; and their sound neighbours.
 */
#include "fault_judge.h"

#include "fault_json.h"
#include "mem.h"
#include "test_support.h"

/* The reason for which a rule is refused; "" when it is taken. */
static void judged(const char *rule, struct fail *why)
{
    json_t *json = NULL;
    *why = (struct fail){0};
    assert_true(json_read(text_of(rule), "rule", &json, why));
    struct planned_fault *fault = fault_json_read(json, why);
    planned_fault_free(fault);
    json_decref(json);
}

static void what_makes_no_sense_is_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *why;
    } rows[] = {
        {"{\"optional\":true}",
         "the rule does nothing: give fail, status, wire, tls, dns, pass, in-turn, delay, deliver "
         "or callbacks"},
        {"{\"status\":503,\"deliver\":{\"status\":\"delivered\"}}",
         "deliver and callbacks need a message: the outcome creates none; give accepted: true"},
        {"{\"fail\":21608,\"callbacks\":[\"sent\"]}",
         "deliver and callbacks need a message: the outcome creates none; give accepted: true"},
        {"{\"in-turn\":[{\"status\":503},{\"wire\":\"reset\"}],\"callbacks\":[]}",
         "deliver and callbacks need a message: the outcome creates none; give accepted: true"},
        {"{\"on\":{\"operation\":\"message.list\"},\"callbacks\":[]}",
         "deliver and callbacks need message.create"},
        {"{\"fail\":20429,\"accepted\":true}",
         "fail: 20429 says that no message was created; accepted: true contradicts it"},
        {"{\"fail\":30003,\"accepted\":false}",
         "fail: 30003 comes with an accepted message, and decides how it ends"},
        {"{\"on\":{\"operation\":\"message.fetch\"},\"fail\":30003}",
         "fail: 30003 is a message's status; it needs message.create"},
        {"{\"wire\":\"truncate\",\"accepted\":false}", "accepted: false leaves no answer to cut or drip"},
        {"{\"wire\":\"drip\",\"accepted\":false}", "accepted: false leaves no answer to cut or drip"},
        {"{\"pass\":true,\"accepted\":false}", "accepted: false leaves no answer to pass"},
        {"{\"delay\":\"1s\",\"accepted\":false}",
         "accepted: false needs an outcome: what else would be answered?"},
        {"{\"on\":{\"channel\":\"sms\"},\"deliver\":{\"status\":\"read\"}}", "deliver: an SMS is never read"},
        {"{\"on\":{\"operation\":\"connect\"},\"wire\":\"hang\"}",
         "connect can only end: tls, or wire: refuse, reset or close, and nothing beside it"},
        {"{\"on\":{\"operation\":\"message.create\"},\"tls\":\"expired\"}",
         "tls: a handshake is part of connecting; on: operation can be connect only, or be left out"},
        {"{\"on\":{\"channel\":\"sms\"},\"tls\":\"expired\"}",
         "tls: who connects is not known yet; on: to, from, channel and account never match"},
        {"{\"tls\":\"abort\",\"delay\":\"1s\"}",
         "connect can only end: tls, or wire: refuse, reset or close, and nothing beside it"},
        {"{\"tls\":\"abort\",\"accepted\":true}",
         "connect can only end: tls, or wire: refuse, reset or close, and nothing beside it"},
        {"{\"in-turn\":[{\"tls\":\"expired\"},{\"status\":503}]}",
         "connect can only end: tls, or wire: refuse, reset or close, and nothing beside it"},
        {"{\"in-turn\":[{\"tls\":\"expired\"},{\"dns\":\"unknown\"}]}",
         "connect can only end: tls, or wire: refuse, reset or close, and nothing beside it"},
        {"{\"on\":{\"operation\":\"message.list\"},\"dns\":\"unknown\"}",
         "dns: a name is looked up before there is a connection; on: operation can be resolve (or connect), "
         "or be left out"},
        {"{\"on\":{\"to\":\"+243810000001\"},\"dns\":\"servfail\"}",
         "dns: who looks a name up is not known; on: to, from, channel and account never match"},
        {"{\"dns\":\"servfail\",\"callbacks\":[]}",
         "resolve can only fail: dns: unknown or servfail, and nothing beside it"},
        {"{\"on\":{\"operation\":\"resolve\"},\"wire\":\"reset\"}",
         "resolve can only fail: dns: unknown or servfail, and nothing beside it"},
        {"{\"on\":{\"operation\":\"connect\",\"to\":\"+243810000001\"},\"wire\":\"reset\"}",
         "connect: who connects is not known yet; on: to, from, channel and account never match"},
        {"{\"delay\":\"99999999999h\"}",
         "delay: 99999999999h is too long: less than 876600h (100 years) is wanted"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why;
        judged(rows[i].rule, &why);
        assert_string_equal(why.text, rows[i].why);
    }
}

static void what_twilio_may_do_is_taken(void **state)
{
    (void)state;
    static const char *const rules[] = {
        "{\"fail\":20500,\"accepted\":true,\"deliver\":{\"status\":\"delivered\"}}",
        "{\"status\":503,\"accepted\":true,\"callbacks\":[\"sent\"]}",
        "{\"wire\":\"truncate\",\"deliver\":{\"status\":\"failed\",\"code\":30008}}",
        "{\"wire\":\"hang\",\"accepted\":true}",
        "{\"fail\":30003,\"callbacks\":[]}",
        "{\"in-turn\":[{\"status\":503},{\"pass\":true}],\"callbacks\":[\"sent\"]}",
        "{\"delay\":\"1s\",\"callbacks\":[]}",
        "{\"on\":{\"operation\":\"connect\"},\"first\":1,\"wire\":\"refuse\"}",
        "{\"on\":{\"provider\":\"twilio\",\"operation\":\"connect\"},\"nth\":2,\"tls\":\"wrong-host\"}",
        "{\"in-turn\":[{\"tls\":\"expired\"},{\"pass\":true},{\"wire\":\"reset\"}]}",
        "{\"on\":{\"operation\":\"connect\"},\"dns\":\"unknown\"}",
        "{\"on\":{\"provider\":\"maps.example.com\"},\"between\":[\"1s\",\"2s\"],\"dns\":\"servfail\"}",
        "{\"in-turn\":[{\"dns\":\"unknown\"},{\"pass\":true},{\"dns\":\"servfail\"}]}",
        "{\"deliver\":{\"status\":\"read\"}}",
        "{\"status\":302,\"location\":\"/elsewhere\",\"retry-after\":\"3s\"}",
    };
    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        struct fail why;
        judged(rules[i], &why);
        assert_string_equal(why.text, "");
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_makes_no_sense_is_refused_in_words),
        cmocka_unit_test(what_twilio_may_do_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
