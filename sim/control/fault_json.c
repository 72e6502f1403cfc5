/* Reading planned faults, key by key through a table. Whether a rule makes sense as a whole is fault_judge's.
 */
#include "fault_json.h"

#include <string.h>

#include "clock.h"
#include "error_codes.h"
#include "fault_judge.h"
#include "mem.h"
#include "nearest.h"

struct reading {
    struct planned_fault *fault;
    struct fault_rule *rule;
    size_t outcome_keys, when_keys, beside_status_keys;
    struct fail *why;
};

typedef bool key_reader(struct reading *reading, const char *key, const json_t *value);

static struct text text_value(const json_t *value)
{
    return json_is_string(value) ? text_span(json_string_value(value), json_string_length(value)) : TEXT_NONE;
}

/* Texts of a rule live in the planned fault. */
static bool keep_text(struct reading *reading, const char *key, const json_t *value, struct text *ret)
{
    char **slot = reading->fault->texts;
    size_t max = sizeof reading->fault->texts / sizeof reading->fault->texts[0], i = 0;
    struct text text = text_value(value);
    if (text.at == NULL)
        return fail_set(reading->why, "%s: a text is wanted", key);
    while (i < max && slot[i] != NULL)
        i++;
    REQUIRE(i < max);
    slot[i] = text_copy(text);
    *ret = text_of(slot[i]);
    return true;
}

static bool read_duration(struct reading *reading, const char *key, const json_t *value, int64_t *ret_ms)
{
    if (text_to_duration_ms(text_value(value), ret_ms))
        return true;
    if (text_is_too_long_a_duration(text_value(value)))
        return fail_set(reading->why, "%s: %.*s is too long: less than " DURATION_MAX_TEXT " is wanted", key,
                        TEXT_ARGS(text_first(text_value(value), 40)));
    return fail_set(reading->why, "%s: a duration such as 300ms, 5s, 10m or 1h is wanted", key);
}

static bool read_count(struct reading *reading, const char *key, const json_t *value, int64_t *ret)
{
    *ret = json_integer_value(value);
    if (json_is_integer(value) && *ret >= 1)
        return true;
    return fail_set(reading->why, "%s: a whole number from 1 is wanted", key);
}

/* An object with these keys (NULL behind the last) and no others. */
static bool only_keys(struct reading *reading, const char *key, const json_t *value, const char *const *known)
{
    const char *inner;
    json_t *item;
    if (!json_is_object(value))
        return fail_set(reading->why, "%s: an object is wanted", key);
    json_object_foreach((json_t *)(uintptr_t)value, inner, item)
    {
        if (!nearest_knows_key(inner, known, key, reading->why))
            return false;
    }
    return true;
}

static bool read_flag(struct reading *reading, const char *key, const json_t *value, bool *ret)
{
    *ret = json_is_true(value);
    return json_is_boolean(value) || fail_set(reading->why, "%s: true or false is wanted", key);
}

static bool read_on(struct reading *reading, const char *key, const json_t *value)
{
    struct fault_rule *rule = reading->rule;
    struct {
        const char *key;
        struct text *slot;
    } rows[] = {{"provider", &rule->provider}, {"operation", &rule->operation},
                {"channel", &rule->channel},   {"to", &rule->to},
                {"from", &rule->from},         {"account", &rule->account}};
    enum { ROWS = sizeof rows / sizeof rows[0] };
    const char *known[ROWS + 1] = {NULL};
    for (size_t i = 0; i < ROWS; i++)
        known[i] = rows[i].key;
    if (!only_keys(reading, key, value, known))
        return false;
    for (size_t i = 0; i < ROWS; i++) {
        const json_t *item = json_object_get(value, rows[i].key);
        if (item != NULL && !keep_text(reading, rows[i].key, item, rows[i].slot))
            return false;
    }
    return true;
}

static bool read_when(struct reading *reading, const char *key, const json_t *value)
{
    static const struct {
        const char *key;
        enum fault_when when;
    } rows[] = {{"first", FAULT_FIRST}, {"nth", FAULT_NTH}, {"every", FAULT_EVERY}, {"after", FAULT_AFTER}};
    reading->when_keys++;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(key, rows[i].key) == 0)
            reading->rule->when = rows[i].when;
    return read_count(reading, key, value, &reading->rule->count);
}

static bool read_between(struct reading *reading, const char *key, const json_t *value)
{
    struct fault_rule *rule = reading->rule;
    reading->when_keys++;
    rule->when = FAULT_BETWEEN;
    if (json_array_size(value) != 2)
        return fail_set(reading->why, "%s: [from, to] is wanted", key);
    if (!read_duration(reading, key, json_array_get(value, 0), &rule->from_ms) ||
        !read_duration(reading, key, json_array_get(value, 1), &rule->to_ms))
        return false;
    return rule->to_ms > rule->from_ms || fail_set(reading->why, "%s: to is not behind from", key);
}

static bool read_chance(struct reading *reading, const char *key, const json_t *value)
{
    reading->when_keys++;
    reading->rule->when = FAULT_CHANCE;
    reading->rule->chance = json_number_value(value);
    bool fine = json_is_number(value) && reading->rule->chance >= 0 && reading->rule->chance <= 1;
    return fine || fail_set(reading->why, "%s: a number from 0 to 1 is wanted", key);
}

static bool add_outcome(struct reading *reading, enum fault_kind kind, int64_t number)
{
    struct fault_rule *rule = reading->rule;
    if (rule->outcome_count == FAULT_OUTCOMES_MAX)
        return fail_set(reading->why, "in-turn: more than %d outcomes", FAULT_OUTCOMES_MAX);
    rule->outcomes[rule->outcome_count++] = (struct fault_outcome){kind, (int)number};
    return true;
}

static bool read_fail(struct reading *reading, const json_t *value)
{
    int64_t number = json_integer_value(value);
    bool small = json_is_integer(value) && number > 0 && number < 1000000;
    const struct error_code *error = small ? error_code_find((int)number) : NULL;
    if (error == NULL)
        return fail_set(reading->why, "fail: there is no such code; 'twilio-sim codes' lists them");
    if (error->when == WHEN_DEBUGGER)
        return fail_set(reading->why, "fail: %d never answers a request or ends a message", error->code);
    return add_outcome(reading, FAULT_FAIL, number);
}

/* An outcome that is a word: which kind, its words by number (from 1), and all of them for the message. */
static const struct {
    const char *key;
    enum fault_kind kind;
    const char *words[8];
    const char *list;
} word_outcomes[] = {
    {"wire",
     FAULT_WIRE,
     {[FAULT_REFUSE] = "refuse",
      [FAULT_RESET] = "reset",
      [FAULT_CLOSE] = "close",
      [FAULT_HANG] = "hang",
      [FAULT_TRUNCATE] = "truncate",
      [FAULT_DRIP] = "drip",
      [FAULT_GARBAGE] = "garbage"},
     "refuse, reset, close, hang, truncate, drip or garbage"},
    {"tls",
     FAULT_TLS,
     {[FAULT_EXPIRED] = "expired",
      [FAULT_WRONG_HOST] = "wrong-host",
      [FAULT_UNKNOWN_CA] = "unknown-ca",
      [FAULT_ABORT] = "abort"},
     "expired, wrong-host, unknown-ca or abort"},
    {"dns", FAULT_DNS, {[FAULT_UNKNOWN] = "unknown", [FAULT_SERVFAIL] = "servfail"}, "unknown or servfail"},
};

static bool read_word_outcome(struct reading *reading, size_t row, const json_t *value)
{
    struct text name = text_value(value);
    for (int i = 1; i < 8; i++)
        if (word_outcomes[row].words[i] != NULL && text_is(name, word_outcomes[row].words[i]))
            return add_outcome(reading, word_outcomes[row].kind, i);
    return fail_set(reading->why, "%s: %s is wanted", word_outcomes[row].key, word_outcomes[row].list);
}

/* One outcome: {fail: code}, {status: n}, {wire: word}, {tls: word}, {dns: word} or {pass: true}. */
static bool read_outcome_item(struct reading *reading, const char *key, const json_t *value)
{
    int64_t number = json_integer_value(value);
    for (size_t i = 0; i < sizeof word_outcomes / sizeof word_outcomes[0]; i++)
        if (strcmp(key, word_outcomes[i].key) == 0)
            return read_word_outcome(reading, i, value);
    if (strcmp(key, "fail") == 0)
        return read_fail(reading, value);
    if (strcmp(key, "status") == 0) {
        if (!json_is_integer(value) || number < 200 || number > 599)
            return fail_set(reading->why, "status: an HTTP status from 200 to 599 is wanted");
        return add_outcome(reading, FAULT_STATUS, number);
    }
    if (strcmp(key, "pass") == 0 && json_is_true(value))
        return add_outcome(reading, FAULT_PASS, 0);
    return fail_set(reading->why, "unknown outcome '%s'", key);
}

static bool read_outcome(struct reading *reading, const char *key, const json_t *value)
{
    reading->outcome_keys++;
    return read_outcome_item(reading, key, value);
}

static bool read_in_turn(struct reading *reading, const char *key, const json_t *value)
{
    size_t i;
    json_t *item, *inner;
    const char *inner_key;
    reading->outcome_keys++;
    reading->rule->in_turn = true;
    if (json_array_size(value) == 0)
        return fail_set(reading->why, "%s: a list of outcomes is wanted", key);
    json_array_foreach((json_t *)(uintptr_t)value, i, item)
    {
        if (json_object_size(item) != 1)
            return fail_set(reading->why, "in-turn: item %zu must have exactly one outcome", i);
        json_object_foreach(item, inner_key,
                            inner) if (!read_outcome_item(reading, inner_key, inner)) return false;
    }
    return true;
}

static bool read_accepted(struct reading *reading, const char *key, const json_t *value)
{
    bool accepted = false;
    bool fine = read_flag(reading, key, value, &accepted);
    reading->rule->accepted = accepted;
    return fine;
}

static bool read_optional(struct reading *reading, const char *key, const json_t *value)
{
    return read_flag(reading, key, value, &reading->rule->optional);
}

static bool read_delay(struct reading *reading, const char *key, const json_t *value)
{
    struct fault_rule *rule = reading->rule;
    const json_t *from = json_object_get(value, "from"), *median = json_object_get(value, "median");
    if (json_is_string(value)) {
        rule->delay = FAULT_FIXED;
        return read_duration(reading, key, value, &rule->delay_ms);
    }
    if (from != NULL) {
        static const char *const range[] = {"from", "to", NULL};
        rule->delay = FAULT_UNIFORM;
        if (!only_keys(reading, key, value, range) || !read_duration(reading, key, from, &rule->delay_ms) ||
            !read_duration(reading, key, json_object_get(value, "to"), &rule->delay_to_ms))
            return false;
        return rule->delay_to_ms >= rule->delay_ms || fail_set(reading->why, "delay: to is before from");
    }
    if (median != NULL) {
        static const char *const normal[] = {"median", "sigma", NULL};
        const json_t *sigma = json_object_get(value, "sigma");
        rule->delay = FAULT_LOGNORMAL;
        rule->sigma = json_number_value(sigma);
        if (!only_keys(reading, key, value, normal))
            return false;
        if (!json_is_number(sigma) || rule->sigma < 0 || rule->sigma > 5)
            return fail_set(reading->why, "delay: sigma from 0 to 5 is wanted beside median");
        return read_duration(reading, key, median, &rule->delay_ms);
    }
    return fail_set(reading->why, "delay: a duration, {from, to} or {median, sigma} is wanted");
}

static bool read_retry_after(struct reading *reading, const char *key, const json_t *value)
{
    int64_t ms;
    reading->beside_status_keys++;
    if (!read_duration(reading, key, value, &ms))
        return false;
    reading->rule->retry_after_s = (ms + 999) / 1000;
    return true;
}

static bool read_body(struct reading *reading, const char *key, const json_t *value)
{
    static const char *const names[] = {"json", "html", "empty", "text"};
    reading->beside_status_keys++;
    for (int i = 0; i < 4; i++) {
        if (text_is(text_value(value), names[i])) {
            reading->rule->body = (enum fault_body)i;
            return true;
        }
    }
    return fail_set(reading->why, "%s: json, html, empty or text is wanted", key);
}

static bool read_location(struct reading *reading, const char *key, const json_t *value)
{
    reading->beside_status_keys++;
    return keep_text(reading, key, value, &reading->rule->location);
}

/* What a message can come to. */
static bool is_an_end(enum message_state state)
{
    return state == MESSAGE_SENT || state == MESSAGE_DELIVERED || state == MESSAGE_UNDELIVERED ||
           state == MESSAGE_FAILED || state == MESSAGE_READ;
}

static bool read_deliver(struct reading *reading, const char *key, const json_t *value)
{
    struct fault_rule *rule = reading->rule;
    static const char *const known[] = {"status", "code", "after", NULL};
    const json_t *code = json_object_get(value, "code"), *after = json_object_get(value, "after");
    enum message_state state;
    if (!only_keys(reading, key, value, known))
        return false;
    if (!message_state_from_name(json_text(value, "status"), &state) || !is_an_end(state))
        return fail_set(reading->why, "%s: status: sent, delivered, undelivered, failed or read is wanted",
                        key);
    rule->deliver_state = (int)state;
    if (code != NULL && error_code_find((int)json_integer_value(code)) == NULL)
        return fail_set(reading->why, "%s: there is no such code; 'twilio-sim codes' lists them", key);
    rule->deliver_code = (int)json_integer_value(code);
    bool bad = rule->deliver_state == MESSAGE_FAILED || rule->deliver_state == MESSAGE_UNDELIVERED;
    if (bad != (rule->deliver_code != 0))
        return fail_set(reading->why, "%s: a code goes with failed and undelivered, and with no other status",
                        key);
    return after == NULL || read_duration(reading, key, after, &rule->deliver_after_ms);
}

static bool read_signature(struct reading *reading, const json_t *value, struct fault_callback *callback)
{
    if (value == NULL)
        return true;
    bool wrong = text_is(text_value(value), "wrong"), missing = text_is(text_value(value), "missing");
    callback->signature = wrong ? FAULT_SIGNED_WRONG : FAULT_NOT_SIGNED;
    return wrong || missing || fail_set(reading->why, "signature: wrong or missing is wanted");
}

static bool read_callback(struct reading *reading, const json_t *item)
{
    static const char *const known[] = {"status", "after", "before-answer", "signature", NULL};
    struct fault_rule *rule = reading->rule;
    enum message_state state;
    if (rule->callback_count == FAULT_CALLBACKS_MAX)
        return fail_set(reading->why, "callbacks: more than %d", FAULT_CALLBACKS_MAX);
    struct fault_callback *callback = &rule->callbacks[rule->callback_count++];
    const json_t *status = json_is_object(item) ? json_object_get(item, "status") : item;
    const json_t *after = json_object_get(item, "after"), *before = json_object_get(item, "before-answer");
    if (json_is_object(item) && !only_keys(reading, "callbacks", item, known))
        return false;
    if (!message_state_from_name(text_value(status), &state))
        return fail_set(reading->why, "callbacks: a message's status is wanted");
    callback->state = (int)state;
    if (before != NULL && !read_flag(reading, "before-answer", before, &callback->before_answer))
        return false;
    if (after != NULL && !read_duration(reading, "after", after, &callback->after_ms))
        return false;
    if (after != NULL && callback->before_answer)
        return fail_set(reading->why, "callbacks: a callback comes after a time, or before the answer");
    return read_signature(reading, json_object_get(item, "signature"), callback);
}

static bool read_callbacks(struct reading *reading, const char *key, const json_t *value)
{
    size_t i;
    json_t *item;
    reading->rule->has_callbacks = true;
    if (!json_is_array(value))
        return fail_set(reading->why, "%s: a list is wanted", key);
    json_array_foreach((json_t *)(uintptr_t)value, i, item) if (!read_callback(reading, item)) return false;
    return true;
}

static const struct {
    const char *key;
    key_reader *read;
} keys[] = {
    {"on", read_on},
    {"first", read_when},
    {"nth", read_when},
    {"every", read_when},
    {"after", read_when},
    {"between", read_between},
    {"chance", read_chance},
    {"fail", read_outcome},
    {"status", read_outcome},
    {"wire", read_outcome},
    {"pass", read_outcome},
    {"in-turn", read_in_turn},
    {"tls", read_outcome},
    {"dns", read_outcome},
    {"accepted", read_accepted},
    {"optional", read_optional},
    {"delay", read_delay},
    {"retry-after", read_retry_after},
    {"body", read_body},
    {"location", read_location},
    {"deliver", read_deliver},
    {"callbacks", read_callbacks},
};

enum { KEY_COUNT = sizeof keys / sizeof keys[0] };

static bool read_key(struct reading *reading, const char *key, const json_t *value)
{
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (strcmp(keys[i].key, key) == 0)
            return keys[i].read(reading, key, value);
    const char *known[KEY_COUNT + 1] = {NULL};
    for (size_t i = 0; i < KEY_COUNT; i++)
        known[i] = keys[i].key;
    return nearest_knows_key(key, known, NULL, reading->why);
}

/* Keys that exclude each other, or stand beside one that is not there. */
static bool judge_keys(const struct reading *reading)
{
    const struct fault_rule *rule = reading->rule;
    if (reading->outcome_keys > 1)
        return fail_set(reading->why,
                        "a rule has one outcome: fail, status, wire, tls, dns, pass or in-turn");
    if (reading->when_keys > 1)
        return fail_set(reading->why, "a rule has one of first, nth, every, after, between, chance");
    return reading->beside_status_keys == 0 || fault_rule_has(rule, FAULT_STATUS) ||
           fail_set(reading->why, "retry-after, body and location stand beside status only");
}

/* What a tls or dns rule counts follows from its outcome: nobody has to say it. */
static void count_beginnings(struct fault_rule *rule)
{
    if (fault_rule_has(rule, FAULT_TLS))
        rule->operation = TEXT("connect");
    else if (fault_rule_has(rule, FAULT_DNS))
        rule->operation = TEXT("resolve");
}

struct planned_fault *fault_json_read(const json_t *json, struct fail *why)
{
    const char *key;
    json_t *value;
    struct planned_fault *fault = mem_new(sizeof *fault);
    struct reading reading = {.fault = fault, .rule = &fault->rule, .why = why};
    fault->rule.accepted = -1;
    fault->rule.retry_after_s = -1;
    fault->rule.deliver_state = -1;
    fault->rule.deliver_after_ms = -1;
    bool fine = true;
    json_object_foreach((json_t *)(uintptr_t)json, key, value)
    {
        fine = read_key(&reading, key, value);
        if (!fine)
            break;
    }
    if (fine && judge_keys(&reading) && fault_judge(reading.rule, why)) {
        count_beginnings(reading.rule);
        fault->source = json_write(json);
        return fault;
    }
    planned_fault_free(fault);
    return NULL;
}

bool fault_json_arm(struct planned_fault *fault, struct account *account, struct ids *ids, struct fail *why)
{
    ids_sid(ids, "FT", fault->id);
    fault->rule.armed_mono_ms = clock_mono_ms();
    if (account_add_fault(account, fault))
        return true;
    planned_fault_free(fault);
    return fail_set(why, "there are %d faults already", ACCOUNT_FAULTS_MAX);
}
