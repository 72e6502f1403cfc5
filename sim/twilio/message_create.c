/* POST …/Messages: gather the facts, ask the rules, store, answer; its course begins in the follow-up. */
#include "message_create.h"

#include <string.h>

#include "endpoints.h"
#include "fault_apply.h"
#include "message_resource.h"
#include "message_rules.h"
#include "segments.h"
#include "sids.h"

struct text message_create_address(struct call *call, struct text address)
{
    struct text number;
    channel_of_address(address, &number);
    if (number.len == 0 || number.at[0] != '+' || text_all_digits(text_from(number, 1)))
        return address;
    char *clean = arena_alloc(call->request->arena, address.len + 1);
    size_t len = 0;
    for (size_t i = 0; clean != NULL && i < address.len; i++)
        if (memchr(" -.()", address.at[i], 5) == NULL)
            clean[len++] = address.at[i];
    return clean == NULL ? address : text_span(clean, len);
}

static struct message_facts gather(struct call *call, const struct person *person)
{
    struct account *account = call->account;
    struct text from = form_get(&call->form, "From");
    struct text service = form_get(&call->form, "MessagingServiceSid");
    struct message_facts facts = {
        .plan = account->plan,
        .form = &call->form,
        .params = {.now_ms = call->began.wall_ms,
                   .loopback_callbacks = !call->sim->settings.strict_callbacks},
        .to = call->to,
        .from = call->from,
        .to_channel = call->channel,
        .from_channel = channel_of_address(from, NULL),
        .country_permitted = true,
        .sent_today = account_sent_today(account, call->began.wall_ms),
    };
    facts.sender = from.len > 0 ? sender_kind_of(call->from) : service.len > 0 ? SENDER_SERVICE : SENDER_NONE;
    if (sid_is(from, "MG"))
        facts.sender = SENDER_SERVICE;
    const struct owned_number *number = account_number(account, call->from);
    if (facts.from_channel == CHANNEL_WHATSAPP)
        facts.sender_owned = account->whatsapp[0] != '\0' && text_is(call->from, account->whatsapp);
    else
        facts.sender_owned = facts.from_channel == CHANNEL_SMS && number != NULL;
    facts.sender_sms = number != NULL && number->sms;
    facts.sender_owned_by_other =
        number == NULL && accounts_find_number(&call->sim->accounts, call->from) != NULL;
    number_judge(call->to, &facts.to_number);
    facts.to_line = person != NULL && person->line != LINE_UNKNOWN ? person->line : facts.to_number.line;
    facts.recipient_verified = account_caller_id(account, call->to) != NULL;
    facts.recipient_opted_out =
        call->channel == CHANNEL_SMS &&
        ((person != NULL && person->opted_out) || account_has_opt_out(account, call->to, call->from));
    if (facts.to_number.country[0] != '\0')
        facts.country_permitted = account_may_send_to(account, facts.to_number.country);
    return facts;
}

static unsigned count_media(const struct form *form)
{
    unsigned count = 0;
    for (size_t i = 0; i < form->count; i++)
        count += text_is(form->pairs[i].name, "MediaUrl");
    return count;
}

/* The body as it is sent: trial accounts put their prefix before it. */
static struct text body_as_sent(struct call *call)
{
    struct text body = form_get(&call->form, "Body");
    const char *prefix = call->account->plan->body_prefix;
    size_t len = strlen(prefix);
    if (len == 0 || body.len == 0)
        return body.at == NULL ? TEXT("") : body;
    char *whole = arena_alloc(call->request->arena, len + body.len);
    if (whole == NULL)
        return body;
    memcpy(whole, prefix, len);
    memcpy(whole + len, body.at, body.len);
    return text_span(whole, len + body.len);
}

static struct message *store(struct call *call)
{
    struct sim *sim = call->sim;
    struct text body = body_as_sent(call);
    unsigned media = count_media(&call->form);
    struct message fields = {.tenant = call->account->tenant,
                             .channel = (uint8_t)call->channel,
                             .direction = DIRECTION_OUTBOUND_API,
                             .state = MESSAGE_QUEUED,
                             .media_count = (uint8_t)media,
                             .created_wall_ms = call->began.wall_ms,
                             .updated_wall_ms = call->began.wall_ms,
                             .created_mono_ms = call->began.mono_ms,
                             .fault_number = call->fault_number};
    fields.segments = call->channel == CHANNEL_SMS && media == 0 ? (uint16_t)segments_count(body).count : 1;
    ids_sid(&sim->ids, media > 0 ? "MM" : "SM", fields.sid);
    struct text callback = form_get(&call->form, "StatusCallback");
    struct text texts[MESSAGE_TEXT_COUNT] = {
        [MESSAGE_TO] = call->address_to,
        [MESSAGE_FROM] = call->address_from,
        [MESSAGE_BODY] = body,
        [MESSAGE_CALLBACK_URL] = call->account->plan->calls_back && callback.len > 0 ? callback : TEXT_NONE,
        [MESSAGE_CAUSE] = sid_text(call->id),
        [MESSAGE_SERVICE_SID] = TEXT_NONE,
    };
    memcpy(call->sid, fields.sid, sizeof call->sid);
    account_count_sent(call->account, call->began.wall_ms);
    call->created = messages_add(&sim->messages, &fields, texts);
    metrics_count_status(&sim->metrics, call->channel, MESSAGE_QUEUED, 0, 0);
    changes_message(&sim->changes, call->created->number);
    changes_counts(&sim->changes, call->account);
    return call->created;
}

enum error_id message_create(struct call *call)
{
    struct render render;
    struct message_facts facts = gather(call, account_person(call->account, call->to));
    enum error_id error = message_rules_judge(&facts);
    if (error == ERROR_DAILY_CAP)
        call->words.limit = call->account->plan->daily_cap;
    if (error == ERROR_STATUS_CALLBACK_INVALID)
        call->words.url = form_get(&call->form, "StatusCallback");
    if (error != ERROR_NONE)
        return error;
    struct message *message = store(call);
    call_begin(call, &render, 201, "Message");
    message_resource_write(&render, call->account, message, true);
    render_end(&render);
    return ERROR_NONE;
}

static struct course course_of(struct call *call, const struct message *message)
{
    const struct person *person = account_person(call->account, message_address(message, MESSAGE_TO));
    const struct fault_rule *fault = call->fault.rule;
    struct progress_facts facts = {
        .channel = (enum channel)message->channel,
        .reachable = person == NULL || person->reachable,
        .whatsapp = person == NULL ? WHATSAPP_OPEN : person->whatsapp,
        .joined = person != NULL && person_has_joined(person, call->began.mono_ms),
        .window_open = person == NULL || person_window_is_open(person, call->began.mono_ms),
        .sandbox_sender = text_is(call->from, "+14155238886"),
        .free_form = form_get(&call->form, "ContentSid").len == 0,
        .sent_after_ms = call->sim->settings.sent_after_ms,
        .delivered_after_ms = call->sim->settings.delivered_after_ms,
        .failure_code = fault_async_code(&call->fault),
        .deliver_state = fault == NULL ? -1 : fault->deliver_state,
        .deliver_code = fault == NULL ? 0 : fault->deliver_code,
        .deliver_after_ms = fault == NULL ? -1 : fault->deliver_after_ms,
    };
    struct course course = {.fault = fault};
    course.count = progress_plan(&facts, course.steps);
    return course;
}

void message_create_follow_up(struct call *call)
{
    struct sim *sim = call->sim;
    struct message *message = call->created;
    if (message == NULL)
        return;
    struct text texts[] = {sid_text(message->sid),
                           TEXT("twilio"),
                           text_of(channel_name(call->channel)),
                           TEXT("outbound-api"),
                           sid_text(call->account->sid),
                           call->to,
                           call->from,
                           message_text(message, MESSAGE_BODY),
                           text_of(message_state_name((enum message_state)message->state)),
                           sid_text(call->id)};
    journal_add(&sim->journal, JOURNAL_MESSAGE, call->began, call->account->tenant, texts,
                (int64_t[]){message->segments});
    if (!call->account->plan->delivers)
        return;
    struct course course = course_of(call, message);
    schedule_start(sim->schedule, message, &course, &call->began);
}
