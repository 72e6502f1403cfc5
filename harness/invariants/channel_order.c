/* Invariant 9: channels in the promised order.
 *
 * Reading: the first tries of one request, channel by channel, never go back in the policy's list and never
 * leave it. A channel may be missing (its call can have failed before the provider saw it). A request that
 * asks for a channel by name is exempt, and so are overlapping requests that cannot be told apart. Exercised:
 * requests that tried a second channel, or one off the list. */
#include "judges.h"

enum { OFF_LIST = -1 };

static int place_of(const struct invariant_policy *policy, struct text channel)
{
    for (size_t i = 0; i < policy->channel_count; i++)
        if (text_is(channel, policy->channels[i]))
            return (int)i;
    return OFF_LIST;
}

static bool was_tried(const struct facts *facts, size_t from, size_t to, struct text channel)
{
    for (size_t i = from; i < to; i++)
        if (text_equal(facts->calls[i].channel, channel))
            return true;
    return false;
}

/* calls[from, to) are those of one occasion. Only first tries are looked at, each against the first try
 * before it. */
static void judge_occasion(const struct facts *facts, size_t from, size_t to, struct finding *finding)
{
    const struct fact_send *before = NULL;
    for (size_t i = from; i < to; i++) {
        const struct fact_send *call = &facts->calls[i];
        if (was_tried(facts, from, i, call->channel))
            continue;
        int place = place_of(facts->policy, call->channel);
        bool second = before != NULL;
        finding_exercised(finding, second || place == OFF_LIST);
        if (place == OFF_LIST)
            finding_broken(finding, "%.*s was tried on %.*s, which is not promised: line %lld",
                           TEXT_ARGS(call->to), TEXT_ARGS(call->channel), (long long)call->line->n);
        else if (second && place < place_of(facts->policy, before->channel))
            finding_broken(finding, "%.*s was tried on %.*s before %.*s: lines %lld and %lld",
                           TEXT_ARGS(call->to), TEXT_ARGS(before->channel), TEXT_ARGS(call->channel),
                           (long long)before->line->n, (long long)call->line->n);
        before = call;
    }
}

static bool is_judged(const struct facts *facts, const struct fact_send *call)
{
    if (call->occasion < 0)
        return false;
    const struct fact_occasion *occasion = &facts->occasions[call->occasion];
    return occasion->one_send && !facts->waves[occasion->wave].channel_asked;
}

void judge_channel_order(const struct facts *facts, struct finding *finding)
{
    for (size_t from = 0, to; facts->policy->channel_count > 0 && from < facts->call_count; from = to) {
        for (to = from + 1; to < facts->call_count; to++)
            if (facts->calls[to].occasion != facts->calls[from].occasion)
                break;
        if (is_judged(facts, &facts->calls[from]))
            judge_occasion(facts, from, to, finding);
    }
}
