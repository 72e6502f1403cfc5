/* The words of `otp-harness clock`, and moments. */
#include "stack_order.h"

#include "clock.h"
#include "mem.h"
#include "test_support.h"

static void words_become_orders(void **state)
{
    (void)state;
    static const struct {
        const char *words[3];
        size_t count;
        const char *order;
    } rows[] = {
        {{NULL}, 0, "{\"clock\":\"show\"}"},
        {{"show"}, 1, "{\"clock\":\"show\"}"},
        {{"+11m"}, 1, "{\"clock\":\"advance\",\"ms\":660000}"},
        {{"1h"}, 1, "{\"clock\":\"advance\",\"ms\":3600000}"},
        {{"freeze"}, 1, "{\"clock\":\"freeze\"}"},
        {{"resume"}, 1, "{\"clock\":\"resume\"}"},
        {{"to", "12:00"}, 2, "{\"clock\":\"to\",\"when\":\"12:00\"}"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        json_t *order = NULL;
        if (!stack_order_clock(rows[i].words, rows[i].count, &order, &why))
            fail_msg("row %zu: %s", i, why.text);
        char *text = json_write(order);
        assert_string_equal(text, rows[i].order);
        mem_free(text);
        json_decref(order);
    }
}

static void nonsense_is_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *words[3];
        size_t count;
        const char *says;
    } rows[] = {
        {{"11"}, 1, "'11' is none of +DURATION (such as +11m), to TIME, freeze, resume and show"},
        {{"-5m"}, 1, "'-5m': time only goes forward; write +5m"},
        {{"-"}, 1, "'-' is none of +DURATION (such as +11m), to TIME, freeze, resume and show"},
        {{"+8785h"}, 1, "+8785h is more than 366 days"},
        {{"9999999h"}, 1, "9999999h is more than 366 days"},
        {{"+11m", "now"}, 2, "'now' is one word too many"},
        {{"to"}, 1, "to: one time is wanted, such as 12:00, midnight or 2026-06-17T08:00:00Z"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        json_t *order = NULL;
        assert_false(stack_order_clock(rows[i].words, rows[i].count, &order, &why));
        assert_string_equal(why.text, rows[i].says);
        assert_null(order);
    }
}

/* 2026-06-16 17:29:30 */
static const int64_t now_ms = 1781630970000;

static void a_moment_is_the_next_one(void **state)
{
    (void)state;
    static const struct {
        const char *when, *at;
    } rows[] = {
        {"17:29:30", "2026-06-16T17:29:30.000Z"},   {"18:00", "2026-06-16T18:00:00.000Z"},
        {"12:00", "2026-06-17T12:00:00.000Z"},      {"midnight", "2026-06-17T00:00:00.000Z"},
        {"2026-06-20", "2026-06-20T00:00:00.000Z"}, {"2026-06-17T08:15:00Z", "2026-06-17T08:15:00.000Z"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char at[CLOCK_TEXT_BYTES];
        int64_t wall_ms = 0;
        struct fail why = {0};
        if (!stack_moment(text_of(rows[i].when), now_ms, &wall_ms, &why))
            fail_msg("%s: %s", rows[i].when, why.text);
        assert_string_equal(clock_iso8601(wall_ms, at), rows[i].at);
    }
}

static void what_is_no_time_past_or_too_far_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *when, *says;
    } rows[] = {
        {"25:00", "'25:00' is no time: write 12:00, midnight or 2026-06-17T08:00:00Z (UTC)"},
        {"1:00", "'1:00' is no time: write 12:00, midnight or 2026-06-17T08:00:00Z (UTC)"},
        {"12:00:00:00", "'12:00:00:00' is no time: write 12:00, midnight or 2026-06-17T08:00:00Z (UTC)"},
        {"2026-06-16", "2026-06-16 is past, it is 2026-06-16T17:29:30.000Z: time does not go back"},
        {"2028-01-01", "2028-01-01 is more than 366 days from now"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t wall_ms = 7;
        struct fail why = {0};
        assert_false(stack_moment(text_of(rows[i].when), now_ms, &wall_ms, &why));
        assert_string_equal(why.text, rows[i].says);
        assert_int_equal(wall_ms, 7);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_become_orders),
        cmocka_unit_test(nonsense_is_refused_in_words),
        cmocka_unit_test(a_moment_is_the_next_one),
        cmocka_unit_test(what_is_no_time_past_or_too_far_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
