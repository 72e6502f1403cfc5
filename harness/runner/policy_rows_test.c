/* The policy from the language's JSON to what the judge reads. */
#include "test_support.h"

#include "policy_rows.h"

static void every_entry_is_read(void **state)
{
    (void)state;
    static const char written[] =
        "{\"code\":{\"length\":6,\"lifetime\":\"10m\",\"guesses\":5,\"resend\":\"same\",\"judge\":"
        "\"backend\"},"
        "\"sends\":{\"limit\":3,\"per\":\"1h\"},"
        "\"retry\":{\"tries\":3,\"gaps\":[\"2s\"],\"permanent\":[21610,21608],\"unknown-outcome\":\"retry\"},"
        "\"channels\":[\"whatsapp\",\"sms\"]}";
    json_t *policy = NULL;
    struct policy_rows rows;
    struct fail why = {0};
    assert_true(json_read(text_of(written), "policy", &policy, &why));
    assert_true(policy_rows_read(&rows, policy, &why));
    assert_int_equal(rows.policy.code_length, 6);
    assert_int_equal(rows.policy.code_lifetime_ms, 600000);
    assert_int_equal(rows.policy.code_guesses, 5);
    assert_int_equal(rows.policy.resend, RESEND_SAME);
    assert_int_equal(rows.policy.sends_limit, 3);
    assert_int_equal(rows.policy.sends_per_ms, 3600000);
    assert_int_equal(rows.policy.retry_tries, 3);
    assert_int_equal(rows.policy.permanent_count, 2);
    assert_int_equal(rows.policy.permanent[1], 21608);
    assert_int_equal(rows.policy.unknown_outcome, UNKNOWN_RETRY);
    assert_int_equal(rows.policy.channel_count, 2);
    assert_string_equal(rows.policy.channels[0], "whatsapp");
    policy_rows_release(&rows);
    json_decref(policy);
}

static void what_is_not_there_stays_missing(void **state)
{
    (void)state;
    json_t *policy = json_object();
    struct policy_rows rows;
    struct fail why = {0};
    assert_true(policy_rows_read(&rows, policy, &why));
    assert_int_equal(rows.policy.code_length, 0);
    assert_int_equal(rows.policy.resend, RESEND_NOT_SAID);
    assert_int_equal(rows.policy.unknown_outcome, UNKNOWN_NOT_SAID);
    assert_int_equal(rows.policy.permanent_count, 0);
    assert_int_equal(rows.policy.channel_count, 0);
    policy_rows_release(&rows);
    json_decref(policy);
}

static void a_value_of_the_wrong_kind_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *policy, *why;
    } cases[] = {
        {"{\"code\":{\"length\":\"six\"}}", "policy.code.length is no whole number"},
        {"{\"sends\":{\"per\":\"soon\"}}", "policy.sends.per is no duration"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        json_t *policy = NULL;
        struct policy_rows rows;
        struct fail why = {0};
        assert_true(json_read(text_of(cases[i].policy), "policy", &policy, &why));
        assert_false(policy_rows_read(&rows, policy, &why));
        assert_string_equal(why.text, cases[i].why);
        policy_rows_release(&rows);
        json_decref(policy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_entry_is_read),
        cmocka_unit_test(what_is_not_there_stays_missing),
        cmocka_unit_test(a_value_of_the_wrong_kind_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
