/* Who may ask /sim/v1, what is answered to misuse, and the endpoints that only read. */
#include "test_control.h"

static void only_loopback_and_configured_names_are_answered(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        int status;
    } rows[] = {{"127.0.0.1", 200}, {"localhost", 200},         {"sim.localhost", 200}, {"::1", 200},
                {"sim.test", 200},  {"SIM.test", 200},          {"example.com", 403},   {"", 403},
                {"10.0.0.1", 403},  {"127.0.0.1.example", 403}, {"api.twilio.com", 403}};
    static const char *const hosts[] = {"sim.test", NULL};
    struct desk desk;
    desk_open(&desk);
    desk.control.hosts = hosts;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        desk.host = rows[i].host;
        if (tell(&desk, "GET", "/sim/v1/health", NULL) != rows[i].status)
            fail_msg("%s: %d", rows[i].host, desk.response.status);
    }
    desk.host = "example.com";
    tell(&desk, "GET", "/sim/v1/health", NULL);
    assert_string_equal(desk_text(&desk),
                        "twilio-sim: /sim/v1 answers to loopback names only, not to 'example.com'\n");
    desk_close(&desk);
}

static void pages_of_other_sites_are_not_answered(void **state)
{
    (void)state;
    static const struct {
        const char *origin;
        int status;
    } rows[] = {{"http://localhost:3000", 200},
                {"http://127.0.0.1:4010", 200},
                {"https://sim.test", 200},
                {"http://[::1]:4010", 200},
                {"https://evil.example", 403},
                {"null", 403},
                {"", 403},
                {"http://localhost.evil.example", 403}};
    static const char *const hosts[] = {"sim.test", NULL};
    struct desk desk;
    desk_open(&desk);
    desk.control.hosts = hosts;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        desk.extra = (struct response_header){"Origin", rows[i].origin};
        if (tell(&desk, "POST", "/sim/v1/reset", NULL) != rows[i].status)
            fail_msg("%s: %d", rows[i].origin, desk.response.status);
    }
    desk.extra.value = "https://evil.example";
    tell(&desk, "POST", "/sim/v1/reset", NULL);
    assert_string_equal(desk_text(&desk),
                        "twilio-sim: /sim/v1 does not answer pages of 'https://evil.example'\n");
    desk_close(&desk);
}

static void a_token_is_wanted_where_one_is_set(void **state)
{
    (void)state;
    static const struct {
        const char *path, *authorization;
        int status;
    } rows[] = {
        {"/sim/v1/health", NULL, 401},
        {"/sim/v1/health", "Bearer wrong", 401},
        {"/sim/v1/health", "Bearer ", 401},
        {"/sim/v1/health", "Basic made-up", 401},
        {"/sim/v1/health?token=wrong", NULL, 401},
        {"/sim/v1/health?token=", NULL, 401},
        {"/sim/v1/nothing", NULL, 401},
        {"/sim/v1/health", "Bearer made-up", 200},
        {"/sim/v1/health?token=made-up", NULL, 200},
    };
    struct desk desk;
    desk_open(&desk);
    desk.control.token = "made-up";
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        desk.extra = (struct response_header){rows[i].authorization == NULL ? NULL : "Authorization",
                                              rows[i].authorization};
        if (tell(&desk, "GET", rows[i].path, NULL) != rows[i].status)
            fail_msg("%s, %s: %d", rows[i].path, rows[i].authorization, desk.response.status);
    }
    desk.extra.name = NULL;
    tell(&desk, "GET", "/sim/v1/health", NULL);
    assert_string_equal(desk_text(&desk), "twilio-sim: a token is wanted: Authorization: Bearer TOKEN\n");
    desk_close(&desk);
}

static void misuse_is_answered_in_plain_text(void **state)
{
    (void)state;
    static const struct {
        const char *method, *path, *body;
        int status;
        const char *text;
    } rows[] = {
        {"GET", "/sim", NULL, 404, "twilio-sim: there is nothing at /sim\n"},
        {"GET", "/sim/v1/", NULL, 404, "twilio-sim: there is nothing at /sim/v1/\n"},
        {"GET", "/sim/v2/health", NULL, 404, "twilio-sim: there is nothing at /sim/v2/health\n"},
        {"GET", "/sim/v1/Health", NULL, 404, "twilio-sim: there is nothing at /sim/v1/Health\n"},
        {"HEAD", "/sim/v1/events", NULL, 405, "twilio-sim: /sim/v1/events does not take HEAD\n"},
        {"POST", "/sim/v1/health", NULL, 405, "twilio-sim: /sim/v1/health does not take POST\n"},
        {"GET", "/sim/v1/reset", NULL, 405, "twilio-sim: /sim/v1/reset does not take GET\n"},
        {"PUT", "/sim/v1/faults/FT1", NULL, 405, "twilio-sim: /sim/v1/faults/FT1 does not take PUT\n"},
        {"GET", "/sim/v1/health?a=%zz", NULL, 400, "twilio-sim: the query cannot be read\n"},
        {"POST", "/sim/v1/people", "{", 400, NULL},
        {"POST", "/sim/v1/people", "[]", 400, "twilio-sim: the body must be a JSON object\n"},
        {"POST", "/sim/v1/people", "null", 400, "twilio-sim: the body must be a JSON object\n"},
        {"POST", "/sim/v1/people", "{\"name\":\"a\",\"name\":\"b\"}", 400, NULL},
        {"GET", "/sim/v1/people?account=AC9", NULL, 404, "twilio-sim: there is no account AC9\n"},
        {"POST", "/sim/v1/accounts?account=AC9", NULL, 404, "twilio-sim: there is no account AC9\n"},
    };
    struct desk desk;
    desk_open(&desk);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int status = tell(&desk, rows[i].method, rows[i].path, rows[i].body);
        if (status != rows[i].status)
            fail_msg("%s %s: %d", rows[i].method, rows[i].path, status);
        if (rows[i].text != NULL)
            assert_string_equal(desk_text(&desk), rows[i].text);
        assert_memory_equal(desk_text(&desk), "twilio-sim: ", 12);
        assert_string_equal(response_get_header(&desk.response, "Content-Type"), "text/plain; charset=utf-8");
    }
    desk_close(&desk);
}

static void a_body_that_is_too_large_is_refused(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    struct request request = {.method = TEXT("POST"),
                              .path = TEXT("/sim/v1/people"),
                              .host = TEXT("localhost"),
                              .body_too_large = true,
                              .arena = desk.arena};
    response_init(&desk.response, desk.arena);
    desk.answered = true;
    control_answer(&desk.control, &request, &desk.response);
    assert_int_equal(desk.response.status, 413);
    assert_string_equal(desk_text(&desk), "twilio-sim: the body is larger than 262144 bytes\n");
    desk_close(&desk);
}

static void only_paths_below_sim_are_ours(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        bool ours;
    } rows[] = {{"/sim", true},     {"/sim/", true}, {"/sim/v1/x", true},
                {"/simple", false}, {"/", false},    {"/SIM/v1", false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(control_handles(text_of(rows[i].path)), rows[i].ours);
}

static void health_counts_what_is_kept_and_dropped(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    desk_message(&desk, "+243810000001", "x", MESSAGE_DELIVERED);
    desk_message(&desk, "+243810000001", "x", MESSAGE_DELIVERED);
    messages_remove(&desk.sim->messages, TEXT("SM00000000000000000000000000000001"));
    assert_int_equal(tell(&desk, "GET", "/sim/v1/health", NULL), 200);
    assert_string_equal(desk_text(&desk),
                        "{\"status\":\"ok\",\"version\":\"0.1.0\",\"messages\":1,"
                        "\"messages_dropped\":0,\"journal_dropped\":0,\"last_event\":0,\"resets\":0}\n");
    assert_string_equal(response_get_header(&desk.response, "Content-Type"), "application/json");
    desk_close(&desk);
}

static void codes_say_where_they_come_from(void **state)
{
    (void)state;
    size_t i, found = 0;
    json_t *row;
    struct desk desk;
    desk_open(&desk);
    assert_int_equal(tell(&desk, "GET", "/sim/v1/codes", NULL), 200);
    assert_true(json_array_size(desk_object(&desk)) > 100);
    json_array_foreach(desk_object(&desk), i, row)
    {
        if (json_integer_value(json_object_get(row, "code")) != 21608)
            continue;
        found++;
        assert_int_equal(json_integer_value(json_object_get(row, "http_status")), 400);
        assert_text(json_text(row, "sureness"), "captured");
        assert_text(json_text(row, "nature"), "permanent");
        assert_text(json_text(row, "accounts"), "trial");
        assert_true(json_text(row, "source").len > 0);
        assert_text(json_text(row, "more_info"), "https://www.twilio.com/docs/errors/21608");
    }
    assert_int_equal(found, 1);
    desk_close(&desk);
}

static void the_ca_is_there_where_there_is_one(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    assert_int_equal(tell(&desk, "GET", "/sim/v1/ca.pem", NULL), 404);
    desk.control.ca_pem = TEXT("-----BEGIN CERTIFICATE-----\n");
    assert_int_equal(tell(&desk, "GET", "/sim/v1/ca.pem", NULL), 200);
    assert_string_equal(desk_text(&desk), "-----BEGIN CERTIFICATE-----\n");
    assert_string_equal(response_get_header(&desk.response, "Content-Type"), "application/x-pem-file");
    desk_close(&desk);
}

/* The transport leaves the body out. */
static void a_look_without_a_body_is_answered_as_with_one_and_changes_nothing(void **state)
{
    (void)state;
    static const char *const paths[] = {"/metrics", "/sim/v1/health"};
    struct desk desk;
    desk_open(&desk);
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        assert_int_equal(tell(&desk, "HEAD", paths[i], NULL), 200);
        assert_non_null(response_get_header(&desk.response, "Content-Type"));
    }
    assert_int_equal(desk.sim->setups, 0);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_look_without_a_body_is_answered_as_with_one_and_changes_nothing),
        cmocka_unit_test(only_loopback_and_configured_names_are_answered),
        cmocka_unit_test(pages_of_other_sites_are_not_answered),
        cmocka_unit_test(a_token_is_wanted_where_one_is_set),
        cmocka_unit_test(misuse_is_answered_in_plain_text),
        cmocka_unit_test(a_body_that_is_too_large_is_refused),
        cmocka_unit_test(only_paths_below_sim_are_ours),
        cmocka_unit_test(health_counts_what_is_kept_and_dropped),
        cmocka_unit_test(codes_say_where_they_come_from),
        cmocka_unit_test(the_ca_is_there_where_there_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
