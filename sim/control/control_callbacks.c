/* POST /sim/v1/callbacks: a status callback made by hand: late, doubled, forged. */
#include "control.h"

#include "mem.h"
#include "schedule.h"

/* By SID, or the last outbound one to a number. */
static const struct message *find_message(const struct control_call *call, struct text sid, struct text to)
{
    const struct messages *messages = &call->sim->messages;
    if (sid.at != NULL) {
        const struct message *message = messages_find(messages, sid);
        return message != NULL && message->tenant == call->account->tenant ? message : NULL;
    }
    for (uint64_t n = messages->last_number; n > 0 && n >= messages_oldest(messages); n--) {
        const struct message *message = messages_at(messages, n);
        if (message != NULL && message->tenant == call->account->tenant &&
            message->direction == DIRECTION_OUTBOUND_API &&
            text_equal(message_address(message, MESSAGE_TO), to))
            return message;
    }
    return NULL;
}

static bool read_signature(struct text name, enum callback_signature *ret)
{
    static const char *const names[] = {"good", "wrong", "missing", "other-token"};
    for (int i = 0; i < 4; i++) {
        if (name.at == NULL || text_is(name, names[i])) {
            *ret = (enum callback_signature)i;
            return true;
        }
    }
    return false;
}

/* `change` as a form in the request's arena; false after refusing. */
static bool read_change(struct control_call *call, struct form *ret)
{
    const json_t *change = json_object_get(call->body, "change");
    const char *key;
    json_t *value;
    *ret = (struct form){0};
    if (change == NULL)
        return true;
    if (!json_is_object(change)) {
        control_refuse(call, 400, "change: an object of texts is wanted");
        return false;
    }
    ret->pairs = arena_alloc(call->request->arena, (json_object_size(change) + 1) * sizeof *ret->pairs);
    json_object_foreach((json_t *)(uintptr_t)change, key, value)
    {
        if (!json_is_string(value) || ret->pairs == NULL) {
            control_refuse(call, 400, "change: an object of texts is wanted");
            return false;
        }
        ret->pairs[ret->count++] = (struct form_pair){text_of(key), text_of(json_string_value(value))};
    }
    return true;
}

/* The code, 0 = none; false after refusing. */
static bool read_code(struct control_call *call, int *ret)
{
    const json_t *code = json_object_get(call->body, "code");
    json_int_t number = json_integer_value(code);
    *ret = (int)number;
    if (code == NULL || (json_is_integer(code) && number >= 0 && number < 1000000))
        return true;
    control_refuse(call, 400, "code: a whole number is wanted");
    return false;
}

void control_callbacks_send(struct control_call *call)
{
    static const char *const texts[] = {"sid", "to", "status", "signature", "url", NULL};
    static const char *const keys[] = {"sid", "to", "status", "code", "signature", "change", "url", NULL};
    struct forged_callback forged = {.url = json_text(call->body, "url")};
    struct form change;
    struct fail why = {0};
    char id[IDS_UUID_BYTES];
    if (!control_only_keys(call, keys) || !control_only_texts(call, texts) || !read_change(call, &change) ||
        !read_code(call, &forged.code))
        return;
    struct text sid = json_text(call->body, "sid"), to = json_text(call->body, "to");
    const struct message *message = find_message(call, sid, to);
    forged.change = &change;
    if (sid.at == NULL && to.at == NULL)
        control_refuse(call, 400, "sid or to is wanted");
    else if (message == NULL)
        control_refuse(call, 404, "there is no such message");
    else if (!message_state_from_name(json_text(call->body, "status"), &forged.state))
        control_refuse(call, 400, "status: a message's status is wanted");
    else if (!read_signature(json_text(call->body, "signature"), &forged.signature))
        control_refuse(call, 400, "signature: good, wrong, missing or other-token is wanted");
    else if (!schedule_forge(call->sim->schedule, message, &forged, id, &why))
        control_refuse(call, 400, "%s", why.text);
    else
        control_reply(call, 202, json_pack("{s:s}", "id", id));
}
