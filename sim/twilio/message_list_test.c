/* GET …/Messages: order, filters, pages in both directions, and what is refused. */
#include "test_client.h"

#define BASE "/2010-04-01/Accounts/" CLIENT_SID "/Messages.json"

/* 2023-06-16 17:29:30 UTC */
#define NOON_MS 1686936570000

/* Stores a message whose SID ends with `number`; sent_wall_ms 0: not sent yet. */
static void store(struct client *client, unsigned number, const char *to, const char *from,
                  int64_t sent_wall_ms)
{
    struct message fields = {.tenant = sim_account(client->sim)->tenant,
                             .state = sent_wall_ms == 0 ? MESSAGE_QUEUED : MESSAGE_SENT,
                             .created_wall_ms = NOON_MS,
                             .updated_wall_ms = NOON_MS,
                             .sent_wall_ms = sent_wall_ms};
    snprintf(fields.sid, sizeof fields.sid, "SM%032x", number);
    struct text texts[MESSAGE_TEXT_COUNT] = {
        [MESSAGE_TO] = text_of(to), [MESSAGE_FROM] = text_of(from), [MESSAGE_BODY] = TEXT("x")};
    messages_add(&client->sim->messages, &fields, texts);
}

/* Messages 1 to `count`, a minute apart, ending at noon. */
static void store_many(struct client *client, unsigned count)
{
    for (unsigned i = 1; i <= count; i++)
        store(client, i, "+243810000001", "+15005550006", NOON_MS - 60000 * (int64_t)(count - i));
}

/* The last hex digit of each SID of the page, in order. */
static void assert_page(struct client *client, const char *expected)
{
    char got[64];
    size_t count = 0, i;
    json_t *item;
    json_array_foreach(json_object_get(client_object(client), "messages"), i, item)
    {
        const char *sid = json_string_value(json_object_get(item, "sid"));
        got[count++] = sid[33];
    }
    got[count] = '\0';
    assert_string_equal(got, expected);
}

static void the_newest_comes_first_and_the_page_is_described(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    store_many(&client, 3);
    assert_int_equal(ask(&client, "GET", "/Messages.json", NULL), 200);
    assert_page(&client, "321");
    assert_string_equal(client_json(&client, "uri"), BASE "?PageSize=50&Page=0");
    assert_string_equal(client_json(&client, "first_page_uri"), BASE "?PageSize=50&Page=0");
    static const struct {
        const char *key;
        int value;
    } numbers[] = {{"page", 0}, {"page_size", 50}, {"start", 0}, {"end", 2}};
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        assert_int_equal(json_integer_value(json_object_get(client_object(&client), numbers[i].key)),
                         numbers[i].value);
    assert_true(json_is_null(json_object_get(client_object(&client), "next_page_uri")));
    assert_true(json_is_null(json_object_get(client_object(&client), "previous_page_uri")));
    client_stop(&client);
}

static void an_empty_list_starts_and_ends_at_0(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    assert_int_equal(ask(&client, "GET", "/Messages.json", NULL), 200);
    assert_page(&client, "");
    assert_int_equal(json_integer_value(json_object_get(client_object(&client), "end")), 0);
    client_stop(&client);
}

/* Goes to the URI at `key`. */
static void pages_lead_forwards_and_back(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    store_many(&client, 5);
    assert_int_equal(ask(&client, "GET", "/Messages.json?PageSize=2", NULL), 200);
    assert_page(&client, "54");
    assert_string_equal(client_json(&client, "next_page_uri"),
                        BASE "?PageSize=2&Page=1&PageToken=PASM00000000000000000000000000000004");
    client_follow(&client, "next_page_uri");
    assert_page(&client, "32");
    assert_string_equal(client_json(&client, "uri"),
                        BASE "?PageSize=2&Page=1&PageToken=PASM00000000000000000000000000000004");
    assert_string_equal(client_json(&client, "previous_page_uri"),
                        BASE "?PageSize=2&Page=0&PageToken=PBSM00000000000000000000000000000003");
    assert_int_equal(json_integer_value(json_object_get(client_object(&client), "start")), 2);
    assert_int_equal(json_integer_value(json_object_get(client_object(&client), "end")), 3);
    client_follow(&client, "next_page_uri");
    assert_page(&client, "1");
    assert_true(json_is_null(json_object_get(client_object(&client), "next_page_uri")));
    client_follow(&client, "previous_page_uri");
    assert_page(&client, "32");
    client_follow(&client, "previous_page_uri");
    assert_page(&client, "54");
    assert_true(json_is_null(json_object_get(client_object(&client), "previous_page_uri")));
    client_stop(&client);
}

static void a_page_number_alone_counts_pages(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    store_many(&client, 5);
    assert_int_equal(ask(&client, "GET", "/Messages.json?PageSize=2&Page=2", NULL), 200);
    assert_page(&client, "1");
    assert_int_equal(ask(&client, "GET", "/Messages.json?PageSize=2&Page=2147483647", NULL), 200);
    assert_page(&client, "");
    client_stop(&client);
}

static void new_messages_do_not_shift_the_pages_behind_a_token(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    store_many(&client, 4);
    assert_int_equal(ask(&client, "GET", "/Messages.json?PageSize=2", NULL), 200);
    assert_page(&client, "43");
    char uri[1024];
    snprintf(uri, sizeof uri, "%s", client_json(&client, "next_page_uri"));
    store(&client, 5, "+243810000001", "+15005550006", NOON_MS);
    assert_int_equal(ask(&client, "GET", uri, NULL), 200);
    assert_page(&client, "21");
    client_stop(&client);
}

static void messages_may_be_deleted_while_they_are_paged(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    store_many(&client, 4);
    assert_int_equal(ask(&client, "GET", "/Messages.json?PageSize=2", NULL), 200);
    char uri[1024];
    snprintf(uri, sizeof uri, "%s", client_json(&client, "next_page_uri"));
    for (unsigned i = 3; i <= 4; i++) {
        char path[128];
        snprintf(path, sizeof path, "/Messages/SM%032x.json", i);
        assert_int_equal(ask(&client, "DELETE", path, NULL), 204);
    }
    assert_int_equal(ask(&client, "GET", uri, NULL), 200);
    assert_page(&client, "21");
    client_stop(&client);
}

static void store_a_mixture(struct client *client)
{
    store(client, 1, "+243810000001", "+15005550006", 1686787200000); /* 2023-06-15 00:00:00 */
    store(client, 2, "+243810000002", "+15005550006", 1686873599000); /* 2023-06-15 23:59:59 */
    store(client, 3, "whatsapp:+243810000001", "whatsapp:+15005550006", 1686873600000); /* 06-16 00:00:00 */
    store(client, 4, "+243810000001", "+15017122661", NOON_MS);
    store(client, 5, "+243810000001", "+15005550006", 0);
}

static void filters_leave_out_what_does_not_match(void **state)
{
    (void)state;
    static const struct {
        const char *query, *page;
    } rows[] = {
        {"To=%2B243810000001", "541"},
        {"To=%2B243+810-000-001", "541"},
        {"To=whatsapp%3A%2B243810000001", "3"},
        {"To=%2B243810000009", ""},
        {"To=243810000001", ""},
        {"From=%2B15005550006", "521"},
        {"To=%2B243810000001&From=%2B15017122661", "4"},
        {"DateSent=2023-06-15", "21"},
        {"DateSent=2023-06-16", "43"},
        {"DateSent=2023-06-16+17%3A29%3A30", "4"},
        {"DateSent=2023-06-16T17%3A29%3A30Z", "4"},
        {"DateSent=06%2F16%2F2023+17%3A29%3A30+MST", "4"},
        {"DateSent=Fri%2C+16+Jun+2023+17%3A29%3A30+%2B0000", "4"},
        {"DateSent=2023-06-16+17%3A29%3A31", ""},
        {"DateSent%3E=2023-06-16", "43"},
        {"DateSent%3C=2023-06-15", "21"},
        {"DateSent%3C=2023-06-16+00%3A00%3A00", "321"},
        {"DateSent%3E=2023-06-15+23%3A59%3A59&DateSent%3C=2023-06-16+00%3A00%3A00", "32"},
        {"DateSent%3E=2023-06-16&DateSent%3C=2023-06-15", ""},
        {"To=&From=&DateSent=", "54321"},
        {"Unknown=x", "54321"},
    };
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    store_a_mixture(&client);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char path[256];
        snprintf(path, sizeof path, "/Messages.json?%s", rows[i].query);
        if (ask(&client, "GET", path, NULL) != 200)
            fail_msg("%s: %s", rows[i].query, client_text(&client));
        assert_page(&client, rows[i].page);
    }
    client_stop(&client);
}

static void the_next_page_repeats_the_filters(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    store_many(&client, 3);
    store(&client, 9, "+243810000002", "+15005550006", NOON_MS);
    assert_int_equal(ask(&client, "GET",
                         "/Messages.json?PageSize=2&To=%2B243810000001&DateSent%3E=2023-01-02&Page=0", NULL),
                     200);
    assert_page(&client, "32");
    assert_string_equal(client_json(&client, "next_page_uri"),
                        BASE "?To=%2B243810000001&DateSent%3E=2023-01-02&PageSize=2&Page=1"
                             "&PageToken=PASM00000000000000000000000000000002");
    client_follow(&client, "next_page_uri");
    assert_page(&client, "1");
    client_stop(&client);
}

static void bad_queries_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        int status, code;
    } rows[] = {
        {"PageSize=1001", 400, 20007},
        {"PageSize=99999999999999999999", 400, 20007},
        {"PageSize=1000", 200, 0},
        {"PageSize=0", 200, 0},
        {"PageSize=-1", 200, 0},
        {"PageSize=many", 200, 0},
        {"Page=-1", 400, 20422},
        {"Page=x", 400, 20422},
        {"PageToken=PA", 400, 21481},
        {"PageToken=XXSM00000000000000000000000000000001", 400, 21481},
        {"PageToken=PASM00000000000000000000000000000099", 400, 21481},
        {"PageToken=PASM000000000000000000000000000000011", 400, 21481},
        {"PageToken=PASM00000000000000000000000000000001", 200, 0},
        {"DateSent=yesterday", 400, 20422},
        {"DateSent%3C=2023-02-30", 400, 20422},
        {"DateSent%3E=2023-06-16+25%3A00%3A00", 400, 20422},
    };
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    store_many(&client, 2);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char path[256];
        snprintf(path, sizeof path, "/Messages.json?%s", rows[i].query);
        int status = ask(&client, "GET", path, NULL);
        json_int_t code = json_integer_value(json_object_get(client_object(&client), "code"));
        if (status != rows[i].status || code != rows[i].code)
            fail_msg("%s: %d, %s", rows[i].query, status, client_text(&client));
    }
    client_stop(&client);
}

static void another_accounts_messages_are_not_shown(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    store_many(&client, 2);
    struct account *other = accounts_add(
        &client.sim->accounts, &client.sim->ids,
        &(struct account_setup){.sid = TEXT("AC00000000000000000000000000000002"), .token = TEXT("made-up")},
        0, &(struct fail){0});
    client.user = other->sid;
    client.password = "made-up";
    assert_int_equal(
        ask(&client, "GET", "/2010-04-01/Accounts/AC00000000000000000000000000000002/Messages.json", NULL),
        200);
    assert_page(&client, "");
    assert_int_equal(ask(&client, "GET",
                         "/2010-04-01/Accounts/AC00000000000000000000000000000002/Messages.json"
                         "?PageToken=PASM00000000000000000000000000000001",
                         NULL),
                     400);
    client_stop(&client);
}

static void xml_has_its_paging_as_attributes(void **state)
{
    (void)state;
    struct client client;
    client_start(&client, &(struct sim_settings){0});
    store_many(&client, 2);
    assert_int_equal(ask(&client, "GET", "/Messages?PageSize=1&To=%2B243810000001", NULL), 200);
    static const char start[] =
        "<?xml version='1.0' encoding='UTF-8'?>\n<TwilioResponse><Messages page=\"0\" pagesize=\"1\" "
        "start=\"0\" end=\"0\" uri=\"/2010-04-01/Accounts/" CLIENT_SID
        "/Messages?To=%2B243810000001&amp;PageSize=1&amp;Page=0\" "
        "firstpageuri=\"/2010-04-01/Accounts/" CLIENT_SID
        "/Messages?To=%2B243810000001&amp;PageSize=1&amp;Page=0\" previouspageuri=\"\" "
        "nextpageuri=\"/2010-04-01/Accounts/" CLIENT_SID
        "/Messages?To=%2B243810000001&amp;PageSize=1&amp;Page=1&amp;"
        "PageToken=PASM00000000000000000000000000000002\"><Message><Sid>SM00000000000000000000000000000002"
        "</Sid>";
    assert_memory_equal(client_text(&client), start, strlen(start));
    static const char end[] = "</Message></Messages></TwilioResponse>";
    assert_string_equal(client_text(&client) + strlen(client_text(&client)) - strlen(end), end);
    client_stop(&client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_comes_first_and_the_page_is_described),
        cmocka_unit_test(an_empty_list_starts_and_ends_at_0),
        cmocka_unit_test(pages_lead_forwards_and_back),
        cmocka_unit_test(a_page_number_alone_counts_pages),
        cmocka_unit_test(new_messages_do_not_shift_the_pages_behind_a_token),
        cmocka_unit_test(messages_may_be_deleted_while_they_are_paged),
        cmocka_unit_test(filters_leave_out_what_does_not_match),
        cmocka_unit_test(the_next_page_repeats_the_filters),
        cmocka_unit_test(bad_queries_are_refused),
        cmocka_unit_test(another_accounts_messages_are_not_shown),
        cmocka_unit_test(xml_has_its_paging_as_attributes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
