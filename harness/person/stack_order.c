/* Words to orders. Who carries them out is the runner's hold. */
#include "stack_order.h"

#include "clock.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

enum { PARTS_MAX = 3, HOURS = 24, SIXTY = 60 };

static json_t *order_of(const char *what)
{
    return json_pack("{s:s}", "clock", what);
}

static bool advance_read(struct text word, json_t **ret_order, struct fail *why)
{
    int64_t ms = 0;
    bool back = text_starts(word, "-");
    struct text length = back || text_starts(word, "+") ? text_from(word, 1) : word;
    if (text_is_too_long_a_duration(length))
        ms = DURATION_MAX_MS;
    else if (!text_to_duration_ms(length, &ms))
        return fail_set(why, "'%.*s' is none of +DURATION (such as +11m), to TIME, freeze, resume and show",
                        TEXT_ARGS(word));
    if (back)
        return fail_set(why, "'%.*s': time only goes forward; write +%.*s", TEXT_ARGS(word),
                        TEXT_ARGS(length));
    if (ms > STACK_ADVANCE_MAX_MS)
        return fail_set(why, "%.*s is more than 366 days", TEXT_ARGS(word));
    *ret_order = order_of("advance");
    json_set(*ret_order, "ms", json_integer(ms));
    return true;
}

/* Which moment that is, or none, is judged where the clock is known. */
static bool to_read(const char *const *words, size_t count, json_t **ret_order, struct fail *why)
{
    if (count != 2)
        return fail_set(why, "to: one time is wanted, such as 12:00, midnight or 2026-06-17T08:00:00Z");
    *ret_order = order_of("to");
    json_set(*ret_order, "when", json_string(words[1]));
    return true;
}

bool stack_order_clock(const char *const *words, size_t count, json_t **ret_order, struct fail *why)
{
    static const char *const plain[] = {"show", "freeze", "resume"};
    struct text word = count == 0 ? TEXT("show") : text_of(words[0]);
    if (text_is(word, "to"))
        return to_read(words, count, ret_order, why);
    if (count > 1)
        return fail_set(why, "'%s' is one word too many", words[1]);
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (text_is(word, plain[i])) {
            *ret_order = order_of(plain[i]);
            return true;
        }
    }
    return advance_read(word, ret_order, why);
}

/* "12:00", "12:00:30" */
static bool time_of_day(struct text when, int64_t *ret_ms)
{
    int64_t parts[PARTS_MAX] = {0};
    struct text part;
    size_t count = 0;
    for (; count < PARTS_MAX && text_split(&when, ':', &part); count++)
        if (part.len != 2 || !text_to_int(part, 0, count == 0 ? HOURS - 1 : SIXTY - 1, &parts[count]))
            return false;
    *ret_ms = ((parts[0] * SIXTY + parts[1]) * SIXTY + parts[2]) * 1000;
    return count >= 2 && when.at == NULL;
}

bool stack_moment(struct text when, int64_t now_wall_ms, int64_t *ret_wall_ms, struct fail *why)
{
    char now[CLOCK_TEXT_BYTES];
    bool whole_day;
    int64_t day_ms, at_ms = clock_day_start(now_wall_ms) + DAY_MS;
    if (time_of_day(when, &day_ms)) {
        at_ms = clock_day_start(now_wall_ms) + day_ms;
        at_ms += at_ms < now_wall_ms ? DAY_MS : 0;
    } else if (!text_is(when, "midnight") && !clock_parse(when, &at_ms, &whole_day)) {
        return fail_set(why, "'%.*s' is no time: write 12:00, midnight or 2026-06-17T08:00:00Z (UTC)",
                        TEXT_ARGS(when));
    }
    if (at_ms < now_wall_ms)
        return fail_set(why, "%.*s is past, it is %s: time does not go back", TEXT_ARGS(when),
                        clock_iso8601(now_wall_ms, now));
    if (at_ms - now_wall_ms > STACK_ADVANCE_MAX_MS)
        return fail_set(why, "%.*s is more than 366 days from now", TEXT_ARGS(when));
    *ret_wall_ms = at_ms;
    return true;
}
