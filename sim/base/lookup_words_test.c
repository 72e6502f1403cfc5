/* What is asked of the simulator when a name is looked up, and what is made of the answer. */
#include "lookup_words.h"

#include "test_support.h"

static void a_name_is_asked_for_in_one_request(void **state)
{
    char out[LOOKUP_ROOM_BYTES];
    (void)state;
    assert_text(text_span(out, lookup_question_write("api.twilio.com", out)),
                "POST /sim/v1/lookups HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                "Content-Type: application/json\r\nContent-Length: 025\r\n\r\n"
                "{\"name\":\"api.twilio.com\"}");
}

static void what_no_host_is_called_is_not_asked_for(void **state)
{
    char out[LOOKUP_ROOM_BYTES], endless[300];
    (void)state;
    memset(endless, 'a', sizeof endless);
    endless[sizeof endless - 1] = '\0';
    assert_int_equal(lookup_question_write("", out), 0);
    assert_int_equal(lookup_question_write("a\"b.twilio.com", out), 0);
    assert_int_equal(lookup_question_write("a\r\n.twilio.com", out), 0);
    assert_int_equal(lookup_question_write(endless, out), 0);
    endless[255] = '\0';
    assert_in_range(lookup_question_write(endless, out), 255, LOOKUP_ROOM_BYTES - 1);
}

static void an_answer_that_cannot_be_read_finds_the_name(void **state)
{
    (void)state;
    assert_int_equal(lookup_answer_read("HTTP/1.1 200 OK\r\n\r\n{\"outcome\":\"unknown\"}\n"),
                     LOOKUP_UNKNOWN);
    assert_int_equal(lookup_answer_read("HTTP/1.1 200 OK\r\n\r\n{\"outcome\": \"servfail\"}"),
                     LOOKUP_SERVFAIL);
    assert_int_equal(lookup_answer_read("HTTP/1.1 200 OK\r\n\r\n{\"outcome\":\"found\"}"), LOOKUP_FOUND);
    assert_int_equal(lookup_answer_read("HTTP/1.1 404 NOT FOUND\r\n\r\n\"unknown\""), LOOKUP_FOUND);
    assert_int_equal(lookup_answer_read(""), LOOKUP_FOUND);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_asked_for_in_one_request),
        cmocka_unit_test(what_no_host_is_called_is_not_asked_for),
        cmocka_unit_test(an_answer_that_cannot_be_read_finds_the_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
