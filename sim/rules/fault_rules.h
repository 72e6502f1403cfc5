/* fault_rules: does a planned fault hit this request, and what happens then (LANGUAGE, FAULT).
 *
 * What is counted is a request to the provider, or one of the two things that come before it: `resolve`, the
 * look-up of its host's name, and `connect`, a connection up to its TLS handshake.
 *
 * Each rule counts every request it matches; the first in file order that is due acts, alone. A rule is due
 * by its count (first, nth, every, after), by the time since it was armed (between) or by chance; without any
 * of them always. Outcomes in turn are spent one a hit; when they are used up the rule counts on and does
 * nothing.
 *
 * Pure: the caller owns the rules and hands in time and chance. Texts are borrowed from whoever made the
 * rule. */
#ifndef FAULT_RULES_H
#define FAULT_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

enum fault_when {
    FAULT_ALWAYS,
    FAULT_FIRST,
    FAULT_NTH,
    FAULT_EVERY,
    FAULT_AFTER,
    FAULT_BETWEEN,
    FAULT_CHANCE
};

enum fault_kind {
    FAULT_BESIDE, /* no outcome of its own: delay, deliver and callbacks only */
    FAULT_FAIL,   /* Twilio's error, at once or through the status */
    FAULT_STATUS, /* an HTTP status from in front of Twilio */
    FAULT_WIRE,   /* something happens to the connection */
    FAULT_TLS,    /* something happens to the handshake; counts the operation connect */
    FAULT_DNS,    /* the host's name is not found; counts the operation resolve */
    FAULT_PASS,   /* as if there were no rule; shields from the rules behind it */
};

enum fault_wire {
    FAULT_REFUSE = 1,
    FAULT_RESET,
    FAULT_CLOSE,
    FAULT_HANG,
    FAULT_TRUNCATE,
    FAULT_DRIP,
    FAULT_GARBAGE,
};

enum fault_tls { FAULT_EXPIRED = 1, FAULT_WRONG_HOST, FAULT_UNKNOWN_CA, FAULT_ABORT };

enum fault_dns { FAULT_UNKNOWN = 1, FAULT_SERVFAIL };

struct fault_outcome {
    enum fault_kind kind;
    int number; /* of FAULT_FAIL the code, of FAULT_STATUS the status, of FAULT_WIRE, FAULT_TLS and FAULT_DNS
                   an enum fault_wire, fault_tls, fault_dns */
};

enum fault_delay { FAULT_NO_DELAY, FAULT_FIXED, FAULT_UNIFORM, FAULT_LOGNORMAL };

enum fault_body { FAULT_BODY_JSON, FAULT_BODY_HTML, FAULT_BODY_EMPTY, FAULT_BODY_TEXT };

enum { FAULT_OUTCOMES_MAX = 32, FAULT_CALLBACKS_MAX = 16 };
/* Of a delay drawn by chance: a day. */
enum { FAULT_DELAY_MAX_MS = 24 * 60 * 60 * 1000 };

/* One entry of `callbacks`: exactly these are sent. */
struct fault_callback {
    int state; /* an enum message_state */
    int64_t after_ms;
    bool before_answer;
    enum { FAULT_SIGNED_WELL, FAULT_SIGNED_WRONG, FAULT_NOT_SIGNED } signature;
};

struct fault_rule {
    /* Whom: an empty text (at == NULL) matches everything; an empty operation, every request: not `connect`
     * and `resolve`, which come before one. */
    struct text provider, operation, channel, to, from, account;
    enum fault_when when;
    int64_t count;          /* of FIRST, NTH, EVERY, AFTER */
    int64_t from_ms, to_ms; /* of BETWEEN, since the rule was armed */
    double chance;          /* 0 to 1 */
    struct fault_outcome outcomes[FAULT_OUTCOMES_MAX];
    size_t outcome_count; /* 0 = FAULT_BESIDE */
    bool in_turn;
    int accepted; /* -1 = the default of the outcome, 0 no, 1 yes */
    enum fault_delay delay;
    int64_t delay_ms, delay_to_ms; /* fixed: the first; uniform: both; lognormal: the first is the median */
    double sigma;
    int64_t retry_after_s; /* -1 = none */
    enum fault_body body;
    struct text location;     /* a Location header, or none */
    int deliver_state;        /* an enum message_state, or -1 */
    int deliver_code;         /* 0 = none */
    int64_t deliver_after_ms; /* -1 = as planned */
    bool has_callbacks;
    struct fault_callback callbacks[FAULT_CALLBACKS_MAX];
    size_t callback_count;
    bool optional;
    bool off; /* matches nothing, until it is switched on again */
    /* Counted here. */
    int64_t armed_mono_ms;
    int64_t matched;
    int64_t hits;
};

/* What a request looks like to the rules. `to` and `from` are E.164 or as sent, without a channel's prefix.
 */
struct fault_request {
    struct text provider, operation, channel, to, from, account;
};

/* What the rule that acts asks for. */
struct fault_decision {
    const struct fault_rule *rule; /* NULL: nothing acts */
    struct fault_outcome outcome;
    bool accepted; /* the message is created and sent all the same */
    int64_t delay_ms;
};

/* Is it one of the rule's outcomes? */
bool fault_rule_has(const struct fault_rule *rule, enum fault_kind kind);

bool fault_rule_matches(const struct fault_rule *rule, const struct fault_request *request);

/* Is the message created and sent all the same? */
bool fault_rule_accepts(const struct fault_rule *rule, struct fault_outcome outcome);

/* Counts and decides. `unit` and `other_unit` are even in [0, 1): for chance and for the delay's
 * distribution. */
struct fault_decision fault_rules_judge(struct fault_rule *const *rules, size_t count,
                                        const struct fault_request *request, int64_t now_mono_ms, double unit,
                                        double other_unit);

#endif
