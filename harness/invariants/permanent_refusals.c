/* Invariant 7: no retry after a permanent code.
 *
 * Reading: once a create call was refused with a code that the policy calls permanent, no further create call
 * for the same request goes to that number on that channel. Where requests of one number overlap and cannot
 * be told apart by their codes, they are not judged. Exercised: permanent refusals. */
#include "judges.h"

static bool is_permanent(const struct invariant_policy *policy, const struct history_line *call)
{
    int64_t code = history_int(call, "code", 0);
    for (size_t i = 0; i < policy->permanent_count; i++)
        if (policy->permanent[i] == code && history_int(call, "status", 0) >= 400)
            return true;
    return false;
}

/* The refusal at calls[at], and the calls of the same occasion behind it. */
static void judge_refusal(const struct facts *facts, size_t at, struct finding *finding)
{
    const struct fact_send *refused = &facts->calls[at];
    finding_exercised(finding, 1);
    for (size_t i = at + 1; i < facts->call_count && facts->calls[i].occasion == refused->occasion; i++) {
        const struct fact_send *next = &facts->calls[i];
        if (!text_equal(next->channel, refused->channel))
            continue;
        finding_broken(
            finding, "%.*s was tried again on %.*s after the permanent code %lld: lines %lld and %lld",
            TEXT_ARGS(next->to), TEXT_ARGS(next->channel), (long long)history_int(refused->line, "code", 0),
            (long long)refused->line->n, (long long)next->line->n);
        return;
    }
}

void judge_permanent_refusals(const struct facts *facts, struct finding *finding)
{
    for (size_t i = 0; i < facts->call_count; i++) {
        const struct fact_send *call = &facts->calls[i];
        if (call->occasion >= 0 && facts->occasions[call->occasion].one_send &&
            is_permanent(facts->policy, call->line))
            judge_refusal(facts, i, finding);
    }
}
