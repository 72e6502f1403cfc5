/* Dates as Twilio writes and reads them, and waits that end. */
#include "test_support.h"
#include "clock.h"

static void a_moment_has_four_written_forms(void **state)
{
    (void)state;
    static const struct {
        int64_t wall_ms;
        const char *rfc2822, *http, *iso8601, *compact;
    } rows[] = {
        {0, "Thu, 01 Jan 1970 00:00:00 +0000", "Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00.000Z",
         "7001010000"},
        {1686936570123, "Fri, 16 Jun 2023 17:29:30 +0000", "Fri, 16 Jun 2023 17:29:30 GMT",
         "2023-06-16T17:29:30.123Z", "2306161729"},
        {951782400000, "Tue, 29 Feb 2000 00:00:00 +0000", "Tue, 29 Feb 2000 00:00:00 GMT",
         "2000-02-29T00:00:00.000Z", "0002290000"},
        {1709251199999, "Thu, 29 Feb 2024 23:59:59 +0000", "Thu, 29 Feb 2024 23:59:59 GMT",
         "2024-02-29T23:59:59.999Z", "2402292359"},
        {4107542400000, "Mon, 01 Mar 2100 00:00:00 +0000", "Mon, 01 Mar 2100 00:00:00 GMT",
         "2100-03-01T00:00:00.000Z", "0003010000"},
        {253402300799000, "Fri, 31 Dec 9999 23:59:59 +0000", "Fri, 31 Dec 9999 23:59:59 GMT",
         "9999-12-31T23:59:59.000Z", "9912312359"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char out[CLOCK_TEXT_BYTES];
        assert_string_equal(clock_rfc2822(rows[i].wall_ms, out), rows[i].rfc2822);
        assert_string_equal(clock_http_date(rows[i].wall_ms, out), rows[i].http);
        assert_string_equal(clock_iso8601(rows[i].wall_ms, out), rows[i].iso8601);
        assert_string_equal(clock_compact(rows[i].wall_ms, out), rows[i].compact);
    }
}

static void dates_are_read_in_every_form_that_twilio_takes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t wall_ms;
        bool whole_day;
    } rows[] = {
        {"1970-01-01", 0, true},
        {"2023-06-16", 1686873600000, true},
        {"2023-06-16 17:29:30", 1686936570000, false},
        {"2023-06-16T17:29:30Z", 1686936570000, false},
        {"2023-06-16T17:29:30.123Z", 1686936570000, false},
        {"2023-06-16 17:29:30.000", 1686936570000, false},
        {"2023-06-16T17:29:30+00:00", 1686936570000, false},
        {"Fri, 16 Jun 2023 17:29:30 +0000", 1686936570000, false},
        {"Fri, 16 Jun 2023 17:29:30 GMT", 1686936570000, false},
        {"16 Jun 2023 17:29:30 +0000", 1686936570000, false},
        {"06/16/2023 17:29:30 MST", 1686936570000, false},
        {"2000-02-29", 951782400000, true},
        {"2024-02-29 23:59:59", 1709251199000, false},
        {"9999-12-31", 253402214400000, true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t wall_ms = -1;
        bool whole_day = false;
        if (!clock_parse(text_of(rows[i].text), &wall_ms, &whole_day))
            fail_msg("%s is refused", rows[i].text);
        assert_int_equal(wall_ms, rows[i].wall_ms);
        assert_int_equal(whole_day, rows[i].whole_day);
    }
}

static void what_is_no_date_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "today",
        "2023",
        "2023-06",
        "2023-13-01",
        "2023-00-10",
        "2023-06-31",
        "2023-06-00",
        "2023-02-29",
        "1900-02-29",
        "2100-02-29",
        "1969-12-31",
        "23-06-16",
        "2023-06-16 24:00:00",
        "2023-06-16 17:60:00",
        "2023-06-16 17:29:61",
        "2023-06-16 17:29",
        "2023-06-16T",
        "2023-06-16x",
        "2023--6-16",
        "2023-06-16 17:-1:30",
        "Fri, 16 Jum 2023 17:29:30 +0000",
        "Fri, 31 Jun 2023 17:29:30 +0000",
        "Fri, 16 Jun 2023",
        "13/16/2023 17:29:30 MST",
        "06/16/2023",
        "2023-06-16 17:29:30 or so",
        "2023-06-16T17:29:30Zebra",
        "2023-06-16 17:29:30.",
        "06/16/2023 17:29:30 MST, I think",
        "Fri, 16 Jun 2023 17:29:30 +0000 and more",
        "99999-01-01",
        "2023-06-16                                                          ",
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t wall_ms;
        bool whole_day;
        if (clock_parse(text_of(rows[i]), &wall_ms, &whole_day))
            fail_msg("'%s' is taken for %lld", rows[i], (long long)wall_ms);
    }
    int64_t wall_ms;
    bool whole_day;
    assert_false(clock_parse(text_span("2023-06-16\0", 11), &wall_ms, &whole_day));
    assert_false(clock_parse(TEXT_NONE, &wall_ms, &whole_day));
}

static void a_day_begins_at_midnight_utc(void **state)
{
    (void)state;
    assert_int_equal(clock_day_start(1686936570123), 1686873600000);
    assert_int_equal(clock_day_start(1686873600000), 1686873600000);
    assert_int_equal(clock_day_start(1686873599999), 1686787200000);
    assert_int_equal(clock_day_start(-1), -86400000);
}

static void a_poll_timeout_is_forever_or_what_is_left(void **state)
{
    (void)state;
    assert_int_equal(clock_poll_timeout_ms(CLOCK_NEVER), -1);
    assert_int_equal(clock_poll_timeout_ms(clock_mono_ms() - 1000), 0);
    assert_int_equal(clock_poll_timeout_ms(clock_mono_ms() + 100 * 3600000LL), 3600000);
    int left = clock_poll_timeout_ms(clock_mono_ms() + 60000);
    assert_true(left > 0 && left <= 60000);
}

static void a_wait_whose_deadline_has_passed_ends_at_once(void **state)
{
    (void)state;
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t cond;
    clock_cond_init(&cond);
    pthread_mutex_lock(&lock);
    assert_false(clock_cond_wait(&cond, &lock, clock_mono_ms() - 1));
    assert_false(clock_cond_wait_real(&cond, &lock, clock_real_mono_us() - 1));
    pthread_mutex_unlock(&lock);
    pthread_cond_destroy(&cond);
}

struct meeting {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    int64_t until_mono_ms;
    bool waiting, told;
};

static void *wait_to_be_told(void *context)
{
    struct meeting *meeting = context;
    pthread_mutex_lock(&meeting->lock);
    meeting->waiting = true;
    pthread_cond_broadcast(&meeting->cond);
    while (!meeting->told)
        assert_true(clock_cond_wait(&meeting->cond, &meeting->lock, meeting->until_mono_ms));
    pthread_mutex_unlock(&meeting->lock);
    return NULL;
}

static void a_signal_ends_a_wait_however_far_its_deadline(void **state)
{
    (void)state;
    const int64_t deadlines[] = {CLOCK_NEVER, CLOCK_NEVER - 1, clock_mono_ms() + 60000};
    for (size_t i = 0; i < COUNT_OF(deadlines); i++) {
        struct meeting meeting = {.lock = PTHREAD_MUTEX_INITIALIZER, .until_mono_ms = deadlines[i]};
        pthread_t thread;
        clock_cond_init(&meeting.cond);
        assert_int_equal(pthread_create(&thread, NULL, wait_to_be_told, &meeting), 0);
        pthread_mutex_lock(&meeting.lock);
        while (!meeting.waiting)
            clock_cond_wait(&meeting.cond, &meeting.lock, CLOCK_NEVER);
        meeting.told = true;
        pthread_cond_broadcast(&meeting.cond);
        pthread_mutex_unlock(&meeting.lock);
        pthread_join(thread, NULL);
        pthread_cond_destroy(&meeting.cond);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_moment_has_four_written_forms),
        cmocka_unit_test(dates_are_read_in_every_form_that_twilio_takes),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(a_day_begins_at_midnight_utc),
        cmocka_unit_test(a_poll_timeout_is_forever_or_what_is_left),
        cmocka_unit_test(a_wait_whose_deadline_has_passed_ends_at_once),
        cmocka_unit_test(a_signal_ends_a_wait_however_far_its_deadline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
