/* `callbacks:`: status callbacks that were sent to the backend, and what it answered. */
#include "checks.h"

#include <stdio.h>

static bool answered_as(const struct seen_callback *callback, const struct status_set *wanted)
{
    return wanted->count == 0 || (callback->status != 0 && status_holds(wanted, (int)callback->status));
}

static bool fact_judge(struct check_case *c, const struct callback_fact *fact, size_t index)
{
    struct status_set answered = {0};
    struct fail why = {0};
    if (!value_status_set(&fact->answered, c->variables, &answered, &why))
        return check_broken(c, fact->answered.at, &why);
    bool fine = true;
    int64_t count = 0;
    for (size_t i = 0; i < c->seen->callback_count && fine; i++) {
        const struct seen_callback *callback = &c->seen->callbacks[i];
        count += check_selects_person(c, &fact->to, callback->to, &fine) &&
                 check_selects(c, &fact->status, callback->message_status, &fine) &&
                 answered_as(callback, &answered);
    }
    char what[40];
    snprintf(what, sizeof what, "callbacks[%zu].count", index);
    return fine && check_count_or(c, &fact->count, (struct count){1, COUNT_NO_END}, fact->at, what, count);
}

bool check_callbacks(const struct check *check, struct check_case *c)
{
    bool fine = true;
    for (size_t i = 0; i < check->callbacks.count; i++)
        fine = fact_judge(c, &check->callbacks.items[i], i) && fine;
    return fine;
}
