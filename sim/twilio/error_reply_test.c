/* Errors on the wire. */
#include "test_support.h"

#include "error_reply.h"

static const struct error_words words = {.to = {"+243810000001", 13}, .from = {"<me>", 4}};

/* What replaces half an answer. */
static void reply(struct response *response, struct arena *arena, enum format format, enum error_id error,
                  bool old_text)
{
    response_init(response, arena);
    text_put_z(&response->body, "{\"half\": ");
    error_reply(response, format, error_code(error), old_text, &words);
}

static void an_error_replaces_the_answer_in_its_format_and_words(void **state)
{
    (void)state;
    static const struct {
        enum format format;
        enum error_id error;
        bool old_text;
        int status;
        const char *body;
    } rows[] = {
        {FORMAT_JSON, ERROR_TO_INVALID, false, 400,
         "{\"code\": 21211, \"message\": \"Invalid 'To' Phone Number: +24381000XXXX\", "
         "\"more_info\": \"https://www.twilio.com/docs/errors/21211\", \"status\": 400}"},
        {FORMAT_JSON, ERROR_TO_INVALID, true, 400,
         "{\"code\": 21211, \"message\": \"The 'To' number +243810000001 is not a valid phone number.\", "
         "\"more_info\": \"https://www.twilio.com/docs/errors/21211\", \"status\": 400}"},
        {FORMAT_XML, ERROR_FROM_INVALID, false, 400,
         "<?xml version='1.0' encoding='UTF-8'?>\n<TwilioResponse><RestException><Code>21212</Code>"
         "<Message>The 'From' number &lt;me&gt; is not a valid phone number, shortcode, or alphanumeric "
         "sender "
         "ID.</Message><MoreInfo>https://www.twilio.com/docs/errors/21212</MoreInfo><Status>400</Status>"
         "</RestException></TwilioResponse>"},
        {FORMAT_JSON, ERROR_NOT_COMPLETE_YET, false, 409,
         "{\"code\": 20009, \"message\": \"Cannot delete message because delivery has not been completed.\", "
         "\"more_info\": \"https://www.twilio.com/docs/errors/20009\", \"status\": 409}"},
    };
    struct arena *arena = arena_new(4096);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct response response;
        reply(&response, arena, rows[i].format, rows[i].error, rows[i].old_text);
        assert_int_equal(response.status, rows[i].status);
        assert_string_equal(text_buf_z(&response.body), rows[i].body);
        assert_null(response_get_header(&response, "WWW-Authenticate"));
        response_release(&response);
    }
    arena_free(arena);
}

static void who_may_not_enter_is_asked_for_a_password(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    struct response response;
    reply(&response, arena, FORMAT_JSON, ERROR_WRONG_TOKEN, false);
    assert_int_equal(response.status, 401);
    assert_string_equal(response_get_header(&response, "WWW-Authenticate"), "Basic realm=\"Twilio API\"");
    response_release(&response);
    arena_free(arena);
}

static void a_code_that_only_messages_have_is_answered_with_400(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    struct response response;
    response_init(&response, arena);
    error_reply(&response, FORMAT_JSON, error_code_find(30003), false, &words);
    assert_int_equal(response.status, 400);
    response_release(&response);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_replaces_the_answer_in_its_format_and_words),
        cmocka_unit_test(who_may_not_enter_is_asked_for_a_password),
        cmocka_unit_test(a_code_that_only_messages_have_is_answered_with_400),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
