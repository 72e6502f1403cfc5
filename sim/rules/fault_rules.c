/* Planned faults: matching, counting, precedence. Reading a rule from JSON stands in control/, doing what it
 * says in twilio/ and http/. */
#include "fault_rules.h"

#include <math.h>

static bool field_matches(struct text wanted, struct text given)
{
    return wanted.at == NULL || text_equal(wanted, given);
}

/* A look-up and a connection are none of the API's operations: only a rule that names them counts them, or a
 * client over TLS would use up a rule without an operation before its first request. */
static bool is_unnamed_beginning(const struct fault_rule *rule, const struct fault_request *request)
{
    return rule->operation.at == NULL &&
           (text_is(request->operation, "connect") || text_is(request->operation, "resolve"));
}

bool fault_rule_has(const struct fault_rule *rule, enum fault_kind kind)
{
    for (size_t i = 0; i < rule->outcome_count; i++)
        if (rule->outcomes[i].kind == kind)
            return true;
    return false;
}

bool fault_rule_matches(const struct fault_rule *rule, const struct fault_request *request)
{
    return !rule->off && !is_unnamed_beginning(rule, request) &&
           field_matches(rule->provider, request->provider) &&
           field_matches(rule->operation, request->operation) &&
           field_matches(rule->channel, request->channel) && field_matches(rule->to, request->to) &&
           field_matches(rule->from, request->from) && field_matches(rule->account, request->account);
}

/* `rule->matched` counts this request already. */
static bool is_due(const struct fault_rule *rule, int64_t now_mono_ms, double unit)
{
    int64_t since_ms = now_mono_ms - rule->armed_mono_ms;
    switch (rule->when) {
    case FAULT_ALWAYS:
        return true;
    case FAULT_FIRST:
        return rule->matched <= rule->count;
    case FAULT_NTH:
        return rule->matched == rule->count;
    case FAULT_EVERY:
        return rule->matched % rule->count == 0;
    case FAULT_AFTER:
        return rule->matched > rule->count;
    case FAULT_BETWEEN:
        return since_ms >= rule->from_ms && since_ms < rule->to_ms;
    case FAULT_CHANCE:
        return unit < rule->chance;
    }
    return false;
}

static bool outcomes_used_up(const struct fault_rule *rule)
{
    return rule->in_turn && rule->hits >= (int64_t)rule->outcome_count;
}

static struct fault_outcome next_outcome(const struct fault_rule *rule)
{
    if (rule->outcome_count == 0)
        return (struct fault_outcome){.kind = FAULT_BESIDE};
    return rule->outcomes[rule->in_turn ? (size_t)rule->hits : 0];
}

/* Box and Muller: a normal value from two even ones. */
static double normal(double unit, double other_unit)
{
    return sqrt(-2.0 * log(1.0 - unit)) * cos(2.0 * 3.14159265358979323846 * other_unit);
}

/* A lognormal value has no upper end. */
static int64_t lognormal_ms(const struct fault_rule *rule, double unit, double other_unit)
{
    double ms = (double)rule->delay_ms * exp(rule->sigma * normal(unit, other_unit));
    return ms < (double)FAULT_DELAY_MAX_MS ? (int64_t)ms : FAULT_DELAY_MAX_MS;
}

static int64_t delay_ms(const struct fault_rule *rule, double unit, double other_unit)
{
    switch (rule->delay) {
    case FAULT_NO_DELAY:
        return 0;
    case FAULT_FIXED:
        return rule->delay_ms;
    case FAULT_UNIFORM:
        return rule->delay_ms + (int64_t)(other_unit * (double)(rule->delay_to_ms - rule->delay_ms + 1));
    case FAULT_LOGNORMAL:
        return lognormal_ms(rule, unit, other_unit);
    }
    return 0;
}

/* LANGUAGE: "default true for delay, truncate, drip". */
bool fault_rule_accepts(const struct fault_rule *rule, struct fault_outcome outcome)
{
    if (rule->accepted >= 0)
        return rule->accepted == 1;
    if (outcome.kind == FAULT_WIRE)
        return outcome.number == FAULT_TRUNCATE || outcome.number == FAULT_DRIP;
    return outcome.kind == FAULT_BESIDE || outcome.kind == FAULT_PASS;
}

struct fault_decision fault_rules_judge(struct fault_rule *const *rules, size_t count,
                                        const struct fault_request *request, int64_t now_mono_ms, double unit,
                                        double other_unit)
{
    struct fault_decision decision = {.accepted = true};
    for (size_t i = 0; i < count; i++) {
        struct fault_rule *rule = rules[i];
        if (!fault_rule_matches(rule, request))
            continue;
        rule->matched++;
        if (decision.rule != NULL || !is_due(rule, now_mono_ms, unit) || outcomes_used_up(rule))
            continue;
        decision.rule = rule;
        decision.outcome = next_outcome(rule);
        decision.accepted = fault_rule_accepts(rule, decision.outcome);
        decision.delay_ms = delay_ms(rule, unit, other_unit);
        rule->hits++;
    }
    return decision;
}
