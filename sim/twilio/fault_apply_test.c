/* Planned faults on the answer: every outcome, and what stands beside it. */
#include "test_client.h"

#define GOOD      "To=%2B243810000001&From=%2B15005550006&Body=Votre+code+est+123456"
#define NO_EXTRAS .accepted = -1, .retry_after_s = -1, .deliver_state = -1, .deliver_after_ms = -1

static void plan(struct client *client, struct fault_rule rule)
{
    struct planned_fault *fault = mem_new(sizeof *fault);
    fault->rule = rule;
    assert_true(account_add_fault(sim_account(client->sim), fault));
}

/* The outcome in the journal's last fault record. */
static void assert_outcome(struct client *client, const char *expected)
{
    struct journal_record record;
    char outcome[64] = "";
    for (uint64_t n = 0; journal_next(&client->sim->journal, n, &record); n = record.n)
        if (record.kind == JOURNAL_FAULT)
            snprintf(outcome, sizeof outcome, "%.*s", TEXT_ARGS(journal_text(&record, "outcome")));
    assert_string_equal(outcome, expected);
}

static void every_wire_fault_reaches_the_transport(void **state)
{
    (void)state;
    static const struct {
        enum fault_wire wire;
        enum wire_fault transport;
        size_t messages;
        const char *outcome;
    } rows[] = {
        {FAULT_REFUSE, WIRE_RESET, 0, "wire refuse"},        {FAULT_RESET, WIRE_RESET, 0, "wire reset"},
        {FAULT_CLOSE, WIRE_CLOSE, 0, "wire close"},          {FAULT_HANG, WIRE_HANG, 0, "wire hang"},
        {FAULT_TRUNCATE, WIRE_TRUNCATE, 1, "wire truncate"}, {FAULT_DRIP, WIRE_DRIP, 1, "wire drip"},
        {FAULT_GARBAGE, WIRE_GARBAGE, 0, "wire garbage"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct client client;
        client_start(&client, &(struct sim_settings){0});
        plan(&client, (struct fault_rule){NO_EXTRAS, .outcome_count = 1,
                                          .outcomes = {{FAULT_WIRE, (int)rows[i].wire}}});
        ask(&client, "POST", "/Messages.json", GOOD);
        assert_int_equal(client.response.wire, rows[i].transport);
        assert_int_equal(client.sim->messages.count, rows[i].messages);
        assert_outcome(&client, rows[i].outcome);
        client_stop(&client);
    }
}

static void a_status_has_the_body_that_was_ordered(void **state)
{
    (void)state;
    static const struct {
        int status;
        enum fault_body body;
        const char *type, *text;
    } rows[] = {
        {503, FAULT_BODY_JSON, "application/json",
         "{\"code\": 20503, \"message\": \"Service unavailable\", \"more_info\": "
         "\"https://www.twilio.com/docs/errors/20503\", \"status\": 503}"},
        {429, FAULT_BODY_JSON, "application/json",
         "{\"code\": 20429, \"message\": \"Too Many Requests\", \"more_info\": "
         "\"https://www.twilio.com/docs/errors/20429\", \"status\": 429}"},
        {418, FAULT_BODY_JSON, "application/json", "{\"status\": 418}"},
        {502, FAULT_BODY_HTML, "text/html",
         "<html><head><title>502</title></head><body><h1>502</h1></body></html>\n"},
        {502, FAULT_BODY_TEXT, "text/plain", "upstream answered 502\n"},
        {502, FAULT_BODY_EMPTY, NULL, ""},
        {200, FAULT_BODY_HTML, "text/html",
         "<html><head><title>200</title></head><body><h1>200</h1></body></html>\n"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct client client;
        client_start(&client, &(struct sim_settings){0});
        plan(&client, (struct fault_rule){NO_EXTRAS, .body = rows[i].body, .outcome_count = 1,
                                          .outcomes = {{FAULT_STATUS, rows[i].status}}});
        assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), rows[i].status);
        assert_string_equal(client_text(&client), rows[i].text);
        const char *type = response_get_header(&client.response, "Content-Type");
        assert_true((type == NULL) == (rows[i].type == NULL));
        if (type != NULL)
            assert_string_equal(type, rows[i].type);
        client_stop(&client);
    }
}

static void a_redirect_has_its_location(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    plan(&client, (struct fault_rule){NO_EXTRAS, .location = TEXT("https://example.com/elsewhere"),
                                      .outcome_count = 1, .outcomes = {{FAULT_STATUS, 307}}});
    assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 307);
    assert_string_equal(response_get_header(&client.response, "Location"), "https://example.com/elsewhere");
    client_stop(&client);
}

static void an_ordered_error_speaks_of_this_request(void **state)
{
    (void)state;
    static const struct {
        int code, status;
        const char *message;
    } rows[] = {
        {21408, 400,
         "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: "
         "+24381000XXXX"},
        {63038, 429, "Account " CLIENT_SID " exceeded the 50 daily messages limit"},
        {20003, 401, "Authenticate"},
        {20429, 429, "Too Many Requests"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct client client;
        client_start(&client, &(struct sim_settings){0});
        plan(&client,
             (struct fault_rule){NO_EXTRAS, .outcome_count = 1, .outcomes = {{FAULT_FAIL, rows[i].code}}});
        assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), rows[i].status);
        assert_string_equal(client_json(&client, "message"), rows[i].message);
        assert_int_equal(client.sim->messages.count, 0);
        client_stop(&client);
    }
}

static void the_end_of_a_message_is_as_ordered(void **state)
{
    (void)state;
    static const struct {
        struct fault_rule rule;
        const char *status;
        int code;
    } rows[] = {
        {{NO_EXTRAS, .outcome_count = 1, .outcomes = {{FAULT_FAIL, 30003}}}, "undelivered", 30003},
        {{NO_EXTRAS, .outcome_count = 1, .outcomes = {{FAULT_FAIL, 30001}}}, "failed", 30001},
        {{.accepted = -1, .retry_after_s = -1, .deliver_state = MESSAGE_SENT, .deliver_after_ms = -1},
         "sent",
         0},
        {{.accepted = -1,
          .retry_after_s = -1,
          .deliver_state = MESSAGE_UNDELIVERED,
          .deliver_code = 30006,
          .deliver_after_ms = 0},
         "undelivered",
         30006},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char path[128];
        struct client client;
        client_start(&client, &(struct sim_settings){0});
        plan(&client, rows[i].rule);
        assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 201);
        snprintf(path, sizeof path, "/Messages/%s.json", client_json(&client, "sid"));
        account_clear_faults(sim_account(client.sim));
        assert_int_equal(ask(&client, "GET", path, NULL), 200);
        assert_string_equal(client_json(&client, "status"), rows[i].status);
        assert_int_equal(json_integer_value(json_object_get(client_object(&client), "error_code")),
                         rows[i].code);
        client_stop(&client);
    }
}

static void a_pass_shields_from_the_rules_behind_it(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    plan(&client, (struct fault_rule){NO_EXTRAS, .when = FAULT_FIRST, .count = 1, .outcome_count = 1,
                                      .outcomes = {{FAULT_PASS, 0}}});
    plan(&client, (struct fault_rule){NO_EXTRAS, .outcome_count = 1, .outcomes = {{FAULT_STATUS, 500}}});
    assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 201);
    assert_outcome(&client, "pass");
    assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 500);
    client_stop(&client);
}

static void a_callback_before_the_answer_holds_the_answer(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    plan(&client, (struct fault_rule){NO_EXTRAS, .has_callbacks = true, .callback_count = 1,
                                      .callbacks = {{.state = MESSAGE_DELIVERED, .before_answer = true}}});
    assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 201);
    assert_true(client.response.delay_ms > 0);
    client_stop(&client);
}

static void credentials_are_judged_before_planned_faults(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    plan(&client, (struct fault_rule){NO_EXTRAS, .outcome_count = 1, .outcomes = {{FAULT_STATUS, 500}}});
    client.password = "wrong";
    assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 401);
    assert_int_equal(sim_account(client.sim)->faults[0]->rule.matched, 0);
    client_stop(&client);
}

static const struct beginning twilio_begins = {{"127.0.0.1:1", 11}, {"api.twilio.com", 14}, {"twilio", 6}};
static const struct beginning maps_begins = {
    {"127.0.0.1:1", 11}, {"maps.example.com", 16}, {"maps.example.com", 16}};

static struct connect_fault begin(struct client *client, const struct beginning *beginning)
{
    return call_connecting(client->sim, beginning);
}

static void a_connection_is_ended_by_rules_on_connect_alone(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    assert_int_equal(begin(&client, &twilio_begins).wire, WIRE_NONE);
    plan(&client,
         (struct fault_rule){NO_EXTRAS, .operation = TEXT("connect"), .when = FAULT_FIRST, .count = 1,
                             .outcome_count = 1, .outcomes = {{FAULT_WIRE, FAULT_RESET}}});
    assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 201);
    uint64_t before = client.sim->journal.last_n;
    assert_int_equal(begin(&client, &twilio_begins).wire, WIRE_RESET);
    assert_outcome(&client, "wire reset");
    assert_int_equal(client.sim->journal.last_n, before + 2);
    assert_int_equal(begin(&client, &twilio_begins).wire, WIRE_NONE);
    assert_int_equal(client.sim->journal.last_n, before + 2);
    client_stop(&client);
}

static void a_handshake_is_spoiled_for_one_provider_as_ordered(void **state)
{
    static const struct {
        int ordered;
        enum tls_fault fault;
        const char *words;
    } rows[] = {{FAULT_EXPIRED, TLS_EXPIRED, "tls expired"},
                {FAULT_WRONG_HOST, TLS_WRONG_HOST, "tls wrong-host"},
                {FAULT_UNKNOWN_CA, TLS_UNKNOWN_CA, "tls unknown-ca"},
                {FAULT_ABORT, TLS_ABORT, "tls abort"}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct client client;
        client_start(&client, &(struct sim_settings){0});
        plan(&client, (struct fault_rule){NO_EXTRAS, .provider = TEXT("twilio"), .operation = TEXT("connect"),
                                          .when = FAULT_NTH, .count = 2, .outcome_count = 1,
                                          .outcomes = {{FAULT_TLS, rows[i].ordered}}});
        assert_int_equal(begin(&client, &twilio_begins).tls, TLS_FINE);
        assert_int_equal(begin(&client, &maps_begins).tls, TLS_FINE);
        assert_int_equal(begin(&client, &twilio_begins).tls, rows[i].fault);
        assert_outcome(&client, rows[i].words);
        assert_int_equal(begin(&client, &twilio_begins).tls, TLS_FINE);
        assert_int_equal(sim_account(client.sim)->faults[0]->rule.matched, 3);
        assert_int_equal(sim_account(client.sim)->faults[0]->rule.hits, 1);
        client_stop(&client);
    }
}

static void a_name_is_lost_by_rules_on_resolve_alone(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    plan(&client,
         (struct fault_rule){NO_EXTRAS, .operation = TEXT("resolve"), .in_turn = true, .outcome_count = 2,
                             .outcomes = {{FAULT_DNS, FAULT_SERVFAIL}, {FAULT_DNS, FAULT_UNKNOWN}}});
    assert_int_equal(begin(&client, &twilio_begins).tls, TLS_FINE);
    assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 201);
    sim_lock(client.sim);
    assert_int_equal(call_resolving(client.sim, &twilio_begins), FAULT_SERVFAIL);
    assert_outcome(&client, "dns servfail");
    assert_int_equal(call_resolving(client.sim, &maps_begins), FAULT_UNKNOWN);
    assert_int_equal(call_resolving(client.sim, &twilio_begins), 0);
    sim_unlock(client.sim);
    client_stop(&client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_wire_fault_reaches_the_transport),
        cmocka_unit_test(a_status_has_the_body_that_was_ordered),
        cmocka_unit_test(a_redirect_has_its_location),
        cmocka_unit_test(an_ordered_error_speaks_of_this_request),
        cmocka_unit_test(the_end_of_a_message_is_as_ordered),
        cmocka_unit_test(a_pass_shields_from_the_rules_behind_it),
        cmocka_unit_test(a_callback_before_the_answer_holds_the_answer),
        cmocka_unit_test(credentials_are_judged_before_planned_faults),
        cmocka_unit_test(a_connection_is_ended_by_rules_on_connect_alone),
        cmocka_unit_test(a_handshake_is_spoiled_for_one_provider_as_ordered),
        cmocka_unit_test(a_name_is_lost_by_rules_on_resolve_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
