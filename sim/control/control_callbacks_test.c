/* POST /sim/v1/callbacks. What goes over the wire is schedule_test.c's. */
#include "test_control.h"

#define SM "SM00000000000000000000000000000001"

/* A port where nobody listens. */
#define NOWHERE "http://127.0.0.1:9/status"

static void what_cannot_be_sent_is_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        int status;
        const char *text;
    } rows[] = {
        {"{}", 400, "sid or to is wanted"},
        {"{\"sid\":\"SM9\",\"status\":\"sent\"}", 404, "there is no such message"},
        {"{\"to\":\"+243810000009\",\"status\":\"sent\"}", 404, "there is no such message"},
        {"{\"sid\":1}", 400, "sid: a text is wanted"},
        {"{\"to\":1}", 400, "to: a text is wanted"},
        {"{\"sid\":\"" SM "\",\"state\":\"sent\"}", 400, "unknown key 'state'; did you mean 'status'?"},
        {"{\"sid\":\"" SM "\"}", 400, "status: a message's status is wanted"},
        {"{\"sid\":\"" SM "\",\"status\":\"gone\"}", 400, "status: a message's status is wanted"},
        {"{\"sid\":\"" SM "\",\"status\":1}", 400, "status: a text is wanted"},
        {"{\"sid\":\"" SM "\",\"status\":\"sent\",\"url\":1}", 400, "url: a text is wanted"},
        {"{\"sid\":\"" SM "\",\"status\":\"sent\"}", 400, "the message has no StatusCallback; give a url"},
        {"{\"sid\":\"" SM "\",\"status\":\"failed\",\"code\":\"30003\"}", 400,
         "code: a whole number is wanted"},
        {"{\"sid\":\"" SM "\",\"status\":\"failed\",\"code\":-1}", 400, "code: a whole number is wanted"},
        {"{\"sid\":\"" SM "\",\"status\":\"sent\",\"signature\":\"bad\"}", 400,
         "signature: good, wrong, missing or other-token is wanted"},
        {"{\"sid\":\"" SM "\",\"status\":\"sent\",\"signature\":1}", 400, "signature: a text is wanted"},
        {"{\"sid\":\"" SM "\",\"status\":\"sent\",\"change\":[]}", 400,
         "change: an object of texts is wanted"},
        {"{\"sid\":\"" SM "\",\"status\":\"sent\",\"change\":{\"To\":1}}", 400,
         "change: an object of texts is wanted"},
    };
    struct desk desk;
    desk_open(&desk);
    desk_message(&desk, "+243810000001", "x", MESSAGE_DELIVERED);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char expected[256];
        snprintf(expected, sizeof expected, "twilio-sim: %s\n", rows[i].text);
        if (tell(&desk, "POST", "/sim/v1/callbacks", rows[i].body) != rows[i].status)
            fail_msg("%s: %d %s", rows[i].body, desk.response.status, desk_text(&desk));
        assert_string_equal(desk_text(&desk), expected);
    }
    assert_int_equal(callback_sender_counts(desk.sender).accepted, 0);
    desk_close(&desk);
}

static void the_message_is_found_by_sid_or_as_the_last_to_a_number(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        int status;
    } rows[] = {
        {"{\"sid\":\"" SM "\",\"status\":\"delivered\",\"url\":\"" NOWHERE "\"}", 202},
        {"{\"to\":\"+243810000001\",\"status\":\"failed\",\"code\":30003,\"signature\":\"missing\",\"url\":"
         "\"" NOWHERE "\",\"change\":{\"To\":\"x\",\"Future\":\"y\"}}",
         202},
        {"{\"to\":\"+243810000002\",\"status\":\"sent\",\"url\":\"" NOWHERE "\"}", 404},
    };
    struct desk desk;
    desk_open(&desk);
    desk_message(&desk, "+243810000001", "x", MESSAGE_DELIVERED);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(tell(&desk, "POST", "/sim/v1/callbacks", rows[i].body), rows[i].status);
        if (rows[i].status == 202)
            assert_int_equal(strlen(desk_json(&desk, "id")), 36);
    }
    assert_int_equal(callback_sender_counts(desk.sender).accepted, 2);
    desk_close(&desk);
}

static void another_accounts_message_is_not_found(void **state)
{
    (void)state;
    static const char *const bodies[] = {"{\"sid\":\"" SM "\",\"status\":\"sent\",\"url\":\"" NOWHERE "\"}",
                                         "{\"to\":\"+243810000001\",\"status\":\"sent\",\"url\":\"" NOWHERE
                                         "\"}"};
    struct desk desk;
    desk_open(&desk);
    desk_message(&desk, "+243810000001", "x", MESSAGE_DELIVERED)->tenant = 99;
    for (size_t i = 0; i < COUNT_OF(bodies); i++)
        assert_int_equal(tell(&desk, "POST", "/sim/v1/callbacks", bodies[i]), 404);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_sent_is_refused_in_words),
        cmocka_unit_test(the_message_is_found_by_sid_or_as_the_last_to_a_number),
        cmocka_unit_test(another_accounts_message_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
