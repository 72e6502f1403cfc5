/* Which words of a text are chance, with times and without. */
#include "test_support.h"

#include "normal_text.h"

#define SID_A "SM0123456789abcdef0123456789abcdef"

enum { HOW_BYTES = 1024 };

/* 2023-06-16T17:29:30.000Z */
#define START_MS INT64_C(1686936570000)

static void assert_normal(struct normal_text how, const char *text, const char *expected)
{
    struct text_buf out;
    how.words = words_new();
    how.start_wall_ms = START_MS;
    words_add_code(how.words, TEXT("482913"));
    words_show(how.words, WORDS_NUMBERED);
    text_buf_init(&out, HOW_BYTES);
    normal_text_put(&how, text_of(text), &out);
    assert_string_equal(text_buf_z(&out), expected);
    text_buf_release(&out);
    words_free(how.words);
}

static void measured_times_are_chance_and_promised_ones_are_not(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"{\"tookMs\":12,\"n\":3}", "{\"tookMs\":time,\"n\":3}"},
        {"{\"took_ms\": 12.5}", "{\"took_ms\": time}"},
        {"{\\\"responseTime\\\":7}", "{\\\"responseTime\\\":time}"},
        {"duration=31 attempt=2", "duration=time attempt=2"},
        {"{\"time\":1686936571234}", "{\"time\":date}"},
        {"{\"uptime\":\"17\"}", "{\"uptime\":\"time\"}"},
        {"GET / 200 12.345 ms - 84", "GET / 200 time - 84"},
        {"sent +5ms", "sent +time"},
        {"264:M 22 Nov 2026 21:03:02.085 * DB loaded: 0.001 seconds", "pid#1:M date * DB loaded: time"},
        {"2026-11-22 21:03:02.085 UTC [264] LOG:  ready", "date UTC [pid#1] LOG:  ready"},
        {"[264] 1.5 seconded 1.5 s", "[264] 1.5 seconded time"},
        {"12:signal-handler (1795381382) Received SIGTERM",
         "pid#1:signal-handler (1795381382) Received SIGTERM"},
        {"10:30 is a time", "10:30 is a time"},
        {"started pid=7, {\"pid\":7}", "started pid=pid#1, {\"pid\":pid#1}"},
        {"retry in 2000 ms", "retry in 2000 ms"},
        {"{\"items\":3,\"expiresIn\":600}", "{\"items\":3,\"expiresIn\":600}"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_normal((struct normal_text){0}, rows[i][0], rows[i][1]);
    assert_normal((struct normal_text){.times = true}, "{\"tookMs\":12} 1.5 ms", "{\"tookMs\":12} 1.5 ms");
}

static void moments_are_dates_or_told_from_the_start(void **state)
{
    (void)state;
    static const struct {
        const char *text, *plain, *with_times;
    } rows[] = {
        {"at 2023-06-16T17:39:30.500Z", "at date", "at T+600.500"},
        {"at 2023-06-16T17:29:29.000Z", "at date", "at T-1.000"},
        {"at 2023-06-16T17:39:30Z", "at date", "at date"}, /* cut to a second: which one, chance decides */
        {"Fri, 16 Jun 2023 17:29:30 GMT", "date", "date"},
        {"x=1686936572500", "x=date", "x=T+2.500"},
        {"x=1686936572", "x=date", "x=date"},
        {"x=1586936572", "x=1586936572", "x=1586936572"}, /* years away: a number */
        {"+1686936572", "+1686936572", "+1686936572"},    /* a phone */
        {"RawDlrDoneDate=2306161729&To=1", "RawDlrDoneDate=date&To=1", "RawDlrDoneDate=date&To=1"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_normal((struct normal_text){0}, rows[i].text, rows[i].plain);
        assert_normal((struct normal_text){.times = true}, rows[i].text, rows[i].with_times);
    }
}

static void some_texts_hold_more_chance_than_others(void **state)
{
    (void)state;
    assert_normal((struct normal_text){.durations = true}, "[2001ms, 4s] 3", "[time, time] 3");
    assert_normal((struct normal_text){0}, "[2001ms, 4s] 3", "[2001ms, 4s] 3");
    assert_normal((struct normal_text){.line_numbers = true}, "code 482913 after 5 guesses: lines 12 and 15",
                  "code code#1 after 5 guesses: lines # and #");
    assert_normal((struct normal_text){0}, "line 12 and 15", "line 12 and 15");
}

static void words_are_named_where_they_begin(void **state)
{
    (void)state;
    assert_normal((struct normal_text){0}, SID_A " x" SID_A, "SM#1 x" SID_A);
    assert_normal((struct normal_text){0}, "otp482913x %20482913 4829131", "otpcode#1x %20code#1 4829131");
    assert_normal((struct normal_text){0}, "127.0.0.1:3000 localhost:3000 [::1]:4 10.0.0.1:3000",
                  "127.0.0.1:port#1 localhost:port#1 [::1]:port#2 10.0.0.1:3000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measured_times_are_chance_and_promised_ones_are_not),
        cmocka_unit_test(moments_are_dates_or_told_from_the_start),
        cmocka_unit_test(some_texts_hold_more_chance_than_others),
        cmocka_unit_test(words_are_named_where_they_begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
