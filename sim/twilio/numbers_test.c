/* GET …/IncomingPhoneNumbers and …/{Sid}. */
#include "test_client.h"

/* The number at an index of the list; borrowed. */
static const json_t *listed(struct client *client, size_t index)
{
    return json_array_get(json_object_get(client_object(client), "incoming_phone_numbers"), index);
}

static size_t list_length(struct client *client)
{
    return json_array_size(json_object_get(client_object(client), "incoming_phone_numbers"));
}

static void a_number_has_every_key_of_the_published_shape(void **state)
{
    (void)state;
    static const char *const keys[] = {"sid",
                                       "account_sid",
                                       "phone_number",
                                       "friendly_name",
                                       "capabilities",
                                       "sms_url",
                                       "sms_method",
                                       "sms_fallback_url",
                                       "sms_fallback_method",
                                       "sms_application_sid",
                                       "voice_url",
                                       "voice_method",
                                       "voice_fallback_url",
                                       "voice_fallback_method",
                                       "voice_application_sid",
                                       "voice_caller_id_lookup",
                                       "voice_receive_mode",
                                       "status_callback",
                                       "status_callback_method",
                                       "address_requirements",
                                       "address_sid",
                                       "bundle_sid",
                                       "identity_sid",
                                       "trunk_sid",
                                       "emergency_status",
                                       "emergency_address_sid",
                                       "emergency_address_status",
                                       "beta",
                                       "origin",
                                       "api_version",
                                       "date_created",
                                       "date_updated",
                                       "status",
                                       "type",
                                       "uri"};
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    assert_int_equal(ask(&client, "GET", "/IncomingPhoneNumbers.json", NULL), 200);
    assert_int_equal(list_length(&client), 1);
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (json_object_get(listed(&client, 0), keys[i]) == NULL)
            fail_msg("%s is missing", keys[i]);
    assert_text(json_text(listed(&client, 0), "phone_number"), "+15005550006");
    assert_text(json_text(listed(&client, 0), "status"), "in-use");
    assert_true(json_is_true(json_object_get(json_object_get(listed(&client, 0), "capabilities"), "sms")));
    client_stop(&client);
}

static void a_number_is_fetched_by_its_sid(void **state)
{
    (void)state;
    char path[128];
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    snprintf(path, sizeof path, "/IncomingPhoneNumbers/%s.json", sim_account(client.sim)->numbers[0].sid);
    assert_int_equal(ask(&client, "GET", path, NULL), 200);
    assert_string_equal(client_json(&client, "phone_number"), "+15005550006");
    char uri[256];
    snprintf(uri, sizeof uri, "/2010-04-01/Accounts/" CLIENT_SID "%s", path);
    assert_string_equal(client_json(&client, "uri"), uri);
    assert_int_equal(
        ask(&client, "GET", "/IncomingPhoneNumbers/PN00000000000000000000000000000009.json", NULL), 404);
    client_stop(&client);
}

static void the_list_is_filtered(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        size_t count;
    } rows[] = {{"PhoneNumber=%2B15005550006", 1},
                {"PhoneNumber=5005550006", 1},
                {"PhoneNumber=%2B15005550007", 0},
                {"FriendlyName=%2B15005550006", 1},
                {"FriendlyName=Taxi", 0},
                {"Page=1", 0},
                {"PageSize=1", 1}};
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char path[128];
        snprintf(path, sizeof path, "/IncomingPhoneNumbers.json?%s", rows[i].query);
        assert_int_equal(ask(&client, "GET", path, NULL), 200);
        assert_int_equal(list_length(&client), rows[i].count);
    }
    assert_int_equal(ask(&client, "GET", "/IncomingPhoneNumbers.json?PageSize=1001", NULL), 400);
    client_stop(&client);
}

static void a_trial_account_may_not_search_for_numbers(void **state)
{
    (void)state;
    static const struct {
        enum account_plan_id plan;
        int status, code;
    } rows[] = {{PLAN_TRIAL_LEGACY, 403, 20003}, {PLAN_PAID, 404, 20404}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct client client;
        client_start(&client, &(struct sim_settings){.account = {.plan = account_plan(rows[i].plan)}});
        assert_int_equal(ask(&client, "GET", "/AvailablePhoneNumbers/US/Local.json", NULL), rows[i].status);
        assert_int_equal(json_integer_value(json_object_get(client_object(&client), "code")), rows[i].code);
        client_stop(&client);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_has_every_key_of_the_published_shape),
        cmocka_unit_test(a_number_is_fetched_by_its_sid),
        cmocka_unit_test(the_list_is_filtered),
        cmocka_unit_test(a_trial_account_may_not_search_for_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
