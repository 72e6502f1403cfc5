/* The parameters of a status callback, one small function a source, in the captured order. */
#include "status_form.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "error_codes.h"

struct status_facts {
    const struct message *message;
    const struct account *account;
    const char *state_name;
    enum message_state state;
    int code;
    int64_t wall_ms;
};

enum { VALUE_BYTES = 128 };

/* Each gives the value, or TEXT_NONE when the parameter is left out; `room` is for what has to be formatted.
 */
typedef struct text status_value(const struct status_facts *facts, char room[VALUE_BYTES]);

static struct text raw_dlr_done(const struct status_facts *f, char room[VALUE_BYTES])
{
    bool receipt = f->state == MESSAGE_DELIVERED || f->state == MESSAGE_UNDELIVERED;
    return receipt ? text_of(clock_compact(f->wall_ms, room)) : TEXT_NONE;
}

static struct text event_type(const struct status_facts *f, char room[VALUE_BYTES])
{
    static const struct {
        enum message_state state;
        const char *event;
    } events[] = {{MESSAGE_DELIVERED, "DELIVERED"},
                  {MESSAGE_READ, "READ"},
                  {MESSAGE_UNDELIVERED, "UNDELIVERED"},
                  {MESSAGE_FAILED, "UNDELIVERED"}};
    (void)room;
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        if (events[i].state == f->state)
            return text_of(events[i].event);
    return TEXT_NONE;
}

static struct text sid(const struct status_facts *f, char room[VALUE_BYTES])
{
    (void)room;
    return text_of(f->message->sid);
}

static struct text state(const struct status_facts *f, char room[VALUE_BYTES])
{
    (void)room;
    return text_of(f->state_name);
}

static struct text to(const struct status_facts *f, char room[VALUE_BYTES])
{
    (void)room;
    return message_text(f->message, MESSAGE_TO);
}

static struct text from(const struct status_facts *f, char room[VALUE_BYTES])
{
    (void)room;
    return message_text(f->message, MESSAGE_FROM);
}

static struct text masked_to(const struct status_facts *f, char room[VALUE_BYTES])
{
    struct text number = message_address(f->message, MESSAGE_TO);
    size_t shown = number.len < 4 ? 0 : number.len - 4;
    snprintf(room, VALUE_BYTES, "%.*sXXXX", (int)shown, number.at);
    return text_of(room);
}

static struct text account_sid(const struct status_facts *f, char room[VALUE_BYTES])
{
    (void)room;
    return text_of(f->account->sid);
}

static struct text service_sid(const struct status_facts *f, char room[VALUE_BYTES])
{
    (void)room;
    return message_text(f->message, MESSAGE_SERVICE_SID);
}

static struct text error_number(const struct status_facts *f, char room[VALUE_BYTES])
{
    if (f->code == 0)
        return TEXT_NONE;
    snprintf(room, VALUE_BYTES, "%d", f->code);
    return text_of(room);
}

static struct text channel_status_message(const struct status_facts *f, char room[VALUE_BYTES])
{
    (void)room;
    const struct error_code *error = f->code == 0 ? NULL : error_code_find(f->code);
    return error == NULL ? TEXT_NONE : text_of(error->message);
}

static struct text word_whatsapp(const struct status_facts *f, char room[VALUE_BYTES])
{
    (void)f;
    (void)room;
    return TEXT("whatsapp");
}

static struct text word_false(const struct status_facts *f, char room[VALUE_BYTES])
{
    (void)f;
    (void)room;
    return TEXT("false");
}

static struct text api_version(const struct status_facts *f, char room[VALUE_BYTES])
{
    (void)f;
    (void)room;
    return TEXT("2010-04-01");
}

/* The installation of the channel: one an account, so it is made from the account's SID. */
static struct text install_sid(const struct status_facts *f, char room[VALUE_BYTES])
{
    snprintf(room, VALUE_BYTES, "XE%s", f->account->sid + 2);
    return text_of(room);
}

struct status_param {
    const char *name;
    status_value *value;
};

static const struct status_param sms_params[] = {
    {"RawDlrDoneDate", raw_dlr_done},
    {"SmsSid", sid},
    {"SmsStatus", state},
    {"MessageStatus", state},
    {"To", to},
    {"MessagingServiceSid", service_sid},
    {"MessageSid", sid},
    {"AccountSid", account_sid},
    {"ErrorCode", error_number},
    {"From", from},
    {"ApiVersion", api_version},
    {NULL, NULL},
};

static const struct status_param whatsapp_params[] = {
    {"EventType", event_type},
    {"SmsSid", sid},
    {"SmsStatus", state},
    {"MessageStatus", state},
    {"ChannelToAddress", masked_to},
    {"To", to},
    {"ChannelPrefix", word_whatsapp},
    {"MessagingServiceSid", service_sid},
    {"MessageSid", sid},
    {"AccountSid", account_sid},
    {"StructuredMessage", word_false},
    {"ErrorCode", error_number},
    {"ChannelStatusMessage", channel_status_message},
    {"From", from},
    {"ApiVersion", api_version},
    {"ChannelInstallSid", install_sid},
    {NULL, NULL},
};

static bool is_usual(const struct status_param *params, struct text name)
{
    for (; params->name != NULL; params++)
        if (text_is(name, params->name))
            return true;
    return false;
}

void status_form_write(const struct message *message, const struct account *account,
                       enum message_state entered, int code, int64_t wall_ms, const struct form *change,
                       struct text_buf *out)
{
    struct status_facts facts = {message, account, message_state_name(entered), entered, code, wall_ms};
    const struct status_param *params = message->channel == CHANNEL_WHATSAPP ? whatsapp_params : sms_params;
    for (const struct status_param *param = params; param->name != NULL; param++) {
        char room[VALUE_BYTES];
        struct text changed = change == NULL ? TEXT_NONE : form_get(change, param->name);
        struct text value = changed.at != NULL ? changed : param->value(&facts, room);
        if (value.at != NULL)
            form_put(out, text_of(param->name), value);
    }
    for (size_t i = 0; change != NULL && i < change->count; i++)
        if (!is_usual(params, change->pairs[i].name))
            form_put(out, change->pairs[i].name, change->pairs[i].value);
}
