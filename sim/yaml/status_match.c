/* HTTP statuses, one or a hundred at a time. */
#include "status_match.h"

static bool class_read(struct text written, struct status_range *ret)
{
    if (written.len != 3 || written.at[0] < '1' || written.at[0] > '5' ||
        !text_is_nocase(text_from(written, 1), "xx"))
        return false;
    int low = (written.at[0] - '0') * 100;
    *ret = (struct status_range){low, low + 99};
    return true;
}

bool status_read(struct text written, struct status_range *ret, struct fail *why)
{
    int64_t status = 0;
    if (class_read(written, ret))
        return true;
    if (!text_to_int(written, 100, 599, &status))
        return fail_set(why, "'%.*s' is no status: write one from 100 to 599, or a class such as 4xx",
                        TEXT_ARGS(text_first(written, 40)));
    *ret = (struct status_range){(int)status, (int)status};
    return true;
}

bool status_holds(const struct status_set *set, int status)
{
    for (size_t i = 0; i < set->count; i++) {
        if (status >= set->ranges[i].low && status <= set->ranges[i].high)
            return true;
    }
    return false;
}

void status_write(const struct status_set *set, struct text_buf *out)
{
    for (size_t i = 0; i < set->count; i++) {
        struct status_range range = set->ranges[i];
        if (i > 0)
            text_put_z(out, i + 1 == set->count ? " or " : ", ");
        if (range.low == range.high)
            text_put_int(out, range.low);
        else
            text_putf(out, "%dxx", range.low / 100);
    }
}
