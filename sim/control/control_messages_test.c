/* /sim/v1/messages, /messages/next and /code: what reached the phones. */
#include "test_control.h"

#define AWA "+243810000001"
#define BEN "+243810000002"

static void a_message_is_shown_with_its_code(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    struct message *message =
        desk_message(&desk, "whatsapp:" AWA, "Votre code est 482913", MESSAGE_UNDELIVERED);
    message->error_code = 63003;
    message->fault_number = 2;
    assert_int_equal(tell(&desk, "GET", "/sim/v1/messages", NULL), 200);
    assert_string_equal(
        desk_text(&desk),
        "{\"messages\":[{\"sid\":\"SM00000000000000000000000000000001\",\"cursor\":1,\"channel\":"
        "\"whatsapp\","
        "\"status\":\"undelivered\",\"direction\":\"outbound-api\",\"segments\":1,\"to\":\"" AWA "\","
        "\"from\":\"+15005550006\",\"text\":\"Votre code est "
        "482913\",\"code\":\"482913\",\"error_code\":63003,"
        "\"fault\":2,\"request\":\"RQ1\",\"created_wall_ms\":1686936570000}],\"dropped\":0}\n");
    desk_close(&desk);
}

/* The cursors of the list, joined. */
static void assert_cursors(struct desk *desk, const char *expected)
{
    char got[64] = "";
    size_t i, len = 0;
    json_t *item;
    json_array_foreach(json_object_get(desk_object(desk), "messages"), i, item)
    {
        len += (size_t)snprintf(got + len, sizeof got - len, "%s%d", len > 0 ? " " : "",
                                (int)json_integer_value(json_object_get(item, "cursor")));
    }
    assert_string_equal(got, expected);
}

static void store_a_mixture(struct desk *desk)
{
    struct person awa = {.name = "awa", .e164 = AWA};
    account_set_person(sim_account(desk->sim), &desk->sim->ids, &awa, 0);
    desk_message(desk, AWA, "code 1111", MESSAGE_DELIVERED);
    desk_message(desk, BEN, "code 2222", MESSAGE_DELIVERED);
    desk_message(desk, "whatsapp:" AWA, "code 3333", MESSAGE_READ);
    desk_message(desk, AWA, "code 4444", MESSAGE_SENT);
    desk_message(desk, AWA, "no digits", MESSAGE_DELIVERED);
}

static void the_list_is_newest_first_and_filtered(void **state)
{
    (void)state;
    static const struct {
        const char *query, *cursors;
    } rows[] = {
        {"", "5 4 3 2 1"},
        {"?to=%2B243810000001", "5 4 3 1"},
        {"?to=+243810000001", "5 4 3 1"}, /* a '+' that nobody encoded is a space */
        {"?to=awa", "5 4 3 1"},
        {"?channel=whatsapp", "3"},
        {"?to=%2B243810000002&channel=sms", "2"},
        {"?to=%2B243810000009", ""},
        {"?limit=2", "5 4"},
    };
    struct desk desk;
    desk_open(&desk);
    store_a_mixture(&desk);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char path[128];
        snprintf(path, sizeof path, "/sim/v1/messages%s", rows[i].query);
        assert_int_equal(tell(&desk, "GET", path, NULL), 200);
        assert_cursors(&desk, rows[i].cursors);
    }
    desk_close(&desk);
}

static void bad_queries_are_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *path, *text;
    } rows[] = {
        {"/sim/v1/messages?limit=0", "limit: '0' is not a whole number from 1 to 10000"},
        {"/sim/v1/messages?channel=fax", "channel: 'fax' is not one of sms, whatsapp, rcs, messenger"},
        {"/sim/v1/messages?to=243810000001", "to: '243810000001' is neither + and digits nor a person"},
        {"/sim/v1/messages/next?to=nobody", "to: 'nobody' is neither + and digits nor a person"},
        {"/sim/v1/messages/next?after=-1", "after: '-1' is not a whole number from 0 to 9223372036854775807"},
        {"/sim/v1/messages/next?timeout=10", "timeout: '10' is no duration such as 10s"},
        {"/sim/v1/messages/next?channel=fax", "channel: 'fax' is not one of sms, whatsapp, rcs, messenger"},
        {"/sim/v1/code?to=nobody", "to: 'nobody' is neither + and digits nor a person"},
    };
    struct desk desk;
    desk_open(&desk);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char expected[256];
        snprintf(expected, sizeof expected, "twilio-sim: %s\n", rows[i].text);
        if (tell(&desk, "GET", rows[i].path, NULL) != 400)
            fail_msg("%s: %d", rows[i].path, desk.response.status);
        assert_string_equal(desk_text(&desk), expected);
    }
    desk_close(&desk);
}

static void next_gives_what_reached_a_phone_after_the_cursor(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        int cursor; /* 0 = waits */
    } rows[] = {
        {"", 1},
        {"?after=0", 1},
        {"?after=1", 2},
        {"?after=2", 3},
        {"?after=3", 5}, /* the fourth is only sent */
        {"?after=5", 0},
        {"?after=99", 0},
        {"?to=%2B243810000002", 2},
        {"?channel=whatsapp", 3},
        {"?to=%2B243810000002&after=2", 0},
    };
    struct desk desk;
    desk_open(&desk);
    store_a_mixture(&desk);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char path[128];
        snprintf(path, sizeof path, "/sim/v1/messages/next%s", rows[i].query);
        tell(&desk, "GET", path, NULL);
        assert_int_equal(desk.response.parked, rows[i].cursor == 0);
        if (rows[i].cursor > 0)
            assert_int_equal(desk_number(&desk, "cursor"), rows[i].cursor);
    }
    desk_close(&desk);
}

static void next_waits_until_its_timeout_and_then_says_so(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    int64_t before = clock_mono_ms();
    tell(&desk, "GET", "/sim/v1/messages/next", NULL);
    assert_true(desk.response.parked);
    assert_in_range(desk.response.parked_until_mono_ms, before + 10000, clock_mono_ms() + 10000);
    tell(&desk, "GET", "/sim/v1/messages/next?timeout=800000h", NULL);
    assert_true(desk.response.parked);
    assert_int_equal(tell(&desk, "GET", "/sim/v1/messages/next?timeout=0s", NULL), 408);
    assert_false(desk.response.parked);
    assert_string_equal(desk_text(&desk), "twilio-sim: no message came within 0 ms\n");
    desk_close(&desk);
}

static void a_dropped_message_does_not_stop_the_cursor(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    desk.sim->messages.max_count = 2;
    for (int i = 0; i < 5; i++)
        desk_message(&desk, AWA, "code 1111", MESSAGE_DELIVERED);
    tell(&desk, "GET", "/sim/v1/messages/next?after=1", NULL);
    assert_int_equal(desk_number(&desk, "cursor"), 4);
    tell(&desk, "GET", "/sim/v1/messages", NULL);
    assert_cursors(&desk, "5 4");
    assert_int_equal(desk_number(&desk, "dropped"), 3);
    desk_close(&desk);
}

static void code_is_the_last_one_that_arrived(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        int status;
        const char *text;
    } rows[] = {
        {"", 200, "3333\n"},
        {"?to=%2B243810000001", 200, "3333\n"},
        {"?to=%2B243810000001&channel=sms", 200, "1111\n"},
        {"?to=%2B243810000002", 200, "2222\n"},
        {"?to=%2B243810000009", 404, "twilio-sim: no message with a code reached +243810000009\n"},
        {"?after=2", 200, "3333\n"},
        {"?after=3", 404,
         "twilio-sim: no message with a code reached a phone\n"}, /* the fourth is only sent */
        {"?after=99", 404, "twilio-sim: no message with a code reached a phone\n"},
        {"?after=99&timeout=0s", 408, "twilio-sim: no message with a code reached a phone\n"},
        {"?after=2&timeout=1h", 200, "3333\n"},
        {"?after=x", 400, "twilio-sim: after: 'x' is not a whole number from 0 to 9223372036854775807\n"},
        {"?timeout=1", 400, "twilio-sim: timeout: '1' is no duration such as 10s\n"},
    };
    struct desk desk;
    desk_open(&desk);
    store_a_mixture(&desk);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char path[128];
        snprintf(path, sizeof path, "/sim/v1/code%s", rows[i].query);
        assert_int_equal(tell(&desk, "GET", path, NULL), rows[i].status);
        assert_string_equal(desk_text(&desk), rows[i].text);
    }
    desk_close(&desk);
}

static void code_waits_for_one_behind_the_cursor(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    store_a_mixture(&desk);
    tell(&desk, "GET", "/sim/v1/code?to=%2B243810000001&after=5&timeout=1h", NULL);
    assert_true(desk.response.parked);
    desk_message(&desk, AWA, "no code", MESSAGE_DELIVERED);
    tell(&desk, "GET", "/sim/v1/code?to=%2B243810000001&after=5&timeout=1h", NULL);
    assert_true(desk.response.parked);
    desk_message(&desk, AWA, "code 7777", MESSAGE_DELIVERED);
    assert_int_equal(tell(&desk, "GET", "/sim/v1/code?to=%2B243810000001&after=5&timeout=1h", NULL), 200);
    assert_string_equal(desk_text(&desk), "7777\n");
    desk_close(&desk);
}

static void a_persons_message_is_taken_or_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        int status;
        const char *text;
    } rows[] = {
        {"{\"from\":\"+243810000001\",\"text\":\"hi\"}", 201, NULL},
        {"{\"from\":\"awa\",\"text\":\"\"}", 201, NULL},
        {"{\"from\":\"awa\",\"text\":\"hi\",\"channel\":\"whatsapp\",\"to\":\"+15005550006\"}", 201, NULL},
        {"{\"text\":\"hi\"}", 400, "from (a number or a person) and text are wanted"},
        {"{\"from\":\"awa\"}", 400, "from (a number or a person) and text are wanted"},
        {"{\"from\":\"awa\",\"text\":1}", 400, "text: a text is wanted"},
        {"{\"from\":1,\"text\":\"hi\"}", 400, "from: a text is wanted"},
        {"{\"from\":\"awa\",\"text\":\"hi\",\"to\":1}", 400, "to: a text is wanted"},
        {"{\"from\":\"awa\",\"text\":\"hi\",\"channel\":1}", 400, "channel: a text is wanted"},
        {"{\"from\":\"awa\",\"text\":\"hi\",\"channel\":\"fax\"}", 400, "channel: sms or whatsapp is wanted"},
        {"{\"from\":\"awa\",\"text\":\"hi\",\"body\":\"\"}", 400, "unknown key 'body'"},
        {"{\"from\":\"nobody\",\"text\":\"hi\"}", 400, "from: 'nobody' is neither + and digits nor a person"},
        {"{\"from\":\"awa\",\"text\":\"hi\",\"to\":\"+15017122661\"}", 400,
         "to: '+15017122661' is no sender of this account"},
    };
    struct desk desk;
    desk_open(&desk);
    tell(&desk, "POST", "/sim/v1/people", "{\"name\":\"awa\"}");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char expected[256];
        snprintf(expected, sizeof expected, "twilio-sim: %s\n", rows[i].text == NULL ? "" : rows[i].text);
        if (tell(&desk, "POST", "/sim/v1/messages", rows[i].body) != rows[i].status)
            fail_msg("%s: %d %s", rows[i].body, desk.response.status, desk_text(&desk));
        if (rows[i].text != NULL)
            assert_string_equal(desk_text(&desk), expected);
    }
    desk_close(&desk);
}

static void the_list_goes_on_before_a_cursor(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        size_t count;
        int64_t first;
    } rows[] = {{"?limit=2", 2, 4}, {"?limit=2&before=3", 2, 2}, {"?before=1", 0, 0}, {"?before=99", 4, 4}};
    struct desk desk;
    desk_open(&desk);
    for (int i = 0; i < 4; i++)
        desk_message(&desk, "+243810000001", "x", MESSAGE_DELIVERED);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char path[128];
        snprintf(path, sizeof path, "/sim/v1/messages%s", rows[i].query);
        assert_int_equal(tell(&desk, "GET", path, NULL), 200);
        const json_t *list = json_object_get(desk_object(&desk), "messages");
        assert_int_equal(json_array_size(list), rows[i].count);
        if (rows[i].count > 0)
            assert_int_equal(json_integer_value(json_object_get(json_array_get(list, 0), "cursor")),
                             rows[i].first);
    }
    assert_int_equal(tell(&desk, "GET", "/sim/v1/messages?before=0", NULL), 400);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_shown_with_its_code),
        cmocka_unit_test(the_list_is_newest_first_and_filtered),
        cmocka_unit_test(bad_queries_are_refused_in_words),
        cmocka_unit_test(next_gives_what_reached_a_phone_after_the_cursor),
        cmocka_unit_test(next_waits_until_its_timeout_and_then_says_so),
        cmocka_unit_test(a_dropped_message_does_not_stop_the_cursor),
        cmocka_unit_test(code_is_the_last_one_that_arrived),
        cmocka_unit_test(code_waits_for_one_behind_the_cursor),
        cmocka_unit_test(a_persons_message_is_taken_or_refused_in_words),
        cmocka_unit_test(the_list_goes_on_before_a_cursor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
