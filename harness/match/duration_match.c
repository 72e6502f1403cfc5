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
    return fail_set(why, "'%.*s' is no duration: write 300ms, 5s, 10m or 1h",
                    TEXT_ARGS(text_first(written, 40)));
}

bool duration_near(int64_t expected_ms, int64_t actual_ms)
{
    return actual_ms >= expected_ms - DURATION_TOLERANCE_MS &&
           actual_ms <= expected_ms + DURATION_TOLERANCE_MS;
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

static void put_gap(struct text_buf *out, size_t number, int64_t expected_ms, int64_t actual_ms)
{
    text_putf(out, "gap %zu: expected ", number);
    duration_write(expected_ms, out);
    text_putf(out, " (+-%d ms), got ", DURATION_TOLERANCE_MS);
    duration_write(actual_ms, out);
    text_put_char(out, '\n');
}

bool gaps_match(const int64_t *expected_ms, size_t expected_count, const int64_t *actual_ms,
                size_t actual_count, struct text_buf *difference)
{
    bool fine = expected_count == actual_count;
    if (!fine && difference != NULL)
        text_putf(difference, "expected %zu gap%s between tries, got %zu\n", expected_count,
                  expected_count == 1 ? "" : "s", actual_count);
    for (size_t i = 0; i < expected_count && i < actual_count; i++) {
        if (duration_near(expected_ms[i], actual_ms[i]))
            continue;
        fine = false;
        if (difference != NULL)
            put_gap(difference, i + 1, expected_ms[i], actual_ms[i]);
    }
    return fine;
}
