/* Invariant 1: an accepted code is never accepted again, also concurrently.
 *
 * Reading: of all answers to verify requests with the same number, purpose and code, only one says
 * `accepted`, unless a message brought that very code again in between. Exercised: how often a code was
 * offered again beside or after its acceptance. */
#include "judges.h"

#include "mem.h"

static bool same_offer(const struct fact_request *one, const struct fact_request *other)
{
    return text_equal(one->phone, other->phone) && text_equal(one->purpose, other->purpose) &&
           text_equal(one->code, other->code);
}

static bool is_accepted(const struct fact_request *verify)
{
    return text_is(verify->verdict, "accepted");
}

static void judge_again(const struct facts *facts, const struct fact_request *accepted,
                        const struct fact_request *again, struct finding *finding)
{
    if (again->answer == NULL ||
        facts_code_was_sent(facts, again->phone, again->code, accepted->began_us, again->ended_us))
        return;
    finding_exercised(finding, 1);
    if (is_accepted(again))
        finding_broken(finding, "code %.*s of %.*s was accepted twice: lines %lld and %lld",
                       TEXT_ARGS(again->code), TEXT_ARGS(again->phone), (long long)accepted->answer->n,
                       (long long)again->answer->n);
}

void judge_accepted_once(const struct facts *facts, struct finding *finding)
{
    size_t count;
    const struct fact_request **verifies = facts_verifies(facts, &count);
    const struct fact_request *accepted = NULL;
    for (size_t i = 0; i < count; i++) {
        if (verifies[i]->phone.at == NULL || verifies[i]->code.at == NULL)
            continue;
        if (accepted != NULL && same_offer(accepted, verifies[i]))
            judge_again(facts, accepted, verifies[i], finding);
        if (is_accepted(verifies[i]))
            accepted = verifies[i];
    }
    mem_free(verifies);
}
