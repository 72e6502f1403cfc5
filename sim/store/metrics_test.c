/* What is counted as what. */
#include "metrics.h"

#include <stdio.h>

#include "mem.h"
#include "test_support.h"

static int open_metrics(void **state)
{
    *state = mem_new(sizeof(struct metrics));
    return 0;
}

static int close_metrics(void **state)
{
    mem_free(*state);
    return 0;
}

static void send_to(struct metrics *metrics, const char *to, bool accepted)
{
    metrics_count_send(
        metrics, &(struct metrics_send){.tenant = 1, .to = text_of(to), .accepted = accepted, .status = 201});
}

static void an_attempt_has_one_outcome(void **state)
{
    struct metrics *metrics = *state;
    static const struct {
        bool accepted;
        int code, status;
        enum metrics_outcome outcome;
        const char *why;
    } rows[] = {
        {true, 0, 201, SEND_ACCEPTED, "a message was made"},
        {true, 0, 0, SEND_ACCEPTED, "also when its answer is lost"},
        {false, 21211, 400, SEND_PERMANENT_ERROR, "as the table of codes says"},
        {false, 20429, 429, SEND_TEMPORARY_ERROR, "likewise"},
        {false, 0, 503, SEND_TEMPORARY_ERROR, "a page from in front of the provider"},
        {false, 0, 404, SEND_PERMANENT_ERROR, "a status without a code"},
        {false, 0, 0, SEND_TEMPORARY_ERROR, "a connection that broke"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t before = metrics->sends[CHANNEL_WHATSAPP][rows[i].outcome];
        metrics_count_send(metrics, &(struct metrics_send){.channel = CHANNEL_WHATSAPP,
                                                           .accepted = rows[i].accepted,
                                                           .error = error_code_find(rows[i].code),
                                                           .status = rows[i].status});
        if (metrics->sends[CHANNEL_WHATSAPP][rows[i].outcome] != before + 1)
            fail_msg("%s", rows[i].why);
    }
    assert_int_equal(metrics->sends[CHANNEL_SMS][SEND_ACCEPTED], 0);
}

static void only_an_answer_has_a_duration(void **state)
{
    struct metrics *metrics = *state;
    struct metrics_send send = {.accepted = true, .status = 201, .took_ms = 100};
    metrics_count_send(metrics, &send);
    send.took_ms = 101;
    metrics_count_send(metrics, &send);
    send.took_ms = 60001;
    metrics_count_send(metrics, &send);
    send.status = 0;
    metrics_count_send(metrics, &send);
    const struct metrics_histogram *histogram = &metrics->send_duration[CHANNEL_SMS];
    assert_int_equal(histogram->counts[0], 1); /* a bound belongs to its bucket */
    assert_int_equal(histogram->counts[1], 1);
    assert_int_equal(histogram->counts[METRICS_BUCKETS_MAX], 1);
    assert_int_equal(histogram->sum, 60202);
}

static void tries_are_counted_for_each_number_until_one_is_accepted(void **state)
{
    struct metrics *metrics = *state;
    send_to(metrics, "+243810000001", false);
    send_to(metrics, "+243810000002", true);
    send_to(metrics, "+243810000001", false);
    send_to(metrics, "+243810000001", true);
    send_to(metrics, "+243810000001", true);
    send_to(metrics, "", true); /* to nobody */
    assert_int_equal(metrics->tries.counts[0], 2);
    assert_int_equal(metrics->tries.counts[2], 1);
    assert_int_equal(metrics->tries.sum, 5);
    send_to(metrics, "+243810000001", false);
    metrics_forget_tries(metrics);
    send_to(metrics, "+243810000001", true);
    assert_int_equal(metrics->tries.counts[0], 3);
}

static void any_number_of_numbers_has_room(void **state)
{
    struct metrics *metrics = *state;
    for (int i = 0; i < 20000; i++) {
        char to[32];
        snprintf(to, sizeof to, "+2438%08d", i);
        send_to(metrics, to, false);
    }
    send_to(metrics, "+243810000001", true);
    assert_int_equal(metrics->tries.counts[0] + metrics->tries.counts[1], 1);
}

static void a_failure_counts_with_its_code_and_as_an_error(void **state)
{
    struct metrics *metrics = *state;
    enum error_id unreachable = error_code_find(30003)->id;
    metrics_count_status(metrics, CHANNEL_SMS, MESSAGE_DELIVERED, 0, 1500);
    metrics_count_status(metrics, CHANNEL_SMS, MESSAGE_FAILED, 30003, 99);
    metrics_count_status(metrics, CHANNEL_SMS, MESSAGE_UNDELIVERED, 4242, 99);
    assert_int_equal(metrics->statuses[CHANNEL_SMS][MESSAGE_DELIVERED], 1);
    assert_int_equal(metrics->failures[CHANNEL_SMS][1][unreachable], 1);
    assert_int_equal(metrics->failures[CHANNEL_SMS][0][ERROR_NONE], 1);
    assert_int_equal(metrics->errors[unreachable], 1);
    assert_int_equal(metrics->delivery_delay.counts[2], 1);
    assert_int_equal(metrics->delivery_delay.sum, 1500);
}

static void a_callback_counts_by_status_or_by_why_there_was_none(void **state)
{
    struct metrics *metrics = *state;
    metrics_count_callback(metrics, 204, 0);
    metrics_count_callback(metrics, 999, 0);
    metrics_count_callback(metrics, 0, 3);
    metrics_count_callback(metrics, 0, -1);
    metrics_count_callback(metrics, 0, 4000);
    assert_int_equal(metrics->callbacks_answered[2], 1);
    assert_int_equal(metrics->callbacks_answered[0], 1);
    assert_int_equal(metrics->callbacks_failed[3], 1);
    assert_int_equal(metrics->callbacks_not_sent, 2);
}

#define WITH_METRICS(test) cmocka_unit_test_setup_teardown(test, open_metrics, close_metrics)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        WITH_METRICS(an_attempt_has_one_outcome),
        WITH_METRICS(only_an_answer_has_a_duration),
        WITH_METRICS(tries_are_counted_for_each_number_until_one_is_accepted),
        WITH_METRICS(any_number_of_numbers_has_room),
        WITH_METRICS(a_failure_counts_with_its_code_and_as_an_error),
        WITH_METRICS(a_callback_counts_by_status_or_by_why_there_was_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
