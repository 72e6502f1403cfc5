/* Durations in the units of the language. */
#include "duration_match.h"

bool duration_read(struct text written, int64_t *ret_ms, struct fail *why)
{
    if (text_to_duration_ms(written, ret_ms))
        return true;
    if (written.len > 0 && text_all_digits(written))
        return fail_set(why, "'%.*s' has no unit: write %.*sms, %.*ss or %.*sm",
                        TEXT_ARGS(text_first(written, 20)), TEXT_ARGS(text_first(written, 20)),
                        TEXT_ARGS(text_first(written, 20)), TEXT_ARGS(text_first(written, 20)));
    if (text_is_too_long_a_duration(written))
        return fail_set(why, "'%.*s' is too long: less than " DURATION_MAX_TEXT " is wanted",
                        TEXT_ARGS(text_first(written, 40)));
    return fail_set(why, "'%.*s' is no duration: write 300ms, 5s, 10m or 1h",
                    TEXT_ARGS(text_first(written, 40)));
}

void duration_write(int64_t ms, struct text_buf *out)
{
    static const struct {
        int64_t ms;
        const char *unit;
    } units[] = {{3600000, "h"}, {60000, "m"}, {1000, "s"}, {1, "ms"}};
    size_t i = 0;
    if (ms == 0)
        i = 2;
    while (ms % units[i].ms != 0)
        i++;
    text_put_int(out, ms / units[i].ms);
    text_put_z(out, units[i].unit);
}

bool gaps_match(struct gaps expected, struct gaps actual, int64_t tolerance_ms)
{
    bool fine = expected.count == actual.count;
    for (size_t i = 0; i < expected.count && fine; i++)
        fine = actual.ms[i] >= expected.ms[i] - tolerance_ms && actual.ms[i] <= expected.ms[i] + tolerance_ms;
    return fine;
}
