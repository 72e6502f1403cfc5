/* What views and buffers promise. */
#include "test_support.h"
#include "mem.h"

static void a_split_gives_every_part_also_empty_ones(void **state)
{
    (void)state;
    struct text rest = TEXT("a,,b,"), part;
    const char *expected[] = {"a", "", "b", ""};
    size_t count = 0;
    while (text_split(&rest, ',', &part))
        assert_text(part, expected[count++]);
    assert_int_equal(count, 4);
}

static void a_number_outside_its_bounds_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool fine;
        int64_t value;
    } rows[] = {{"0", true, 0},   {"-5", true, -5},
                {"10", true, 10}, {"11", false, 0},
                {"-6", false, 0}, {"", false, 0},
                {"-", false, 0},  {"1x", false, 0},
                {"+1", false, 0}, {"9999999999999999999", false, 0}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t value = 0;
        assert_int_equal(text_to_int(text_of(rows[i].text), -5, 10, &value), rows[i].fine);
        assert_int_equal(value, rows[i].value);
    }
}

static void durations_have_a_unit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool fine;
        int64_t ms;
    } rows[] = {{"300ms", true, 300}, {"5s", true, 5000}, {"10m", true, 600000}, {"1h", true, 3600000},
                {"1.5s", true, 1500}, {"5", false, 0},    {"s", false, 0},       {"-5s", false, 0},
                {"5 s", false, 0},    {"5d", false, 0}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t ms = 0;
        assert_int_equal(text_to_duration_ms(text_of(rows[i].text), &ms), rows[i].fine);
        assert_int_equal(ms, rows[i].ms);
    }
}

static void a_buffer_stops_at_its_maximum_and_says_so(void **state)
{
    (void)state;
    struct text_buf buf;
    text_buf_init(&buf, 5);
    text_put_z(&buf, "abc");
    assert_false(buf.overflowed);
    text_put_z(&buf, "def");
    assert_true(buf.overflowed);
    text_put_char(&buf, 'x');
    assert_string_equal(text_buf_z(&buf), "abc");
    text_buf_release(&buf);
}

static void numbers_are_written_with_their_sign(void **state)
{
    (void)state;
    struct text_buf buf;
    text_buf_init(&buf, 100);
    text_put_int(&buf, INT64_MIN);
    text_put_char(&buf, ' ');
    text_put_int(&buf, 0);
    text_putf(&buf, " %d%%", 42);
    char *taken = text_buf_take(&buf);
    assert_string_equal(taken, "-9223372036854775808 0 42%");
    mem_free(taken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_split_gives_every_part_also_empty_ones),
        cmocka_unit_test(a_number_outside_its_bounds_is_refused),
        cmocka_unit_test(durations_have_a_unit),
        cmocka_unit_test(a_buffer_stops_at_its_maximum_and_says_so),
        cmocka_unit_test(numbers_are_written_with_their_sign),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
