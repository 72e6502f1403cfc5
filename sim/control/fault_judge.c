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
           fail_set(why, "the rule does nothing: give fail, status, wire, tls, dns, pass, in-turn, delay, "
                         "deliver or callbacks");
}

/* Of a connection that only begins nothing else can be said. (It cannot be refused and counted: refuse is a
 * reset, too.) */
static bool ends_connection(const struct fault_outcome *outcome)
{
    return outcome->kind == FAULT_TLS || (outcome->kind == FAULT_WIRE && outcome->number <= FAULT_CLOSE);
}

static bool ends_lookup(const struct fault_outcome *outcome)
{
    return outcome->kind == FAULT_DNS;
}

static bool each_outcome(const struct fault_rule *rule, bool (*fits)(const struct fault_outcome *outcome))
{
    for (size_t i = 0; i < rule->outcome_count; i++)
        if (rule->outcomes[i].kind != FAULT_PASS && !fits(&rule->outcomes[i]))
            return false;
    return rule->outcome_count > 0;
}

/* What a rule counts that is about the time before a request. */
static const struct beginning_rule {
    const char *operation;
    const char *also;     /* another word for it beside such an outcome, or "" */
    const char *word;     /* of such an outcome */
    enum fault_kind kind; /* an outcome of this kind can be at no other time */
    bool (*fits)(const struct fault_outcome *outcome);
    const char *wrong_operation;
    const char *unknown; /* behind what the rule says of it */
    const char *misfit;
} beginnings[] = {
    {"connect", "", "tls", FAULT_TLS, ends_connection,
     "tls: a handshake is part of connecting; on: operation can be connect only, or be left out",
     "who connects is not known yet; on: to, from, channel and account never match",
     "connect can only end: tls, or wire: refuse, reset or close, and nothing beside it"},
    {"resolve", "connect", "dns", FAULT_DNS, ends_lookup,
     "dns: a name is looked up before there is a connection; on: operation can be resolve (or connect), or "
     "be left out",
     "who looks a name up is not known; on: to, from, channel and account never match",
     "resolve can only fail: dns: unknown or servfail, and nothing beside it"},
};

static bool is_bare(const struct fault_rule *rule)
{
    return rule->delay == FAULT_NO_DELAY && rule->retry_after_s < 0 && rule->accepted < 0 &&
           !needs_a_message(rule);
}

static bool beginning_makes_sense(const struct fault_rule *rule, const struct beginning_rule *row,
                                  struct fail *why)
{
    bool named = text_is(rule->operation, row->operation), has = fault_rule_has(rule, row->kind);
    if (!has && (!named || fault_rule_has(rule, FAULT_DNS)))
        return true;
    if (!named && rule->operation.at != NULL && !text_is(rule->operation, row->also))
        return fail_set(why, "%s", row->wrong_operation);
    if (rule->to.at != NULL || rule->from.at != NULL || rule->channel.at != NULL || rule->account.at != NULL)
        return fail_set(why, "%s: %s", named ? row->operation : row->word, row->unknown);
    return (each_outcome(rule, row->fits) && is_bare(rule)) || fail_set(why, "%s", row->misfit);
}

static bool beginnings_make_sense(const struct fault_rule *rule, struct fail *why)
{
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++)
        if (!beginning_makes_sense(rule, &beginnings[i], why))
            return false;
    return true;
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
    return does_something(rule, why) && beginnings_make_sense(rule, why) && message_makes_sense(rule, why);
}
