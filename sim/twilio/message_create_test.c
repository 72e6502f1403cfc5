/* POST …/Messages: what is accepted, what is refused, with which words. */
#include "test_client.h"

#define GOOD "To=%2B243810000001&From=%2B15005550006&Body=Votre+code+est+123456"

struct refusal {
    const char *why;
    const char *form;
    int status;
    int code;
    const char *message;
};

static void check_refusals(struct client *client, const struct refusal *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int status = ask(client, "POST", "/Messages.json", rows[i].form);
        json_int_t code = json_integer_value(json_object_get(client_object(client), "code"));
        if (status != rows[i].status || code != rows[i].code)
            fail_msg("%s: %d, %d: %s", rows[i].why, status, (int)code, client_text(client));
        assert_string_equal(client_json(client, "message"), rows[i].message);
    }
}

static void a_good_message_is_created_as_captured(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){.sent_after_ms = 60000});
    assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 201);
    static const struct {
        const char *key;
        const char *value;
    } texts[] = {{"body", "Votre code est 123456"},
                 {"num_segments", "1"},
                 {"direction", "outbound-api"},
                 {"from", "+15005550006"},
                 {"to", "+243810000001"},
                 {"status", "queued"},
                 {"num_media", "0"},
                 {"price_unit", "USD"},
                 {"api_version", "2010-04-01"},
                 {"account_sid", CLIENT_SID}};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_string_equal(client_json(&client, texts[i].key), texts[i].value);
    static const char *const nulls[] = {"price", "error_message", "error_code", "date_sent",
                                        "messaging_service_sid"};
    for (size_t i = 0; i < COUNT_OF(nulls); i++)
        assert_true(json_is_null(json_object_get(client_object(&client), nulls[i])));
    assert_int_equal(strlen(client_json(&client, "sid")), 34);
    assert_memory_equal(client_json(&client, "sid"), "SM", 2);
    assert_memory_equal(client_text(&client),
                        "{\"body\": \"Votre code est 123456\", \"num_segments\": \"1\", ", 52);
    client_stop(&client);
}

static void a_whatsapp_message_has_no_price_unit(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){.sent_after_ms = 60000});
    assert_int_equal(ask(&client, "POST", "/Messages.json",
                         "To=whatsapp%3A%2B243810000001&From=whatsapp%3A%2B15005550006&Body=x"),
                     201);
    assert_string_equal(client_json(&client, "to"), "whatsapp:+243810000001");
    assert_true(json_is_null(json_object_get(client_object(&client), "price_unit")));
    assert_string_equal(client_json(&client, "num_segments"), "1");
    client_stop(&client);
}

static void a_paid_account_is_refused_in_twilios_order_and_words(void **state)
{
    (void)state;
    static const struct refusal rows[] = {
        {"names in the wrong case: no sender is found first", "to=x&from=y&body=z", 400, 21603,
         "A 'From' phone number is required."},
        {"no To", "From=%2B15005550006&Body=x", 400, 21604, "A 'To' phone number is required."},
        {"no Body", "From=%2B15005550006&To=%2B243810000001", 400, 21602, "Message body is required."},
        {"two channels", "From=%2B15005550006&To=whatsapp%3A%2B243810000001&Body=x", 400, 21910,
         "Invalid From and To pair. From and To should be of the same channel"},
        {"From is no number", "From=%2B12&To=%2B243810000001&Body=x", 400, 21212,
         "The 'From' number +12 is not a valid phone number, shortcode, or alphanumeric sender ID."},
        {"From is nobody's", "From=%2B15017122661&To=%2B243810000001&Body=x", 400, 21659,
         "'From' +15017122661 is not a Twilio phone number or Short Code country mismatch"},
        {"unknown WhatsApp sender", "From=whatsapp%3A%2B15017122661&To=whatsapp%3A%2B243810000001&Body=x",
         400, 63007, "Twilio could not find a Channel with the specified From address"},
        {"to itself", "From=%2B15005550006&To=%2B15005550006&Body=x", 400, 21266,
         "'To' and 'From' number cannot be the same"},
        {"To is no number", "From=%2B15005550006&To=hello&Body=x", 400, 21211,
         "Invalid 'To' Phone Number: hello"},
        {"To is too short", "From=%2B15005550006&To=%2B918120512&Body=x", 400, 21265,
         "'To' number cannot be a Short Code: +91812XXXX"},
        {"a landline of Paris", "From=%2B15005550006&To=%2B33142278186&Body=x", 400, 21614,
         "To number: +33142278186, is not a mobile number"},
        {"a callback that is no URL",
         "From=%2B15005550006&To=%2B243810000001&Body=x&StatusCallback=ftp%3A%2F%2Fexample.com", 400, 21609,
         "The StatusCallback URL ftp://example.com is not a valid URL."},
        {"an unknown service",
         "MessagingServiceSid=MG00000000000000000000000000000001&To=%2B243810000001&Body=x", 404, 21701,
         "The Messaging Service does not exist"},
        {"a malformed service", "MessagingServiceSid=MG1&To=%2B243810000001&Body=x", 400, 21705,
         "The Messaging Service is invalid"},
    };
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    check_refusals(&client, rows, COUNT_OF(rows));
    client_stop(&client);
}

static void a_body_over_1600_characters_is_refused(void **state)
{
    (void)state;
    char form[2000] = "From=%2B15005550006&To=%2B243810000001&Body=";
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    size_t start = strlen(form);
    memset(form + start, 'a', 1600);
    form[start + 1600] = '\0';
    assert_int_equal(ask(&client, "POST", "/Messages.json", form), 201);
    assert_string_equal(client_json(&client, "num_segments"), "11");
    form[start + 1600] = 'a';
    form[start + 1601] = '\0';
    assert_int_equal(ask(&client, "POST", "/Messages.json", form), 400);
    assert_string_equal(client_json(&client, "message"),
                        "The concatenated message body exceeds the 1600 character limit.");
    client_stop(&client);
}

static void a_legacy_trial_has_its_own_rules(void **state)
{
    (void)state;
    static const struct refusal rows[] = {
        {"not verified", GOOD, 400, 21608,
         "The number +24381000XXXX is unverified. Trial accounts cannot send messages to unverified numbers; "
         "verify "
         "+24381000XXXX at twilio.com/user/account/phone-numbers/verified, or purchase a Twilio number to "
         "send "
         "messages to unverified numbers"},
        {"two digits too short, and not verified: 21608 comes first",
         "To=%2B9170000437&From=%2B15005550006&Body=x", 400, 21608,
         "The number +917000XXXX is unverified. Trial accounts cannot send messages to unverified numbers; "
         "verify "
         "+917000XXXX at twilio.com/user/account/phone-numbers/verified, or purchase a Twilio number to send "
         "messages "
         "to unverified numbers"},
        {"alphanumeric sender", "To=%2B243810000001&From=KINTAXI&Body=x", 400, 21267,
         "Alphanumeric Sender ID cannot be used as the 'From' number on trial accounts"},
        {"verified, but abroad", "To=%2B33612345678&From=%2B15005550006&Body=x", 400, 21408,
         "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: "
         "+3361234XXXX"},
    };
    struct client client;
    client_start(&client, &(struct sim_settings){.account = {.plan = account_plan(PLAN_TRIAL_LEGACY)}});
    client_person(&client, "+33612345678", true, LINE_UNKNOWN);
    client_person(&client, "+243810000002", true, LINE_UNKNOWN);
    check_refusals(&client, rows, COUNT_OF(rows));
    assert_int_equal(
        ask(&client, "POST", "/Messages.json", "To=%2B243810000002&From=%2B15005550006&Body=Code+1234"), 201);
    assert_string_equal(client_json(&client, "body"), "Sent from your Twilio trial account - Code 1234");
    client_stop(&client);
}

static void the_fifty_first_message_of_a_trials_day_is_refused_with_429(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){
                              .account = {.plan = account_plan(PLAN_TRIAL_LEGACY), .sent_today = 49}});
    client_person(&client, "+243810000001", true, LINE_UNKNOWN);
    assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 201);
    assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 429);
    assert_string_equal(client_text(&client),
                        "{\"code\": 63038, \"message\": \"Account " CLIENT_SID
                        " exceeded the 50 daily messages limit\", \"more_info\": "
                        "\"https://www.twilio.com/docs/errors/63038\", \"status\": 429}");
    client_stop(&client);
}

static void test_credentials_answer_the_magic_numbers_with_the_old_words(void **state)
{
    (void)state;
    static const struct refusal rows[] = {
        {"From 1", "From=%2B15005550001&To=%2B243810000001&Body=x", 400, 21212,
         "The 'From' number +15005550001 is not a valid phone number, shortcode, or alphanumeric sender ID."},
        {"From 7", "From=%2B15005550007&To=%2B243810000001&Body=x", 400, 21606,
         "The From phone number +15005550007 is not a valid, SMS-capable inbound phone number or short code "
         "for your "
         "account."},
        {"From 8", "From=%2B15005550008&To=%2B243810000001&Body=x", 400, 21611, "SMS queue is full."},
        {"From of a live account", "From=%2B15017122661&To=%2B243810000001&Body=x", 400, 21606,
         "The From phone number +15017122661 is not a valid, SMS-capable inbound phone number or short code "
         "for your "
         "account."},
        {"To 1", "From=%2B15005550006&To=%2B15005550001&Body=x", 400, 21211,
         "The 'To' number +15005550001 is not a valid phone number."},
        {"To 2", "From=%2B15005550006&To=%2B15005550002&Body=x", 400, 21612,
         "The 'To' phone number: +15005550002, is not currently reachable using the 'From' phone number: "
         "+15005550006 "
         "via SMS."},
        {"To 3", "From=%2B15005550006&To=%2B15005550003&Body=x", 400, 21408,
         "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: "
         "+15005550003."},
        {"To 4", "From=%2B15005550006&To=%2B15005550004&Body=x", 400, 21610,
         "The message From/To pair violates a blacklist rule."},
        {"To 9", "From=%2B15005550006&To=%2B15005550009&Body=x", 400, 21614,
         "To number: +15005550009, is not a mobile number"},
    };
    struct client client;
    client_start(&client, &(struct sim_settings){.account = {.plan = account_plan(PLAN_TEST)}});
    check_refusals(&client, rows, COUNT_OF(rows));
    assert_int_equal(ask(&client, "POST", "/Messages.json", "From=%2B15005550006&To=%2B15005550010&Body=x"),
                     201);
    assert_int_equal(ask(&client, "GET", "/Messages.json", NULL), 403);
    assert_string_equal(client_json(&client, "message"),
                        "Resource not accessible with Test Account Credentials");
    client_stop(&client);
}

static void a_loopback_callback_is_refused_only_when_asked_to_be_strict(void **state)
{
    (void)state;
    static const char form[] = GOOD "&StatusCallback=http%3A%2F%2Flocalhost%3A3000%2Fstatus";
    for (int strict = 0; strict < 2; strict++) {
        struct client client;
        client_start(&client,
                     &(struct sim_settings){.strict_callbacks = strict == 1, .sent_after_ms = 60000});
        assert_int_equal(ask(&client, "POST", "/Messages.json", form), strict ? 400 : 201);
        if (strict)
            assert_string_equal(client_json(&client, "message"),
                                "The StatusCallback URL http://localhost:3000/status is not a valid URL.");
        client_stop(&client);
    }
}

static void a_number_in_a_readable_form_is_brought_to_e164(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    assert_int_equal(
        ask(&client, "POST", "/Messages.json", "To=%2B243+81-000+(0001)&From=%2B15005550006&Body=x"), 201);
    assert_string_equal(client_json(&client, "to"), "+243810000001");
    client_stop(&client);
}

static void immediate_delivery_needs_no_timer(void **state)
{
    (void)state;
    char path[128];
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 201);
    assert_string_equal(client_json(&client, "status"), "queued");
    assert_int_equal(timers_count(client.timers), 0);
    snprintf(path, sizeof path, "/Messages/%s.json", client_json(&client, "sid"));
    assert_int_equal(ask(&client, "GET", path, NULL), 200);
    assert_string_equal(client_json(&client, "status"), "delivered");
    assert_non_null(json_object_get(json_object_get(client_object(&client), "subresource_uris"), "feedback"));
    client_stop(&client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_message_is_created_as_captured),
        cmocka_unit_test(a_whatsapp_message_has_no_price_unit),
        cmocka_unit_test(a_paid_account_is_refused_in_twilios_order_and_words),
        cmocka_unit_test(a_body_over_1600_characters_is_refused),
        cmocka_unit_test(a_legacy_trial_has_its_own_rules),
        cmocka_unit_test(the_fifty_first_message_of_a_trials_day_is_refused_with_429),
        cmocka_unit_test(test_credentials_answer_the_magic_numbers_with_the_old_words),
        cmocka_unit_test(a_loopback_callback_is_refused_only_when_asked_to_be_strict),
        cmocka_unit_test(a_number_in_a_readable_form_is_brought_to_e164),
        cmocka_unit_test(immediate_delivery_needs_no_timer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
