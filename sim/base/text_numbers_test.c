/* Numbers and durations at the ends of what can be held. */
#include "test_support.h"
#include "text.h"

static void whole_numbers_of_64_bits_are_read_and_no_larger_ones(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool fine;
        int64_t value;
    } rows[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775808", false, 0},
        {"-9223372036854775808", true, INT64_MIN},
        {"-9223372036854775809", false, 0},
        {"00000000000000000000000000000007", true, 7},
        {"99999999999999999999999999999999", false, 0},
        {"", false, 0},
        {"-", false, 0},
        {"1 ", false, 0},
        {"+1", false, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t value = 0;
        assert_int_equal(text_to_int(text_of(rows[i].text), INT64_MIN, INT64_MAX, &value), rows[i].fine);
        assert_int_equal(value, rows[i].value);
    }
}

static void durations_end_at_a_hundred_years(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool fine;
        int64_t ms;
    } rows[] = {
        {"300ms", true, 300},  {"1.5s", true, 1500},
        {"10m", true, 600000}, {"876000h", true, 3153600000000},
        {"876601h", false, 0}, {"999999999999h", false, 0},
        {"5", false, 0},       {"-5s", false, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t ms = 0;
        assert_int_equal(text_to_duration_ms(text_of(rows[i].text), &ms), rows[i].fine);
        if (rows[i].fine)
            assert_int_equal(ms, rows[i].ms);
    }
    assert_true(text_is_too_long_a_duration(TEXT("876601h")));
    assert_true(text_is_too_long_a_duration(TEXT("99999999999999999999s")));
    assert_false(text_is_too_long_a_duration(TEXT("876000h")));
    assert_false(text_is_too_long_a_duration(TEXT("99999999999999999999")));
    assert_false(text_is_too_long_a_duration(TEXT("soon")));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_of_64_bits_are_read_and_no_larger_ones),
        cmocka_unit_test(durations_end_at_a_hundred_years),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
