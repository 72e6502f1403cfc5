/* The gate: paths, credentials, accounts, formats, planned faults, and what cannot be read. */
#include "test_client.h"

#define GOOD "To=%2B243810000001&From=%2B15005550006&Body=Votre+code+est+123456"

static void each_wrong_credential_has_its_own_words(void **state)
{
    (void)state;
    static const struct {
        const char *user;
        const char *password;
        const char *message;
    } rows[] = {
        {NULL, "", "Authentication Error - No credentials provided"},
        {"somebody", "x", "Authentication Error - invalid username"},
        {CLIENT_SID, "wrong", "Authenticate"},
        {"AC00000000000000000000000000000009", CLIENT_TOKEN, "Authenticate"},
        {"SK00000000000000000000000000000009", "x", "Authenticate"},
    };
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        client.user = rows[i].user;
        client.password = rows[i].password;
        assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 401);
        assert_string_equal(client_json(&client, "message"), rows[i].message);
        assert_string_equal(response_get_header(&client.response, "WWW-Authenticate"),
                            "Basic realm=\"Twilio API\"");
    }
    client_stop(&client);
}

static void the_fourth_form_of_20003_is_for_trial_accounts(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){.account = {.plan = account_plan(PLAN_TRIAL_LEGACY)}});
    assert_int_equal(ask(&client, "GET", "/AvailablePhoneNumbers/US/Local.json", NULL), 403);
    assert_string_equal(client_json(&client, "message"), "This feature is not available on a Trial account");
    client_stop(&client);
}

static void an_api_key_opens_its_account(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    struct account *account = sim_account(client.sim);
    account->keys[account->key_count++] =
        (struct api_key){.sid = "SK00000000000000000000000000000001", .secret = "made-up"};
    client.user = "SK00000000000000000000000000000001";
    client.password = "made-up";
    assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 201);
    client_stop(&client);
}

static void paths_that_are_not_there_are_named_with_their_extension(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        const char *path;
        int status;
        const char *message;
    } rows[] = {
        {"POST", "/messages.json", 404,
         "The requested resource /2010-04-01/Accounts/" CLIENT_SID "/messages.json was not found"},
        {"POST", "/2010-04-01/Accounts//Messages.json", 404,
         "The requested resource /2010-04-01/Accounts//Messages.json was not found"},
        {"GET", "/Messages/SM00000000000000000000000000000001.json", 404,
         "The requested resource /2010-04-01/Accounts/" CLIENT_SID
         "/Messages/SM00000000000000000000000000000001.json was not found"},
        {"GET", "/2010-04-01/Accounts/AC00000000000000000000000000000009/Messages.json", 404,
         "The requested resource /2010-04-01/Accounts/AC00000000000000000000000000000009/Messages.json was "
         "not found"},
        {"PUT", "/Messages.json", 405, "Method not allowed"},
    };
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(ask(&client, rows[i].method, rows[i].path, NULL), rows[i].status);
        assert_string_equal(client_json(&client, "message"), rows[i].message);
    }
    client_stop(&client);
}

static void an_account_that_is_not_active_is_refused_as_set(void **state)
{
    (void)state;
    static const struct {
        enum account_status account;
        int setting;
        int status;
        int code;
    } rows[] = {{ACCOUNT_SUSPENDED, 20403, 403, 20403},
                {ACCOUNT_CLOSED, 20403, 403, 20403},
                {ACCOUNT_SUSPENDED, 20003, 401, 20003},
                {ACCOUNT_SUSPENDED, 20005, 403, 20005}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct client client;
        client_start(&client, &(struct sim_settings){.account = {.status = rows[i].account},
                                                     .suspended_code = rows[i].setting});
        assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), rows[i].status);
        assert_int_equal(json_integer_value(json_object_get(client_object(&client), "code")), rows[i].code);
        client_stop(&client);
    }
}

static void xml_is_the_format_without_an_extension(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){.sent_after_ms = 60000});
    assert_int_equal(ask(&client, "POST", "/Messages", GOOD), 201);
    assert_string_equal(response_get_header(&client.response, "Content-Type"), "application/xml");
    assert_non_null(strstr(client_text(&client), "<TwilioResponse><Message><Sid>SM"));
    assert_non_null(strstr(client_text(&client), "<Body>Votre code est 123456</Body><Status>queued</Status>"
                                                 "<NumSegments>1</NumSegments><NumMedia>0</NumMedia>"));
    assert_int_equal(ask(&client, "POST", "/Messages.xml", "From=%2B15005550006"), 400);
    assert_non_null(strstr(client_text(&client),
                           "<RestException><Code>21604</Code><Message>A 'To' phone number is "
                           "required.</Message>"));
    client_stop(&client);
}

static void the_captured_headers_are_on_every_answer(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *value;
    } rows[] = {{"Content-Type", "application/json"},
                {"Access-Control-Allow-Origin", "*"},
                {"X-Powered-By", "AT-5000"},
                {"X-Shenanigans", "none"},
                {"X-Home-Region", "us1"},
                {"X-API-Domain", "api.twilio.com"},
                {"Strict-Transport-Security", "max-age=31536000"},
                {"Twilio-Concurrent-Requests", "1"}};
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    for (int good = 0; good < 2; good++) {
        ask(&client, "POST", "/Messages.json", good ? GOOD : "");
        for (size_t i = 0; i < COUNT_OF(rows); i++)
            assert_string_equal(response_get_header(&client.response, rows[i].name), rows[i].value);
        assert_memory_equal(response_get_header(&client.response, "Twilio-Request-Id"), "RQ", 2);
    }
    client_stop(&client);
}

static void what_cannot_be_read_gets_a_plain_400_and_stands_in_the_journal(void **state)
{
    (void)state;
    static const char *const bodies[] = {"To=%2", "To=%zz", "To=%00", "To=a%0"};
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        uint64_t before = client.sim->journal.last_n;
        assert_int_equal(ask(&client, "POST", "/Messages.json", bodies[i]), 400);
        assert_memory_equal(client_text(&client), "twilio-sim: the request cannot be read: ", 40);
        assert_int_equal(client.sim->journal.last_n, before + 1);
    }
    client_stop(&client);
}

static void of_a_repeated_parameter_the_first_counts(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD "&Body=second&To=%2B12"), 201);
    assert_string_equal(client_json(&client, "body"), "Votre code est 123456");
    client_stop(&client);
}

static void a_json_body_is_read_as_no_parameters(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    client.extra = (struct response_header){"Content-Type", "application/json"};
    assert_int_equal(ask(&client, "POST", "/Messages.json", "{\"To\":\"+243810000001\"}"), 400);
    assert_int_equal(json_integer_value(json_object_get(client_object(&client), "code")), 21603);
    client_stop(&client);
}

static void plan_fault(struct client *client, struct fault_rule rule)
{
    struct planned_fault *fault = mem_new(sizeof *fault);
    fault->rule = rule;
    assert_true(account_add_fault(sim_account(client->sim), fault));
}

#define NO_EXTRAS .retry_after_s = -1, .deliver_state = -1, .deliver_after_ms = -1

static void a_planned_fault_changes_the_answer_and_says_whether_it_was_sent(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct fault_rule rule;
        int status;
        enum wire_fault wire;
        size_t messages;
        const char *body;
    } rows[] = {
        {"503 as JSON",
         {NO_EXTRAS, .accepted = -1, .outcome_count = 1, .outcomes = {{FAULT_STATUS, 503}}},
         503,
         WIRE_NONE,
         0,
         "{\"code\": 20503, \"message\": \"Service unavailable\", \"more_info\": "
         "\"https://www.twilio.com/docs/errors/20503\", \"status\": 503}"},
        {"503 as a page, sent all the same",
         {NO_EXTRAS, .accepted = 1, .body = FAULT_BODY_HTML, .outcome_count = 1,
          .outcomes = {{FAULT_STATUS, 503}}},
         503,
         WIRE_NONE,
         1,
         "<html><head><title>503</title></head><body><h1>503</h1></body></html>\n"},
        {"a refusal by code",
         {NO_EXTRAS, .accepted = -1, .outcome_count = 1, .outcomes = {{FAULT_FAIL, 21611}}},
         400,
         WIRE_NONE,
         0,
         "{\"code\": 21611, \"message\": \"SMS queue is full.\", \"more_info\": "
         "\"https://www.twilio.com/docs/errors/21611\", \"status\": 400}"},
        {"the answer is lost",
         {NO_EXTRAS, .accepted = 1, .outcome_count = 1, .outcomes = {{FAULT_WIRE, FAULT_RESET}}},
         201,
         WIRE_RESET,
         1,
         NULL},
        {"an asynchronous code",
         {NO_EXTRAS, .accepted = -1, .outcome_count = 1, .outcomes = {{FAULT_FAIL, 30003}}},
         201,
         WIRE_NONE,
         1,
         NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct client client;
        client_start(&client, &(struct sim_settings){0});
        plan_fault(&client, rows[i].rule);
        int status = ask(&client, "POST", "/Messages.json", GOOD);
        if (status != rows[i].status || client.response.wire != rows[i].wire ||
            client.sim->messages.count != rows[i].messages)
            fail_msg("%s: %d %s", rows[i].why, status, client_text(&client));
        if (rows[i].body != NULL)
            assert_string_equal(client_text(&client), rows[i].body);
        client_stop(&client);
    }
}

static void a_fault_may_name_the_person_of_a_message_that_is_fetched(void **state)
{
    (void)state;
    char path[128];
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    ask(&client, "POST", "/Messages.json", GOOD);
    snprintf(path, sizeof path, "/Messages/%s.json", client_json(&client, "sid"));
    plan_fault(&client, (struct fault_rule){.operation = TEXT("message.fetch"),
                                            .to = TEXT("+243810000001"),
                                            NO_EXTRAS,
                                            .accepted = -1,
                                            .outcome_count = 1,
                                            .outcomes = {{FAULT_STATUS, 500}}});
    assert_int_equal(ask(&client, "GET", path, NULL), 500);
    sim_account(client.sim)->faults[0]->rule.to = TEXT("+243810000002");
    assert_int_equal(ask(&client, "GET", path, NULL), 200);
    client_stop(&client);
}

static void retry_after_and_delay_stand_beside_the_outcome(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    plan_fault(&client, (struct fault_rule){.retry_after_s = 30,
                                            .deliver_state = -1,
                                            .deliver_after_ms = -1,
                                            .accepted = -1,
                                            .outcome_count = 1,
                                            .outcomes = {{FAULT_STATUS, 429}},
                                            .delay = FAULT_FIXED,
                                            .delay_ms = 1500});
    assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 429);
    assert_string_equal(response_get_header(&client.response, "Retry-After"), "30");
    assert_int_equal(client.response.delay_ms, 1500);
    client_stop(&client);
}

static void a_hit_is_recorded_on_the_request_and_the_message(void **state)
{
    (void)state;
    struct client client;
    struct journal_record record;
    client_start(&client, &(struct sim_settings){0});
    plan_fault(&client, (struct fault_rule){NO_EXTRAS, .accepted = 1, .outcome_count = 1,
                                            .outcomes = {{FAULT_STATUS, 500}}});
    ask(&client, "POST", "/Messages.json", GOOD);
    assert_true(journal_next(&client.sim->journal, 0, &record));
    assert_int_equal(record.kind, JOURNAL_CALL);
    assert_text(journal_text(&record, "outcome"), "status 500");
    assert_int_equal(journal_number(&record, "rule"), 1);
    assert_true(journal_next(&client.sim->journal, 1, &record));
    assert_int_equal(record.kind, JOURNAL_FAULT);
    assert_int_equal(messages_at(&client.sim->messages, 1)->fault_number, 1);
    client_stop(&client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_wrong_credential_has_its_own_words),
        cmocka_unit_test(the_fourth_form_of_20003_is_for_trial_accounts),
        cmocka_unit_test(an_api_key_opens_its_account),
        cmocka_unit_test(paths_that_are_not_there_are_named_with_their_extension),
        cmocka_unit_test(an_account_that_is_not_active_is_refused_as_set),
        cmocka_unit_test(xml_is_the_format_without_an_extension),
        cmocka_unit_test(the_captured_headers_are_on_every_answer),
        cmocka_unit_test(what_cannot_be_read_gets_a_plain_400_and_stands_in_the_journal),
        cmocka_unit_test(of_a_repeated_parameter_the_first_counts),
        cmocka_unit_test(a_json_body_is_read_as_no_parameters),
        cmocka_unit_test(a_planned_fault_changes_the_answer_and_says_whether_it_was_sent),
        cmocka_unit_test(a_fault_may_name_the_person_of_a_message_that_is_fetched),
        cmocka_unit_test(retry_after_and_delay_stand_beside_the_outcome),
        cmocka_unit_test(a_hit_is_recorded_on_the_request_and_the_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
