/* /sim/v1/messages, /messages/next and /code: what reached the phones; POST /sim/v1/messages: a person writes
 * back. */
#include "control.h"

#include <string.h>

#include "clock.h"
#include "code_in_text.h"
#include "inbound.h"

json_t *control_message_json(const struct message *message)
{
    struct text body = message_text(message, MESSAGE_BODY);
    struct text code = code_in_text(body);
    json_t *json =
        json_pack("{s:s, s:I, s:s, s:s, s:s, s:i}", "sid", message->sid, "cursor",
                  (json_int_t)message->number, "channel", channel_name((enum channel)message->channel),
                  "status", message_state_name((enum message_state)message->state), "direction",
                  message->direction == DIRECTION_INBOUND ? "inbound" : "outbound-api", "segments",
                  (int)message->segments);
    json_set(json, "to", json_of_text(message_address(message, MESSAGE_TO)));
    json_set(json, "from", json_of_text(message_address(message, MESSAGE_FROM)));
    json_set(json, "text", json_of_text(body));
    json_set(json, "code", code.at == NULL ? json_null() : json_of_text(code));
    json_set(json, "error_code", message->error_code == 0 ? json_null() : json_integer(message->error_code));
    json_set(json, "fault", message->fault_number == 0 ? json_null() : json_integer(message->fault_number));
    json_set(json, "request", json_of_text(message_text(message, MESSAGE_CAUSE)));
    json_set(json, "created_wall_ms", json_integer(message->created_wall_ms));
    return json;
}

struct message_filter {
    unsigned tenant;
    struct text to, channel;
};

/* False after refusing. */
static bool read_filter(struct control_call *call, struct message_filter *ret)
{
    enum channel channel;
    *ret = (struct message_filter){.tenant = call->account->tenant,
                                   .channel = form_get(&call->query, "channel")};
    if (ret->channel.len > 0 && !channel_from_name(ret->channel, &channel)) {
        control_refuse(call, 400, "channel: '%.*s' is not one of sms, whatsapp, rcs, messenger",
                       TEXT_ARGS(ret->channel));
        return false;
    }
    return control_number(call, "to", form_get(&call->query, "to"), &ret->to);
}

static bool passes(const struct message_filter *filter, const struct message *message)
{
    return message != NULL && message->tenant == filter->tenant &&
           (filter->to.len == 0 || text_equal(filter->to, message_address(message, MESSAGE_TO))) &&
           (filter->channel.len == 0 ||
            text_is(filter->channel, channel_name((enum channel)message->channel)));
}

void control_messages_list(struct control_call *call)
{
    int64_t limit, before;
    const struct messages *messages = &call->sim->messages;
    struct message_filter filter;
    if (!read_filter(call, &filter) || !control_query_int(call, "limit", 1, 10000, 1000, &limit) ||
        !control_query_int(call, "before", 1, INT64_MAX, INT64_MAX, &before))
        return;
    json_t *list = json_array();
    uint64_t newest = messages->last_number;
    for (uint64_t n = (uint64_t)before <= newest ? (uint64_t)before - 1 : newest;
         n >= messages_oldest(messages) && n > 0 && limit > 0; n--) {
        const struct message *message = messages_at(messages, n);
        if (!passes(&filter, message))
            continue;
        json_array_append_new(list, control_message_json(message));
        limit--;
    }
    control_reply(call, 200,
                  json_pack("{s:o, s:I}", "messages", list, "dropped", (json_int_t)messages->dropped));
}

/* It reached the phone. */
static bool is_on_phone(const struct message *message)
{
    return message->direction == DIRECTION_OUTBOUND_API &&
           (message->state == MESSAGE_DELIVERED || message->state == MESSAGE_READ);
}

/* Leaves *ret_ms when none was given; false after refusing. */
static bool read_timeout(struct control_call *call, int64_t *ret_ms)
{
    struct text timeout = form_get(&call->query, "timeout");
    if (timeout.len == 0 || text_to_duration_ms(timeout, ret_ms))
        return true;
    control_refuse(call, 400, "timeout: '%.*s' is no duration such as 10s", TEXT_ARGS(timeout));
    return false;
}

void control_messages_next(struct control_call *call)
{
    const struct messages *messages = &call->sim->messages;
    struct message_filter filter;
    int64_t after, timeout_ms = 10000;
    if (!read_filter(call, &filter) || !control_query_int(call, "after", 0, INT64_MAX, 0, &after) ||
        !read_timeout(call, &timeout_ms))
        return;
    uint64_t oldest = messages_oldest(messages),
             n = (uint64_t)after + 1 < oldest ? oldest : (uint64_t)after + 1;
    for (; n <= messages->last_number; n++) {
        const struct message *message = messages_at(messages, n);
        if (passes(&filter, message) && is_on_phone(message)) {
            control_reply(call, 200, control_message_json(message));
            return;
        }
    }
    int64_t until = call->request->received_mono_ms + timeout_ms;
    if (clock_mono_ms() < until)
        response_park(call->response, until);
    else
        control_refuse(call, 408, "no message came within %lld ms", (long long)timeout_ms);
}

/* The code of the newest message behind `after` that reached a phone; TEXT_NONE when there is none. */
static struct text newest_code(const struct messages *messages, const struct message_filter *filter,
                               int64_t after)
{
    uint64_t end = messages_oldest(messages);
    if (end <= (uint64_t)after)
        end = (uint64_t)after + 1;
    for (uint64_t n = messages->last_number; n >= end && n > 0; n--) {
        const struct message *message = messages_at(messages, n);
        if (!passes(filter, message) || !is_on_phone(message))
            continue;
        struct text code = code_in_text(message_text(message, MESSAGE_BODY));
        if (code.at != NULL)
            return code;
    }
    return TEXT_NONE;
}

void control_code(struct control_call *call)
{
    struct message_filter filter;
    int64_t after, timeout_ms = 0;
    struct text timeout = form_get(&call->query, "timeout");
    if (!read_filter(call, &filter) || !control_query_int(call, "after", 0, INT64_MAX, 0, &after) ||
        !read_timeout(call, &timeout_ms))
        return;
    struct text code = newest_code(&call->sim->messages, &filter, after);
    int64_t until = call->request->received_mono_ms + timeout_ms;
    if (code.at != NULL) {
        text_put(&call->response->body, code);
        text_put_char(&call->response->body, '\n');
        response_header_literal(call->response, "Content-Type", "text/plain; charset=utf-8");
    } else if (timeout.len > 0 && clock_mono_ms() < until) {
        response_park(call->response, until);
    } else {
        control_refuse(call, timeout.len > 0 ? 408 : 404, "no message with a code reached %.*s",
                       TEXT_ARGS(filter.to.len ? filter.to : TEXT("a phone")));
    }
}

/* One of the account's own senders for the channel. */
static bool is_sender(const struct account *account, enum channel channel, struct text number)
{
    if (channel == CHANNEL_WHATSAPP)
        return text_is(number, account->whatsapp);
    return account_number((struct account *)(uintptr_t)account, number) != NULL;
}

void control_messages_receive(struct control_call *call)
{
    static const char *const keys[] = {"from", "to", "channel", "text", NULL};
    struct text from = json_text(call->body, "from"), channel = json_text(call->body, "channel");
    struct inbound inbound = {.to = json_text(call->body, "to"), .text = json_text(call->body, "text")};
    if (!control_only_keys(call, keys) || !control_only_texts(call, keys))
        return;
    if (from.len == 0 || inbound.text.at == NULL) {
        control_refuse(call, 400, "from (a number or a person) and text are wanted");
        return;
    }
    if (channel.at != NULL && !channel_from_name(channel, &inbound.channel)) {
        control_refuse(call, 400, "channel: sms or whatsapp is wanted");
        return;
    }
    if (!control_number(call, "from", from, &inbound.from))
        return;
    if (inbound.to.at != NULL && !is_sender(call->account, inbound.channel, inbound.to)) {
        control_refuse(call, 400, "to: '%.*s' is no sender of this account", TEXT_ARGS(inbound.to));
        return;
    }
    const struct message *message = inbound_receive(call->sim, call->account, &inbound);
    control_reply(call, 201, control_message_json(message));
}
