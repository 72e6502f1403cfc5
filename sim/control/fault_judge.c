/* Judging rules. Each judgement stands alone; reading the keys is fault_json's. */
#include "fault_judge.h"

#include "error_codes.h"
#include "message_states.h"

static bool needs_a_message(const struct fault_rule *rule)
{
    return rule->deliver_state >= 0 || rule->has_callbacks;
}

static bool does_something(const struct fault_rule *rule, struct fail *why)
{
    return rule->outcome_count > 0 || rule->delay != FAULT_NO_DELAY || needs_a_message(rule) ||
           fail_set(why, "the rule does nothing: give fail, status, wire, pass, in-turn, delay, deliver or "
                         "callbacks");
}

/* Of a connection that only begins nothing else can be said. (It cannot be refused and counted: refuse is a
 * reset, too.) */
static bool ends_connections(const struct fault_rule *rule)
{
    for (size_t i = 0; i < rule->outcome_count; i++) {
        const struct fault_outcome *outcome = &rule->outcomes[i];
        bool ends = outcome->kind == FAULT_WIRE && outcome->number <= FAULT_CLOSE;
        if (!ends && outcome->kind != FAULT_PASS)
            return false;
    }
    return rule->outcome_count > 0 && rule->delay == FAULT_NO_DELAY && rule->retry_after_s < 0;
}

static bool connection_makes_sense(const struct fault_rule *rule, struct fail *why)
{
    if (!text_is(rule->operation, "connect"))
        return true;
    if (rule->to.at != NULL || rule->from.at != NULL || rule->channel.at != NULL || rule->account.at != NULL)
        return fail_set(why,
                        "connect: who connects is not known yet; on: to, from, channel and account never "
                        "match");
    return ends_connections(rule) ||
           fail_set(why, "connect can only end: wire: refuse, reset or close, and nothing beside it");
}

/* May a message come of this outcome? */
static bool may_be_accepted(const struct fault_rule *rule, const struct fault_outcome *outcome)
{
    if (outcome->kind == FAULT_FAIL && error_code_find(outcome->number)->http_status == 0)
        return true;
    return fault_rule_accepts(rule, *outcome);
}

static bool code_makes_sense(const struct fault_rule *rule, const struct error_code *error, struct fail *why)
{
    bool create = rule->operation.at == NULL || text_is(rule->operation, "message.create");
    if (error->http_status == 0 && !create)
        return fail_set(why, "fail: %d is a message's status; it needs message.create", error->code);
    if (error->http_status == 0 && (rule->accepted == 0 || rule->deliver_state >= 0))
        return fail_set(why, "fail: %d comes with an accepted message, and decides how it ends", error->code);
    if (error->http_status > 0 && error->http_status < 500 && rule->accepted == 1)
        return fail_set(why, "fail: %d says that no message was created; accepted: true contradicts it",
                        error->code);
    return true;
}

static bool outcome_makes_sense(const struct fault_rule *rule, const struct fault_outcome *outcome,
                                struct fail *why)
{
    bool wants_body =
        outcome->kind == FAULT_WIRE && (outcome->number == FAULT_TRUNCATE || outcome->number == FAULT_DRIP);
    if (outcome->kind == FAULT_FAIL && !code_makes_sense(rule, error_code_find(outcome->number), why))
        return false;
    if (rule->accepted == 0 && (wants_body || outcome->kind == FAULT_PASS))
        return fail_set(why, "accepted: false leaves no answer to %s", wants_body ? "cut or drip" : "pass");
    return true;
}

static bool message_makes_sense(const struct fault_rule *rule, struct fail *why)
{
    bool create = rule->operation.at == NULL || text_is(rule->operation, "message.create");
    bool any = rule->outcome_count == 0 && rule->accepted != 0;
    for (size_t i = 0; i < rule->outcome_count; i++)
        any = any || may_be_accepted(rule, &rule->outcomes[i]);
    if (needs_a_message(rule) && !create)
        return fail_set(why, "deliver and callbacks need message.create");
    if (needs_a_message(rule) && !any)
        return fail_set(
            why, "deliver and callbacks need a message: the outcome creates none; give accepted: true");
    if (rule->deliver_state == MESSAGE_READ && text_is(rule->channel, "sms"))
        return fail_set(why, "deliver: an SMS is never read");
    return rule->outcome_count > 0 || rule->accepted != 0 ||
           fail_set(why, "accepted: false needs an outcome: what else would be answered?");
}

bool fault_judge(const struct fault_rule *rule, struct fail *why)
{
    for (size_t i = 0; i < rule->outcome_count; i++)
        if (!outcome_makes_sense(rule, &rule->outcomes[i], why))
            return false;
    return does_something(rule, why) && connection_makes_sense(rule, why) && message_makes_sense(rule, why);
}
