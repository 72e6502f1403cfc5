/* FAULT: on whom, when, one outcome, what beside. Which combinations a provider can produce is the
 * simulator's knowledge, not this table's. */
#include "grammar_tools.h"

#include "fault.h"

enum { OUTCOMES_MAX = 32, CALLBACKS_MAX = 16 };

static const char *const wire_words[] = {"refuse",   "reset", "close",   "hang",
                                         "truncate", "drip",  "garbage", NULL};
static const char *const tls_words[] = {"expired", "wrong-host", "unknown-ca", "abort", NULL};
static const char *const dns_words[] = {"unknown", "servfail", NULL};
static const char *const body_words[] = {"html", "json", "empty", "text", NULL};
static const char *const deliver_words[] = {"sent", "delivered", "undelivered", "failed", "read", NULL};
static const char *const progress_words[] = {"queued", "sending",     "sent",   "delivered",
                                             "read",   "undelivered", "failed", NULL};
static const char *const signature_words[] = {"wrong", "missing", NULL};
static const char *const true_words[] = {"true", NULL};
static const char *const none_words[] = {"none", NULL};

static const struct shape shape_wire = CHOICE(wire_words, "a trouble of the connection");
static const struct shape shape_tls = CHOICE(tls_words, "a trouble of TLS");
static const struct shape shape_dns = CHOICE(dns_words, "a trouble of names");
static const struct shape shape_body = CHOICE(body_words, "a kind of body");
static const struct shape shape_delivery = CHOICE(deliver_words, "a status of a message");
static const struct shape shape_progress = CHOICE(progress_words, "a status of a message");
static const struct shape shape_bad_signature = CHOICE(signature_words, "wrong or missing");
static const struct shape shape_pass = CHOICE(true_words, "true");
static const struct shape shape_none = CHOICE(none_words, "none");
static const struct shape shape_fault_status = INTEGER(200, 599, "a status from 200 to 599");
static const struct shape shape_which = INTEGER(1, 1000000, "a whole number from 1");

static const struct field on_fields[] = {
    {"provider", &shape_text, MEMBER(struct fault_on, provider), 0, 0},
    {"operation", &shape_text, MEMBER(struct fault_on, operation), 0, 0},
    {"channel", &shape_channel, MEMBER(struct fault_on, channel), 0, 0},
    {"to", &shape_person, MEMBER(struct fault_on, to), 0, 0},
    {"from", &shape_text, MEMBER(struct fault_on, from), 0, 0},
    {"account", &shape_text, MEMBER(struct fault_on, account), 0, 0},
    {0},
};
static const struct shape shape_on = {
    .kind = SHAPE_MAP,
    .name = "fault-on",
    .what = "a map of what the rule is about",
    .size_bytes = sizeof(struct fault_on),
    .fields = on_fields,
};

static const struct field delay_fields[] = {
    {"from", &shape_duration, MEMBER(struct delay, from), 0, 0},
    {"to", &shape_duration, MEMBER(struct delay, to), 0, 0},
    {"median", &shape_duration, MEMBER(struct delay, median), 0, 0},
    {"sigma", &shape_number, MEMBER(struct delay, sigma), 0, 0},
    {0},
};

static void judge_delay(struct document *document, void *made)
{
    const struct delay *delay = made;
    bool range = value_given(&delay->from) && value_given(&delay->to);
    bool spread = value_given(&delay->median) && value_given(&delay->sigma);
    bool half = value_given(&delay->from) != value_given(&delay->to) ||
                value_given(&delay->median) != value_given(&delay->sigma);
    if (half || range == spread)
        document_error(document, delay->at,
                       "a delay is a duration, or 'from' and 'to', or 'median' and 'sigma'");
}

static const struct shape shape_delay_fields = {
    .kind = SHAPE_MAP,
    .name = "delay",
    .what = "a delay",
    .size_bytes = sizeof(struct delay),
    .fields = delay_fields,
    .judge = judge_delay,
};
static const struct shape shape_delay = {
    .kind = SHAPE_EITHER,
    .what = "a duration, or a map with from and to, or with median and sigma",
    .size_bytes = sizeof(struct delay),
    .scalar = &shape_duration,
    .scalar_at = MEMBER(struct delay, fixed),
    .map = &shape_delay_fields,
};

/* What both a rule and one outcome of `in-turn` may say; `base` is where the struct fault_outcome stands. */
#define OUTCOME_FIELDS(base)                                                                                 \
    {"fail", &shape_code, (base) + MEMBER(struct fault_outcome, fail), 0, 1},                                \
        {"status", &shape_fault_status, (base) + MEMBER(struct fault_outcome, status), 0, 1},                \
        {"wire", &shape_wire, (base) + MEMBER(struct fault_outcome, wire), 0, 1},                            \
        {"tls", &shape_tls, (base) + MEMBER(struct fault_outcome, tls), 0, 1},                               \
        {"dns", &shape_dns, (base) + MEMBER(struct fault_outcome, dns), 0, 1},                               \
    {                                                                                                        \
        "pass", &shape_pass, (base) + MEMBER(struct fault_outcome, pass), 0, 1                               \
    }

static const struct field outcome_fields[] = {OUTCOME_FIELDS(0), {0}};

static const struct shape shape_outcome = {
    .kind = SHAPE_MAP,
    .name = "outcome",
    .what = "an outcome",
    .size_bytes = sizeof(struct fault_outcome),
    .fields = outcome_fields,
    .groups = {{"exactly one of fail, status, wire, tls, dns, pass", true, false}},
};
static const struct shape shape_outcomes = {
    LIST_OF(&shape_outcome, struct fault_outcomes, "a list of 1 to 32 outcomes"), .min = 1,
    .max = OUTCOMES_MAX};

static const struct field deliver_fields[] = {
    {"status", &shape_delivery, MEMBER(struct deliver, status), FIELD_REQUIRED, 0},
    {"code", &shape_code, MEMBER(struct deliver, code), 0, 0},
    {"after", &shape_duration, MEMBER(struct deliver, after), 0, 0},
    {0},
};
static const struct shape shape_deliver = {
    .kind = SHAPE_MAP,
    .name = "deliver",
    .what = "a map with status, code, after",
    .size_bytes = sizeof(struct deliver),
    .fields = deliver_fields,
};

static const struct field callback_fields[] = {
    {"status", &shape_progress, MEMBER(struct fault_callback, status), FIELD_REQUIRED, 0},
    {"after", &shape_duration, MEMBER(struct fault_callback, after), 0, 1},
    {"before-answer", &shape_bool, MEMBER(struct fault_callback, before_answer), 0, 1},
    {"signature", &shape_bad_signature, MEMBER(struct fault_callback, signature), 0, 0},
    {0},
};
static const struct shape shape_callback_fields = {
    .kind = SHAPE_MAP,
    .name = "fault-callback",
    .what = "a callback",
    .size_bytes = sizeof(struct fault_callback),
    .fields = callback_fields,
    .groups = {{"a callback comes after a time, or before the answer", false, false}},
};
static const struct shape shape_callback = {
    .kind = SHAPE_EITHER,
    .what = "a status of a message, or a map",
    .size_bytes = sizeof(struct fault_callback),
    .scalar = &shape_progress,
    .scalar_at = MEMBER(struct fault_callback, status),
    .map = &shape_callback_fields,
};
static const struct shape shape_callbacks = {
    LIST_OF(&shape_callback, struct fault_callbacks, "a list of at most 16 callbacks"), .max = CALLBACKS_MAX};

static const struct shape shape_between = {LIST_OF(&shape_duration, struct value_list, "two durations"),
                                           .min = 2, .max = 2};

static const struct field fault_fields[] = {
    {"on", &shape_on, MEMBER(struct fault, on), 0, 0},
    {"first", &shape_which, MEMBER(struct fault, first), 0, 2},
    {"nth", &shape_which, MEMBER(struct fault, nth), 0, 2},
    {"every", &shape_which, MEMBER(struct fault, every), 0, 2},
    {"after", &shape_which, MEMBER(struct fault, after), 0, 2},
    {"between", &shape_between, MEMBER(struct fault, between), 0, 2},
    {"chance", &shape_number, MEMBER(struct fault, chance), 0, 2},
    OUTCOME_FIELDS(MEMBER(struct fault, outcome)),
    {"accepted", &shape_bool, MEMBER(struct fault, accepted), 0, 0},
    {"delay", &shape_delay, MEMBER(struct fault, delay), 0, 0},
    {"retry-after", &shape_duration, MEMBER(struct fault, retry_after), 0, 0},
    {"body", &shape_body, MEMBER(struct fault, body), 0, 0},
    {"location", &shape_text, MEMBER(struct fault, location), 0, 0},
    {"in-turn", &shape_outcomes, MEMBER(struct fault, in_turn), 0, 1},
    {"deliver", &shape_deliver, MEMBER(struct fault, deliver), 0, 0},
    {"callbacks", &shape_callbacks, MEMBER(struct fault, callbacks), 0, 0},
    {"optional", &shape_bool, MEMBER(struct fault, optional), 0, 0},
    {0},
};

static bool does_something(const struct fault *fault)
{
    const struct fault_outcome *outcome = &fault->outcome;
    const struct value *const values[] = {&outcome->fail, &outcome->status, &outcome->wire,  &outcome->tls,
                                          &outcome->dns,  &outcome->pass,   &fault->accepted};
    bool done = place_given(fault->in_turn.at) || place_given(fault->deliver.at) ||
                place_given(fault->callbacks.at) || place_given(fault->delay.at);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        done = done || value_given(values[i]);
    return done;
}

/* An answer made up of a status has these beside it; in turn, those of the outcomes that are one. */
static void judge_beside_status(struct document *document, const struct fault *fault)
{
    const struct value *const beside[] = {&fault->retry_after, &fault->body, &fault->location};
    static const char *const keys[] = {"retry-after", "body", "location"};
    bool status = value_given(&fault->outcome.status);
    for (size_t i = 0; i < fault->in_turn.count; i++)
        status = status || value_given(&fault->in_turn.items[i].status);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (value_given(beside[i]) && !status)
            document_error(document, beside[i]->at, "'%s' stands beside 'status' only", keys[i]);
    }
}

/* The first outcome of that kind (`offset` in struct fault_outcome) of the rule, or NULL. */
static const struct value *outcome_given(const struct fault *fault, size_t offset)
{
    const struct value *value = (const struct value *)((const char *)&fault->outcome + offset);
    for (size_t i = 0; i < fault->in_turn.count && !value_given(value); i++)
        value = (const struct value *)((const char *)&fault->in_turn.items[i] + offset);
    return value_given(value) ? value : NULL;
}

/* What comes before a request, and what of a rule about it would never match. */
static const struct {
    const char *key;
    size_t outcome; /* its place in struct fault_outcome */
    const char *operations[2];
    const char *unknown; /* why nothing but the provider can be asked for */
} beginnings[] = {
    {"tls",
     MEMBER(struct fault_outcome, tls),
     {"connect", NULL},
     "at the handshake nobody knows yet what will be sent"},
    {"dns",
     MEMBER(struct fault_outcome, dns),
     {"resolve", "connect"},
     "a name is looked up before anything is sent"},
};

static void judge_on(struct document *document, const struct fault_on *on, size_t row)
{
    const struct value *const others[] = {&on->channel, &on->to, &on->from, &on->account};
    static const char *const keys[] = {"channel", "to", "from", "account"};
    const char *const *words = beginnings[row].operations;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (value_given(others[i]))
            document_error(document, others[i]->at, "'%s' never matches beside '%s': %s; only 'provider' can",
                           keys[i], beginnings[row].key, beginnings[row].unknown);
    if (!value_given(&on->operation) || on->operation.has_variables)
        return;
    struct text operation = on->operation.written;
    if (!text_is(operation, words[0]) && (words[1] == NULL || !text_is(operation, words[1])))
        document_error(document, on->operation.at, "beside '%s' the operation is %s, or left out",
                       beginnings[row].key, words[0]);
}

static void judge_alone(struct document *document, const struct fault *fault, const char *key)
{
    const struct {
        const char *key;
        struct place at;
    } beside[] = {{"accepted", fault->accepted.at},
                  {"delay", fault->delay.at},
                  {"deliver", fault->deliver.at},
                  {"callbacks", fault->callbacks.at}};
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++)
        if (place_given(beside[i].at))
            document_error(document, beside[i].at, "'%s' cannot stand beside '%s': no request is made",
                           beside[i].key, key);
}

/* A rule about what comes before a request counts look-ups or connections, nothing else beside them. */
static void judge_beginning(struct document *document, const struct fault *fault)
{
    /* a connection can be reset as well as spoiled, so `wire` goes with the first */
    static const size_t misfits[2][4] = {
        {MEMBER(struct fault_outcome, fail), MEMBER(struct fault_outcome, status),
         MEMBER(struct fault_outcome, dns)},
        {MEMBER(struct fault_outcome, fail), MEMBER(struct fault_outcome, status),
         MEMBER(struct fault_outcome, wire), MEMBER(struct fault_outcome, tls)}};
    for (size_t row = 0; row < sizeof beginnings / sizeof beginnings[0]; row++) {
        const struct value *found = outcome_given(fault, beginnings[row].outcome), *other = NULL;
        if (found == NULL)
            continue;
        judge_on(document, &fault->on, row);
        judge_alone(document, fault, beginnings[row].key);
        for (size_t i = 0; i < 3 + row && other == NULL; i++)
            other = outcome_given(fault, misfits[row][i]);
        if (other != NULL)
            document_error(document, other->at, "it cannot take turns with '%s': they count different things",
                           beginnings[row].key);
        if (other != NULL)
            return;
    }
}

static void judge_fault(struct document *document, void *made)
{
    struct fault *fault = made;
    fault->outcome.at = fault->at;
    if (!does_something(fault))
        document_error(document, fault->at,
                       "the rule does nothing: give fail, status, wire, tls, dns, pass, in-turn, delay, "
                       "deliver or callbacks");
    bool chance = value_given(&fault->chance) && !fault->chance.has_variables;
    if (chance && (fault->chance.as.number < 0 || fault->chance.as.number > 1))
        document_error(document, fault->chance.at, "a chance is a number from 0 to 1");
    judge_beside_status(document, fault);
    judge_beginning(document, fault);
}

const struct shape shape_fault = {
    .kind = SHAPE_MAP,
    .name = "fault",
    .what = "a fault",
    .size_bytes = sizeof(struct fault),
    .fields = fault_fields,
    .groups = {{"at most one of fail, status, wire, tls, dns, pass, in-turn", false, false},
               {"at most one of first, nth, every, after, between, chance", false, false}},
    .judge = judge_fault,
};
const struct shape shape_faults = {LIST_OF(&shape_fault, struct faults, "a list of faults")};
const struct shape shape_faults_or_none = {
    .kind = SHAPE_EITHER,
    .what = "a list of faults, or none",
    .size_bytes = sizeof(struct faults),
    .list = &shape_faults,
    .scalar = &shape_none,
    .scalar_at = MEMBER(struct faults, none),
};
