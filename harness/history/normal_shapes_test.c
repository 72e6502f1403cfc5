/* Which words are of chance by their shape, and where they end. */
#include "test_support.h"

#include "normal_shapes.h"

#define HEX_32 "0123456789abcdef0123456789abcdef"

static void a_shape_takes_its_word_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        size_t (*shape)(struct text text);
        const char *text;
        size_t taken;
        const char *why;
    } rows[] = {
        {normal_shape_sid, "SM" HEX_32 " x", 34, "a SID ends at a blank"},
        {normal_shape_sid, "SM" HEX_32 "0", 0, "one digit too many"},
        {normal_shape_sid, "sm" HEX_32, 0, "small letters"},
        {normal_shape_sid, "SM0123", 0, "too short"},
        {normal_shape_uuid, "550e8400-e29b-41d4-a716-446655440000.", 36, "a UUID"},
        {normal_shape_uuid, "550e8400-e29b-41d4-a716", 0, "half of one"},
        {normal_shape_hex, HEX_32 "01", 34, "long hex"},
        {normal_shape_hex, "0123456789abcdef", 0, "short hex"},
        {normal_shape_token, "pbGGk3rpd0aWLgZixOAoBkzlrm2uuu2Lc1lBRLQus9k", 43, "a session's token"},
        {normal_shape_token, "kbTvctJYEiYkmbzFBfuVhafjLOUlNuqTTWYsQyu_JGo", 43, "one without a digit"},
        {normal_shape_token, "AbstractSingletonProxyFactoryBeanInterfaceImpl", 0, "a long name"},
        {normal_shape_token, "a-word-of-small-letters-is-no-token-at-all-4", 0, "no capitals"},
        {normal_shape_date, "2023-06-16T17:29:30.123Z,", 24, "ISO with a fraction"},
        {normal_shape_date, "2023-06-16T17:29:30", 19, "ISO without"},
        {normal_shape_date, "Fri, 16 Jun 2023 17:29:30 +0000", 31, "RFC 2822"},
        {normal_shape_date, "Fri, 16 Jun 2023 17:29:30 GMT", 29, "HTTP"},
        {normal_shape_date, "16 Jun 2023 17:29:30.123 # Ready", 24, "Redis"},
        {normal_shape_date, "2023-06-16 17:29:30,123 INFO", 23, "Python"},
        {normal_shape_date, "16/Jun/2023:17:29:30 +0000]", 26, "a web server"},
        {normal_shape_date, "2023-06-16 17:29:30, then", 19, "a comma is no fraction"},
        {normal_shape_date, "2023-06-16", 0, "a day is no moment"},
        {normal_shape_duration, "12.5ms,", 6, "milliseconds"},
        {normal_shape_duration, "10m", 3, "minutes"},
        {normal_shape_duration, "3sms", 0, "no unit"},
        {normal_shape_duration, "", 0, "nothing"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (rows[i].shape(text_of(rows[i].text)) != rows[i].taken)
            fail_msg("%s: \"%s\"", rows[i].why, rows[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shape_takes_its_word_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
