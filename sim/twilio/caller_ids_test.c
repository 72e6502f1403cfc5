/* …/OutgoingCallerIds: who is verified, page by page, and who is no longer. */
#include "test_client.h"

static void add_many(struct client *client, int count)
{
    struct account *account = sim_account(client->sim);
    for (int i = 1; i <= count; i++) {
        char e164[32], name[32];
        snprintf(e164, sizeof e164, "+24381000000%d", i);
        snprintf(name, sizeof name, "person %d", i);
        account_add_caller_id(account, &client->sim->ids, e164, name, 1686936570000);
    }
}

/* The last digits of the numbers of the page. */
static void assert_page(struct client *client, const char *expected)
{
    char got[64];
    size_t count = 0, i;
    json_t *item;
    json_array_foreach(json_object_get(client_object(client), "outgoing_caller_ids"), i, item)
    {
        got[count++] = json_string_value(json_object_get(item, "phone_number"))[12];
    }
    got[count] = '\0';
    assert_string_equal(got, expected);
}

static void pages_lead_forwards_and_back(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    add_many(&client, 5);
    assert_int_equal(ask(&client, "GET", "/OutgoingCallerIds.json?PageSize=2", NULL), 200);
    assert_page(&client, "12");
    client_follow(&client, "next_page_uri");
    assert_page(&client, "34");
    client_follow(&client, "next_page_uri");
    assert_page(&client, "5");
    assert_true(json_is_null(json_object_get(client_object(&client), "next_page_uri")));
    client_follow(&client, "previous_page_uri");
    assert_page(&client, "34");
    client_follow(&client, "previous_page_uri");
    assert_page(&client, "12");
    assert_true(json_is_null(json_object_get(client_object(&client), "previous_page_uri")));
    assert_int_equal(ask(&client, "GET", "/OutgoingCallerIds.json?PageSize=2&Page=1", NULL), 200);
    assert_page(&client, "34");
    client_stop(&client);
}

static void the_list_is_filtered_and_bad_queries_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        int status;
        const char *page;
    } rows[] = {
        {"PhoneNumber=%2B243810000002", 200, "2"},
        {"PhoneNumber=243810000002", 200, ""},
        {"FriendlyName=person+3", 200, "3"},
        {"FriendlyName=person", 200, ""},
        {"PageSize=1001", 400, NULL},
        {"PageToken=PAPN00000000000000000000000000000009", 400, NULL},
    };
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    add_many(&client, 3);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char path[128];
        snprintf(path, sizeof path, "/OutgoingCallerIds.json?%s", rows[i].query);
        assert_int_equal(ask(&client, "GET", path, NULL), rows[i].status);
        if (rows[i].page != NULL)
            assert_page(&client, rows[i].page);
    }
    client_stop(&client);
}

static void a_caller_id_is_fetched_by_its_sid(void **state)
{
    (void)state;
    char path[128];
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    add_many(&client, 2);
    snprintf(path, sizeof path, "/OutgoingCallerIds/%s.json", sim_account(client.sim)->caller_ids[1].sid);
    assert_int_equal(ask(&client, "GET", path, NULL), 200);
    static const struct {
        const char *key, *value;
    } rows[] = {{"phone_number", "+243810000002"},
                {"friendly_name", "person 2"},
                {"account_sid", CLIENT_SID},
                {"date_created", "Fri, 16 Jun 2023 17:29:30 +0000"},
                {"date_updated", "Fri, 16 Jun 2023 17:29:30 +0000"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_string_equal(client_json(&client, rows[i].key), rows[i].value);
    assert_int_equal(ask(&client, "GET", "/OutgoingCallerIds/PN00000000000000000000000000000009.json", NULL),
                     404);
    client_stop(&client);
}

static void who_is_deleted_gets_no_more_messages_on_trial(void **state)
{
    (void)state;
    static const char form[] = "To=%2B243810000001&From=%2B15005550006&Body=x";
    char path[128];
    struct client client;
    client_start(&client, &(struct sim_settings){.account = {.plan = account_plan(PLAN_TRIAL_LEGACY)}});
    client_person(&client, "+243810000001", true, LINE_UNKNOWN);
    assert_int_equal(ask(&client, "POST", "/Messages.json", form), 201);
    snprintf(path, sizeof path, "/OutgoingCallerIds/%s.json", sim_account(client.sim)->caller_ids[0].sid);
    assert_int_equal(ask(&client, "DELETE", path, NULL), 204);
    assert_string_equal(client_text(&client), "");
    assert_int_equal(ask(&client, "GET", path, NULL), 404);
    assert_int_equal(ask(&client, "DELETE", path, NULL), 404);
    assert_int_equal(ask(&client, "POST", "/Messages.json", form), 400);
    assert_int_equal(json_integer_value(json_object_get(client_object(&client), "code")), 21608);
    client_stop(&client);
}

static void xml_has_the_items_in_its_list(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    add_many(&client, 1);
    assert_int_equal(ask(&client, "GET", "/OutgoingCallerIds", NULL), 200);
    assert_non_null(
        strstr(client_text(&client), "<TwilioResponse><OutgoingCallerIds page=\"0\" pagesize=\"50\""));
    assert_non_null(strstr(client_text(&client), "<FriendlyName>person 1</FriendlyName>"
                                                 "<PhoneNumber>+243810000001</PhoneNumber>"));
    client_stop(&client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_lead_forwards_and_back),
        cmocka_unit_test(the_list_is_filtered_and_bad_queries_are_refused),
        cmocka_unit_test(a_caller_id_is_fetched_by_its_sid),
        cmocka_unit_test(who_is_deleted_gets_no_more_messages_on_trial),
        cmocka_unit_test(xml_has_the_items_in_its_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
