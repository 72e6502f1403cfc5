/* What libcurl's results are called here. */
#include "test_support.h"

#include "callback_error.h"

static void a_result_is_named_by_how_far_the_transfer_had_come(void **state)
{
    (void)state;
    static const struct {
        CURLcode code;
        bool connected, begun;
        const char *name;
    } rows[] = {
        {CURLE_OK, true, true, "answered"},
        {CURLE_COULDNT_CONNECT, false, false, "connect-failed"},
        {CURLE_COULDNT_RESOLVE_HOST, false, false, "connect-failed"},
        {CURLE_PEER_FAILED_VERIFICATION, false, false, "tls-failed"},
        {CURLE_SSL_CONNECT_ERROR, false, false, "tls-failed"},
        {CURLE_GOT_NOTHING, true, false, "no-answer"},
        {CURLE_RECV_ERROR, true, false, "no-answer"},
        {CURLE_SEND_ERROR, true, false, "no-answer"},
        {CURLE_RECV_ERROR, true, true, "partial"},
        {CURLE_RECV_ERROR, false, false, "connect-failed"},
        {CURLE_PARTIAL_FILE, true, true, "partial"},
        {CURLE_WRITE_ERROR, true, true, "partial"},
        {CURLE_WEIRD_SERVER_REPLY, true, false, "bad-answer"},
        {CURLE_UNSUPPORTED_PROTOCOL, true, false, "bad-answer"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_string_equal(
            callback_error_name(callback_error_of_curl(rows[i].code, rows[i].connected, rows[i].begun)),
            rows[i].name);
}

static void every_end_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int a = CALLBACK_ANSWERED; a <= CALLBACK_STOPPED; a++)
        for (int b = CALLBACK_ANSWERED; b < a; b++)
            assert_string_not_equal(callback_error_name((enum callback_error)a),
                                    callback_error_name((enum callback_error)b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_result_is_named_by_how_far_the_transfer_had_come),
        cmocka_unit_test(every_end_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
