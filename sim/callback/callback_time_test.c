/* Time-outs and retries of callbacks in virtual time: they come at exactly their moment, whatever libcurl's
 * own clock says, and leave no deadline open. */
#include "test_clock.h"
#include "test_receiver.h"

static struct notebook notebook;
static struct callback_sender *sender;

static void begin(void)
{
    test_clock_start(1781630970000);
    notebook_init(&notebook);
    sender = callback_sender_new(&(struct callback_settings){0});
}

static void end(void)
{
    test_clock_wait_none();
    callback_sender_free(sender);
    notebook_release(&notebook);
    test_clock_stop();
}

static void assert_attempt(size_t index, const char *error, int64_t started_ms, int64_t ended_ms)
{
    const struct noted *row = &notebook.rows[index];
    if (strcmp(callback_error_name(row->error), error) != 0 ||
        row->started_ms - TEST_CLOCK_START_MS != started_ms ||
        row->ended_ms - TEST_CLOCK_START_MS != ended_ms)
        fail_msg("attempt %zu: %s from %lld to %lld", index, callback_error_name(row->error),
                 (long long)(row->started_ms - TEST_CLOCK_START_MS),
                 (long long)(row->ended_ms - TEST_CLOCK_START_MS));
}

/* Jumps to each of these once somebody waits for it. None may be a moment at which a connection would have to
 * stand (ct: 5 s), or it may end before that. */
static void let_pass(const int *moments_ms, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        test_clock_wait_due(TEST_CLOCK_START_MS + moments_ms[i]);
        test_clock_jump(moments_ms[i] - (i == 0 ? 0 : moments_ms[i - 1]));
    }
}

static void silence_runs_into_rt_and_each_retry_too(void **state)
{
    (void)state;
    int port, silent = listen_only(&port);
    begin();
    send_to(sender, &notebook, port, "/status#rc=2&rp=rt&rt=4000");
    let_pass((const int[]){4000, 8000, 12000}, 3);
    wait_idle(sender);
    assert_int_equal(notebook.count, 3);
    assert_attempt(0, "read-timeout", 0, 4000);
    assert_attempt(1, "read-timeout", 4000, 8000);
    assert_attempt(2, "read-timeout", 8000, 12000);
    end();
    close(silent);
}

static void without_overrides_a_receiver_has_fifteen_seconds(void **state)
{
    (void)state;
    int port, silent = listen_only(&port);
    begin();
    send_to(sender, &notebook, port, "/status");
    let_pass((const int[]){15000}, 1);
    wait_idle(sender);
    assert_int_equal(notebook.count, 1);
    assert_int_equal(notebook.rows[0].ended_ms, TEST_CLOCK_START_MS + 15000);
    end();
    close(silent);
}

static void the_total_time_ends_the_retries(void **state)
{
    (void)state;
    int port, silent = listen_only(&port);
    begin();
    send_to(sender, &notebook, port, "/status#rc=5&rp=rt&rt=4000&tt=11000");
    let_pass((const int[]){4000, 8000, 11000}, 3);
    wait_idle(sender);
    assert_int_equal(notebook.count, 3);
    assert_attempt(2, "total-timeout", 8000, 11000);
    end();
    close(silent);
}

static void an_answer_takes_no_time_and_leaves_no_deadline(void **state)
{
    (void)state;
    struct receiver receiver;
    receiver_start(&receiver, (const int[]){204}, 1, NULL, NULL);
    begin();
    send_to(sender, &notebook, receiver.port, "/status");
    wait_idle(sender);
    assert_attempt(0, "answered", 0, 0);
    end();
    receiver_stop(&receiver);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(silence_runs_into_rt_and_each_retry_too),
        cmocka_unit_test(without_overrides_a_receiver_has_fifteen_seconds),
        cmocka_unit_test(the_total_time_ends_the_retries),
        cmocka_unit_test(an_answer_takes_no_time_and_leaves_no_deadline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
