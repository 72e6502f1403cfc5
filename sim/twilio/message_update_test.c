/* GET, POST and DELETE …/Messages/{Sid}. */
#include "test_client.h"

#define PATH "/Messages/SM00000000000000000000000000000001.json"

/* A message in the given state. */
static void store(struct client *client, enum message_state state, int code)
{
    struct message fields = {.tenant = sim_account(client->sim)->tenant,
                             .sid = "SM00000000000000000000000000000001",
                             .state = (uint8_t)state,
                             .error_code = code,
                             .segments = 1,
                             .created_wall_ms = 1686936570000,
                             .updated_wall_ms = 1686936570000};
    struct text texts[MESSAGE_TEXT_COUNT] = {[MESSAGE_TO] = TEXT("+243810000001"),
                                             [MESSAGE_FROM] = TEXT("+15005550006"),
                                             [MESSAGE_BODY] = TEXT("Votre code est 123456")};
    messages_add(&client->sim->messages, &fields, texts);
}

static int code_of(struct client *client)
{
    return (int)json_integer_value(json_object_get(client_object(client), "code"));
}

static void a_message_is_shown_as_it_is(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    store(&client, MESSAGE_UNDELIVERED, 30003);
    assert_int_equal(ask(&client, "GET", PATH, NULL), 200);
    assert_string_equal(client_json(&client, "status"), "undelivered");
    assert_int_equal(json_integer_value(json_object_get(client_object(&client), "error_code")), 30003);
    assert_string_equal(client_json(&client, "error_message"), "Unreachable destination handset");
    assert_string_equal(client_json(&client, "date_created"), "Fri, 16 Jun 2023 17:29:30 +0000");
    assert_string_equal(client_json(&client, "uri"), "/2010-04-01/Accounts/" CLIENT_SID PATH);
    client_stop(&client);
}

static void only_what_is_over_can_be_redacted_or_deleted(void **state)
{
    (void)state;
    static const struct {
        enum message_state state;
        bool over;
    } rows[] = {{MESSAGE_QUEUED, false},   {MESSAGE_SENDING, false},    {MESSAGE_SENT, true},
                {MESSAGE_DELIVERED, true}, {MESSAGE_UNDELIVERED, true}, {MESSAGE_FAILED, true},
                {MESSAGE_READ, true},      {MESSAGE_RECEIVED, true},    {MESSAGE_ACCEPTED, false},
                {MESSAGE_SCHEDULED, false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct client client;
        client_start(&client, &(struct sim_settings){0});
        store(&client, rows[i].state, 0);
        assert_int_equal(ask(&client, "POST", PATH, "Body="), rows[i].over ? 200 : 409);
        if (!rows[i].over) {
            assert_int_equal(code_of(&client), 20009);
            assert_string_equal(client_json(&client, "message"),
                                "Cannot delete message because delivery has not been completed.");
        }
        assert_int_equal(ask(&client, "DELETE", PATH, NULL), rows[i].over ? 204 : 409);
        assert_int_equal(ask(&client, "GET", PATH, NULL), rows[i].over ? 404 : 200);
        client_stop(&client);
    }
}

static void a_redacted_message_has_an_empty_body_and_keeps_the_rest(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    store(&client, MESSAGE_DELIVERED, 0);
    assert_int_equal(ask(&client, "POST", PATH, "Body="), 200);
    assert_string_equal(client_json(&client, "body"), "");
    assert_string_equal(client_json(&client, "status"), "delivered");
    assert_string_not_equal(client_json(&client, "date_updated"), "Fri, 16 Jun 2023 17:29:30 +0000");
    assert_int_equal(ask(&client, "GET", PATH, NULL), 200);
    assert_true(json_is_string(json_object_get(client_object(&client), "body")));
    assert_string_equal(client_json(&client, "body"), "");
    client_stop(&client);
}

static void an_update_that_means_nothing_is_refused(void **state)
{
    (void)state;
    static const struct {
        enum message_state state;
        const char *form;
        int status, code;
    } rows[] = {
        {MESSAGE_DELIVERED, "Body=other", 400, 20422},
        {MESSAGE_DELIVERED, "Status=delivered", 400, 20422},
        {MESSAGE_DELIVERED, "Status=", 400, 20422},
        {MESSAGE_DELIVERED, "Status=canceled", 409, 30409},
        {MESSAGE_QUEUED, "Status=canceled", 409, 30409},
        {MESSAGE_SENT, "Status=canceled&Body=", 409, 30409},
        {MESSAGE_DELIVERED, "", 200, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct client client;
        client_start(&client, &(struct sim_settings){0});
        store(&client, rows[i].state, 0);
        int status = ask(&client, "POST", PATH, rows[i].form);
        if (status != rows[i].status || code_of(&client) != rows[i].code)
            fail_msg("%s: %d, %s", rows[i].form, status, client_text(&client));
        assert_int_equal(ask(&client, "GET", PATH, NULL), 200);
        assert_string_equal(client_json(&client, "body"), "Votre code est 123456");
        client_stop(&client);
    }
}

static void a_scheduled_message_can_be_canceled_once(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    store(&client, MESSAGE_SCHEDULED, 0);
    assert_int_equal(ask(&client, "POST", PATH, "Status=canceled"), 200);
    assert_string_equal(client_json(&client, "status"), "canceled");
    assert_true(json_is_null(json_object_get(client_object(&client), "date_sent")));
    assert_int_equal(ask(&client, "POST", PATH, "Status=canceled"), 409);
    assert_int_equal(code_of(&client), 30409);
    client_stop(&client);
}

static void another_accounts_message_is_not_found(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    store(&client, MESSAGE_DELIVERED, 0);
    messages_at(&client.sim->messages, 1)->tenant = 99;
    static const struct {
        const char *method, *form;
    } rows[] = {{"GET", NULL}, {"POST", "Body="}, {"DELETE", NULL}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(ask(&client, rows[i].method, PATH, rows[i].form), 404);
        assert_int_equal(code_of(&client), 20404);
    }
    assert_non_null(messages_at(&client.sim->messages, 1));
    client_stop(&client);
}

static void a_delete_has_no_body(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    store(&client, MESSAGE_DELIVERED, 0);
    assert_int_equal(ask(&client, "DELETE", PATH, NULL), 204);
    assert_string_equal(client_text(&client), "");
    assert_null(response_get_header(&client.response, "Content-Type"));
    assert_int_equal(ask(&client, "DELETE", PATH, NULL), 404);
    client_stop(&client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_shown_as_it_is),
        cmocka_unit_test(only_what_is_over_can_be_redacted_or_deleted),
        cmocka_unit_test(a_redacted_message_has_an_empty_body_and_keeps_the_rest),
        cmocka_unit_test(an_update_that_means_nothing_is_refused),
        cmocka_unit_test(a_scheduled_message_can_be_canceled_once),
        cmocka_unit_test(another_accounts_message_is_not_found),
        cmocka_unit_test(a_delete_has_no_body),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
