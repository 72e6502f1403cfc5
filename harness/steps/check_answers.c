/* `answers:`: how often the backend answered with which status. A request without an answer counts nowhere.
 */
#include "checks.h"

#include <stdio.h>

static bool fact_judge(struct check_case *c, const struct named_value *fact)
{
    struct status_set wanted = {.count = 1};
    struct fail why = {0};
    if (!status_read(fact->name, &wanted.ranges[0], &why))
        return check_broken(c, fact->at, &why);
    int64_t count = 0;
    for (size_t i = 0; i < c->seen->answer_count; i++)
        count += c->seen->answers[i].status != 0 && status_holds(&wanted, (int)c->seen->answers[i].status);
    char what[40];
    snprintf(what, sizeof what, "answers.%.*s", TEXT_ARGS(text_first(fact->name, 16)));
    return check_count(c, &fact->value, what, count);
}

bool check_answers(const struct check *check, struct check_case *c)
{
    bool fine = true;
    for (size_t i = 0; i < check->answers.count; i++)
        fine = fact_judge(c, &check->answers.items[i]) && fine;
    return fine;
}
