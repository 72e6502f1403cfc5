/* CHECK and EXPECT: facts about everything since `given`, and about one answer. */
#include "grammar.h"

#include "check.h"
#include "expect.h"

static const struct shape shape_code_counts = {
    NAMED_OF(&shape_count, struct named_values, struct named_value, value, KEY_CODE,
             "a map of error numbers and counts"),
};

static const struct field message_fields[] = {
    {"to", &shape_person, MEMBER(struct message_fact, to), 0, 0},
    {"channel", &shape_channel, MEMBER(struct message_fact, channel), 0, 0},
    {"provider", &shape_text, MEMBER(struct message_fact, provider), 0, 0},
    {"from", &shape_text, MEMBER(struct message_fact, from), 0, 0},
    {"text", &shape_match, MEMBER(struct message_fact, text), 0, 0},
    {"requests", &shape_count, MEMBER(struct message_fact, requests), 0, 0},
    {"accepted", &shape_count, MEMBER(struct message_fact, accepted), 0, 0},
    {"delivered", &shape_count, MEMBER(struct message_fact, delivered), 0, 0},
    {"codes", &shape_count, MEMBER(struct message_fact, codes), 0, 0},
    {"refused", &shape_code_counts, MEMBER(struct message_fact, refused), 0, 0},
    {"gaps", &shape_durations, MEMBER(struct message_fact, gaps), 0, 0},
    {0},
};

static void judge_message(struct document *document, void *made)
{
    const struct message_fact *fact = made;
    bool says = value_given(&fact->requests) || value_given(&fact->accepted) ||
                value_given(&fact->delivered) || value_given(&fact->codes) || place_given(fact->refused.at) ||
                place_given(fact->gaps.at);
    if (!says)
        document_error(document, fact->at,
                       "this says nothing about the messages: give requests, accepted, delivered, codes, "
                       "refused or gaps");
}

static const struct shape shape_message = {
    .kind = SHAPE_MAP,
    .name = "check-messages",
    .what = "a fact about messages",
    .size_bytes = sizeof(struct message_fact),
    .fields = message_fields,
    .judge = judge_message,
};
static const struct shape shape_messages = {
    LIST_OF(&shape_message, struct message_facts, "a list of facts about messages"), .min = 1};

static const struct shape shape_order = {
    NAMED_OF(&shape_channels, struct order_facts, struct order_fact, channels, KEY_NAME,
             "a map of persons and channels"),
};

static const struct field call_fields[] = {
    {"operation", &shape_text, MEMBER(struct call_fact, operation), FIELD_REQUIRED, 0},
    {"provider", &shape_text, MEMBER(struct call_fact, provider), 0, 0},
    {"count", &shape_count, MEMBER(struct call_fact, count), FIELD_REQUIRED, 0},
    {0},
};
static const struct shape shape_call = {
    .kind = SHAPE_MAP,
    .name = "check-calls",
    .what = "a fact about calls",
    .size_bytes = sizeof(struct call_fact),
    .fields = call_fields,
};
static const struct shape shape_calls = {
    LIST_OF(&shape_call, struct call_facts, "a list of facts about calls"), .min = 1};

static const struct field callback_fields[] = {
    {"to", &shape_person, MEMBER(struct callback_fact, to), 0, 0},
    {"status", &shape_text, MEMBER(struct callback_fact, status), 0, 0},
    {"answered", &shape_statuses, MEMBER(struct callback_fact, answered), 0, 0},
    {"count", &shape_count, MEMBER(struct callback_fact, count), 0, 0},
    {0},
};
static void judge_callback(struct document *document, void *made)
{
    const struct callback_fact *fact = made;
    if (!value_given(&fact->count) && !place_given(fact->answered.at))
        document_error(document, fact->at, "this says nothing about the callbacks: give count or answered");
}
static const struct shape shape_callback = {
    .kind = SHAPE_MAP,
    .name = "check-callbacks",
    .what = "a fact about callbacks",
    .size_bytes = sizeof(struct callback_fact),
    .fields = callback_fields,
    .judge = judge_callback,
};
static const struct shape shape_callbacks = {
    LIST_OF(&shape_callback, struct callback_facts, "a list of facts about callbacks"), .min = 1};

static const struct field log_fields[] = {
    {"match", &shape_match, MEMBER(struct log_fact, match), 0, 1},
    {"filter", &shape_text, MEMBER(struct log_fact, filter), 0, 1},
    {"count", &shape_count, MEMBER(struct log_fact, count), 0, 0},
    {0},
};
static const struct shape shape_log = {
    .kind = SHAPE_MAP,
    .name = "check-log",
    .what = "a fact about the log",
    .size_bytes = sizeof(struct log_fact),
    .fields = log_fields,
    .groups = {{"exactly one of match, filter", true, false}},
};
static const struct shape shape_logs = {
    LIST_OF(&shape_log, struct log_facts, "a list of facts about the log"), .min = 1};

static const struct field store_fields[] = {
    {"in", &shape_text, MEMBER(struct store_fact, in), FIELD_REQUIRED, 0},
    {"key", &shape_text, MEMBER(struct store_fact, key), FIELD_REQUIRED, 0},
    {"count", &shape_count, MEMBER(struct store_fact, count), 0, 0},
    {"ttl", &shape_text, MEMBER(struct store_fact, ttl), 0, 0},
    {0},
};
static const struct shape shape_store = {
    .kind = SHAPE_MAP,
    .name = "check-store",
    .what = "a fact about a store",
    .size_bytes = sizeof(struct store_fact),
    .fields = store_fields,
};
static const struct shape shape_stores = {
    LIST_OF(&shape_store, struct store_facts, "a list of facts about stores"), .min = 1};

static const struct field check_fields[] = {
    {"messages", &shape_messages, MEMBER(struct check, messages), 0, 0},
    {"order", &shape_order, MEMBER(struct check, order), 0, 0},
    {"calls", &shape_calls, MEMBER(struct check, calls), 0, 0},
    {"callbacks", &shape_callbacks, MEMBER(struct check, callbacks), 0, 0},
    {"log", &shape_logs, MEMBER(struct check, log), 0, 0},
    {"store", &shape_stores, MEMBER(struct check, store), FIELD_LATER, 0},
    {"answers", &shape_status_counts, MEMBER(struct check, answers), 0, 0},
    {0},
};
const struct shape shape_check = {
    .kind = SHAPE_MAP,
    .name = "check",
    .what = "a map of facts",
    .size_bytes = sizeof(struct check),
    .fields = check_fields,
};

static const struct field took_fields[] = {
    {"over", &shape_duration, MEMBER(struct took, over), 0, 0},
    {"under", &shape_duration, MEMBER(struct took, under), 0, 0},
    {0},
};
static const struct shape shape_took_fields = {
    .kind = SHAPE_MAP,
    .name = "took",
    .what = "a map with over, under",
    .size_bytes = sizeof(struct took),
    .fields = took_fields,
};
static const struct shape shape_took = {
    .kind = SHAPE_EITHER,
    .what = "a duration, or a map with over, under",
    .size_bytes = sizeof(struct took),
    .scalar = &shape_duration,
    .scalar_at = MEMBER(struct took, about),
    .map = &shape_took_fields,
};

static const struct field expect_fields[] = {
    {"status", &shape_statuses, MEMBER(struct expect, status), 0, 0},
    {"json", &shape_json_node, MEMBER(struct expect, json), 0, 0},
    {"text", &shape_matches, MEMBER(struct expect, text), 0, 0},
    {"headers", &shape_named_matches, MEMBER(struct expect, headers), 0, 0},
    {"took", &shape_took, MEMBER(struct expect, took), 0, 0},
    {"answers", &shape_status_counts, MEMBER(struct expect, answers), 0, 0},
    {"exit", &shape_exit, MEMBER(struct expect, exit), 0, 0},
    {"not", &shape_expect_fields, MEMBER(struct expect, not_), FIELD_POINTER, 0},
    {0},
};

static void judge_expect(struct document *document, void *made)
{
    const struct expect *expect = made;
    for (const struct field *field = expect_fields; field->key != NULL; field++) {
        if (field_member(field, expect) != NULL)
            return;
    }
    document_error(document, expect->at, "this expects nothing; write `expect: any` to take every answer");
}

const struct shape shape_expect_fields = {
    .kind = SHAPE_MAP,
    .name = "expect",
    .what = "a map of what is expected",
    .size_bytes = sizeof(struct expect),
    .fields = expect_fields,
    .judge = judge_expect,
};
const struct shape shape_expect = {
    .kind = SHAPE_EITHER,
    .what = "a map of what is expected, the name of an answer, or any",
    .size_bytes = sizeof(struct expect),
    .scalar = &shape_text,
    .scalar_at = MEMBER(struct expect, name),
    .map = &shape_expect_fields,
};
