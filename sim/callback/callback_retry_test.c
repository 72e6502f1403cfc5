/* Which attempts are tried again. */
#include "test_support.h"

#include "callback_retry.h"

enum { CT = 1, RT = 2, R4 = 4, R5 = 8, ALL = 15 };

static void a_failure_is_tried_again_where_the_overrides_name_its_kind(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        enum callback_error error;
        int status;
        bool begun;
        unsigned rp;
        bool again;
    } rows[] = {
        {"by default a failed connect", CALLBACK_CONNECT_FAILED, 0, false, CT, true},
        {"by default a slow connect", CALLBACK_CONNECT_TIMEOUT, 0, false, CT, true},
        {"TLS belongs to the connect", CALLBACK_TLS_FAILED, 0, false, CT, true},
        {"by default no 5xx", CALLBACK_ANSWERED, 503, true, CT, false},
        {"by default no 4xx", CALLBACK_ANSWERED, 404, true, CT, false},
        {"by default no read time-out", CALLBACK_READ_TIMEOUT, 0, false, CT, false},
        {"by default no lost connection", CALLBACK_NO_ANSWER, 0, false, CT, false},
        {"5xx where asked for", CALLBACK_ANSWERED, 500, true, R5, true},
        {"599 is one", CALLBACK_ANSWERED, 599, true, R5, true},
        {"4xx is not 5xx", CALLBACK_ANSWERED, 499, true, R5, false},
        {"4xx where asked for", CALLBACK_ANSWERED, 400, true, R4, true},
        {"connect failures are not 4xx", CALLBACK_CONNECT_FAILED, 0, false, R4 | R5 | RT, false},
        {"a read time-out where asked for", CALLBACK_READ_TIMEOUT, 0, false, RT, true},
        {"but not within an answer", CALLBACK_READ_TIMEOUT, 200, true, ALL, false},
        {"a lost connection counts as rt", CALLBACK_NO_ANSWER, 0, false, RT, true},
        {"a partial answer never", CALLBACK_PARTIAL, 200, true, ALL, false},
        {"what is no HTTP never", CALLBACK_BAD_ANSWER, 0, true, ALL, false},
        {"success never", CALLBACK_ANSWERED, 204, true, ALL, false},
        {"a redirect never", CALLBACK_ANSWERED, 302, true, ALL, false},
        {"total time-out never", CALLBACK_TOTAL_TIMEOUT, 0, false, ALL, false},
        {"a public address never", CALLBACK_NOT_LOCAL, 0, false, ALL, false},
        {"a stopped sender never", CALLBACK_STOPPED, 0, false, ALL, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct callback_overrides overrides = {5000, 15000, 15000, 1, rows[i].rp};
        enum callback_retry kind = callback_retry_kind(rows[i].error, rows[i].status, rows[i].begun);
        if (callback_retry_due(&overrides, kind, 1, 1000) != rows[i].again)
            fail_msg("%s", rows[i].why);
    }
}

static void count_and_total_time_end_the_retries(void **state)
{
    (void)state;
    struct callback_overrides two = {5000, 15000, 15000, 2, CT};
    assert_true(callback_retry_due(&two, CALLBACK_RETRY_CONNECT, 1, 1));
    assert_true(callback_retry_due(&two, CALLBACK_RETRY_CONNECT, 2, 1));
    assert_false(callback_retry_due(&two, CALLBACK_RETRY_CONNECT, 3, 1));
    assert_false(callback_retry_due(&two, CALLBACK_RETRY_CONNECT, 1, 0));
    struct callback_overrides none = {5000, 15000, 15000, 0, ALL};
    assert_false(callback_retry_due(&none, CALLBACK_RETRY_CONNECT, 1, 1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_is_tried_again_where_the_overrides_name_its_kind),
        cmocka_unit_test(count_and_total_time_end_the_retries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
