/* `calls:`: requests that reached the provider, by operation. */
#include "checks.h"

#include <stdio.h>

static bool fact_judge(struct check_case *c, const struct call_fact *fact, size_t index)
{
    bool fine = true;
    int64_t count = 0;
    for (size_t i = 0; i < c->seen->call_count && fine; i++)
        count += check_selects(c, &fact->operation, c->seen->calls[i].operation, &fine) &&
                 check_selects(c, &fact->provider, c->seen->calls[i].provider, &fine);
    char what[40];
    snprintf(what, sizeof what, "calls[%zu].count", index);
    return fine && check_count_or(c, &fact->count, (struct count){1, COUNT_NO_END}, fact->at, what, count);
}

bool check_calls(const struct check *check, struct check_case *c)
{
    bool fine = true;
    for (size_t i = 0; i < check->calls.count; i++)
        fine = fact_judge(c, &check->calls.items[i], i) && fine;
    return fine;
}
