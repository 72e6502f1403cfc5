/* GET …/Accounts/{Sid} and …/Balance. */
#include "test_client.h"

static void an_account_shows_what_it_is(void **state)
{
    (void)state;
    static const struct {
        enum account_plan_id plan;
        const char *type;
    } rows[] = {{PLAN_PAID, "Full"}, {PLAN_TRIAL_LEGACY, "Trial"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct client client;
        client_start(&client, &(struct sim_settings){.account = {.plan = account_plan(rows[i].plan)}});
        assert_int_equal(ask(&client, "GET", ".json", NULL), 200);
        assert_string_equal(client_json(&client, "sid"), CLIENT_SID);
        assert_string_equal(client_json(&client, "owner_account_sid"), CLIENT_SID);
        assert_string_equal(client_json(&client, "auth_token"), CLIENT_TOKEN);
        assert_string_equal(client_json(&client, "friendly_name"), "My first Twilio account");
        assert_string_equal(client_json(&client, "status"), "active");
        assert_string_equal(client_json(&client, "type"), rows[i].type);
        assert_string_equal(client_json(&client, "uri"), "/2010-04-01/Accounts/" CLIENT_SID ".json");
        assert_text(json_text(json_object_get(client_object(&client), "subresource_uris"), "messages"),
                    "/2010-04-01/Accounts/" CLIENT_SID "/Messages.json");
        client_stop(&client);
    }
}

static void a_balance_is_a_text_in_dollars(void **state)
{
    (void)state;
    static const struct {
        enum account_plan_id plan;
        struct text balance;
        const char *answer;
    } rows[] = {
        {PLAN_TRIAL_LEGACY,
         {NULL, 0},
         "{\"account_sid\": \"" CLIENT_SID "\", \"balance\": \"15.50\", \"currency\": \"USD\"}"},
        {PLAN_PAID,
         {"-0.0075", 7},
         "{\"account_sid\": \"" CLIENT_SID "\", \"balance\": \"-0.0075\", \"currency\": \"USD\"}"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct client client;
        client_start(&client, &(struct sim_settings){.account = {.plan = account_plan(rows[i].plan),
                                                                 .balance = rows[i].balance}});
        assert_int_equal(ask(&client, "GET", "/Balance.json", NULL), 200);
        assert_string_equal(client_text(&client), rows[i].answer);
        client_stop(&client);
    }
}

static void xml_names_the_resource(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    assert_int_equal(ask(&client, "GET", "/Balance", NULL), 200);
    assert_string_equal(client_text(&client),
                        "<?xml version='1.0' encoding='UTF-8'?>\n<TwilioResponse><Balance>"
                        "<AccountSid>" CLIENT_SID "</AccountSid><Balance>100.00</Balance>"
                        "<Currency>USD</Currency></Balance></TwilioResponse>");
    client_stop(&client);
}

static void test_credentials_see_neither(void **state)
{
    (void)state;
    static const char *const paths[] = {".json", "/Balance.json", "/IncomingPhoneNumbers.json",
                                        "/OutgoingCallerIds.json", "/Messages.json"};
    struct client client;
    client_start(&client, &(struct sim_settings){.account = {.plan = account_plan(PLAN_TEST)}});
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        assert_int_equal(ask(&client, "GET", paths[i], NULL), 403);
        assert_int_equal(json_integer_value(json_object_get(client_object(&client), "code")), 20008);
    }
    client_stop(&client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_shows_what_it_is),
        cmocka_unit_test(a_balance_is_a_text_in_dollars),
        cmocka_unit_test(xml_names_the_resource),
        cmocka_unit_test(test_credentials_see_neither),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
