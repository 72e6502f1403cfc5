/* How many: one number, a range, or at least. */
#include "count_match.h"

#include <string.h>

enum { COUNT_MAX = 1000000000 };

bool count_read(struct text written, struct count *ret, struct fail *why)
{
    struct count made = {0, COUNT_NO_END};
    const char *dots = text_search(written, TEXT(".."));
    struct text low = dots == NULL ? written : text_first(written, (size_t)(dots - written.at));
    struct text high = dots == NULL ? written : text_from(written, low.len + 2);
    bool fine = text_to_int(low, 0, COUNT_MAX, &made.min);
    if (high.len > 0 || dots == NULL)
        fine = fine && text_to_int(high, 0, COUNT_MAX, &made.max);
    if (!fine)
        return fail_set(why, "'%.*s' is no count: write 3, 1..3 or 2..", TEXT_ARGS(text_first(written, 40)));
    if (made.max < made.min)
        return fail_set(why, "the count '%.*s' ends before it begins", TEXT_ARGS(written));
    *ret = made;
    return true;
}

bool count_holds(struct count expected, int64_t actual)
{
    return actual >= expected.min && actual <= expected.max;
}

void count_write(struct count expected, struct text_buf *out)
{
    text_put_int(out, expected.min);
    if (expected.max == expected.min)
        return;
    text_put_z(out, "..");
    if (expected.max != COUNT_NO_END)
        text_put_int(out, expected.max);
}
