/* Messages from people. TwiML answers to the webhook are not simulated: what the backend answers is
 * journalled only. */
#include "inbound.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "form.h"
#include "schedule.h"
#include "segments.h"

enum keyword { KEYWORD_NONE, KEYWORD_STOP, KEYWORD_START, KEYWORD_JOIN };

/* Only a message that is the keyword counts; join is followed by the sandbox's words. */
static enum keyword keyword_of(struct text body)
{
    static const struct {
        const char *word;
        enum keyword keyword;
    } words[] = {{"STOP", KEYWORD_STOP},   {"STOPALL", KEYWORD_STOP}, {"UNSUBSCRIBE", KEYWORD_STOP},
                 {"CANCEL", KEYWORD_STOP}, {"END", KEYWORD_STOP},     {"QUIT", KEYWORD_STOP},
                 {"REVOKE", KEYWORD_STOP}, {"OPTOUT", KEYWORD_STOP},  {"START", KEYWORD_START},
                 {"YES", KEYWORD_START},   {"UNSTOP", KEYWORD_START}};
    struct text word = text_trim(body);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (text_is_nocase(word, words[i].word))
            return words[i].keyword;
    return word.len > 5 && text_is_nocase(text_first(word, 5), "join ") ? KEYWORD_JOIN : KEYWORD_NONE;
}

/* Somebody whom the account does not know is known from now on. */
static void join(struct sim *sim, struct account *account, struct person *person, struct text from)
{
    struct person stranger = {.reachable = true, .verified = account_caller_id(account, from) != NULL};
    snprintf(stranger.e164, sizeof stranger.e164, "%.*s", TEXT_ARGS(from));
    person_join_sandbox(person != NULL ? person : &stranger, clock_mono_ms());
    if (person == NULL && from.len < sizeof stranger.e164)
        account_set_person(account, &sim->ids, &stranger, clock_wall_ms());
}

static void obey(struct sim *sim, struct account *account, const struct inbound *inbound, struct text sender)
{
    struct person *person = account_person(account, inbound->from);
    enum keyword keyword = keyword_of(inbound->text);
    if (inbound->channel == CHANNEL_WHATSAPP) {
        bool leaves = text_is_nocase(text_trim(inbound->text), "stop");
        if (keyword == KEYWORD_JOIN)
            join(sim, account, person, inbound->from);
        else if (person != NULL && leaves && person->whatsapp == WHATSAPP_JOINED)
            person->whatsapp = WHATSAPP_OPEN;
        else if (person != NULL)
            person_open_window(person, clock_mono_ms()); /* any message of theirs does */
    } else if (keyword == KEYWORD_STOP || keyword == KEYWORD_START) {
        account_set_opt_out(account, inbound->from, sender, keyword == KEYWORD_STOP);
        if (person != NULL)
            person->opted_out = keyword == KEYWORD_STOP;
    }
}

/* The handset of whoever wrote: a longer text than a number's is nobody's. */
static void note_person(struct sim *sim, const struct account *account, struct text from)
{
    char e164[E164_BYTES];
    snprintf(e164, sizeof e164, "%.*s", TEXT_ARGS(from));
    changes_person(&sim->changes, account, e164);
}

static void put_param(struct text_buf *form, const char *name, struct text value)
{
    form_put(form, text_of(name), value);
}

static void post_webhook(struct sim *sim, struct account *account, const struct message *message,
                         struct text sender)
{
    const struct owned_number *number = account_number(account, sender);
    struct text_buf form;
    char segments[8];
    if (number == NULL || number->sms_url[0] == '\0')
        return;
    snprintf(segments, sizeof segments, "%d", message->channel == CHANNEL_SMS ? message->segments : 1);
    text_buf_init(&form, CALLBACK_BODY_MAX_BYTES);
    put_param(&form, "MessageSid", text_of(message->sid));
    put_param(&form, "SmsSid", text_of(message->sid));
    put_param(&form, "SmsMessageSid", text_of(message->sid));
    put_param(&form, "AccountSid", text_of(account->sid));
    put_param(&form, "From", message_text(message, MESSAGE_FROM));
    put_param(&form, "To", message_text(message, MESSAGE_TO));
    put_param(&form, "Body", message_text(message, MESSAGE_BODY));
    put_param(&form, "NumMedia", TEXT("0"));
    put_param(&form, "NumSegments", text_of(segments));
    put_param(&form, "SmsStatus", TEXT("received"));
    put_param(&form, "ApiVersion", TEXT("2010-04-01"));
    schedule_post(sim->schedule, account, message->sid, text_of(number->sms_url), text_buf_view(&form));
    text_buf_release(&form);
}

/* "whatsapp:+243…" or "+243…", in `room`. */
static struct text address(enum channel channel, struct text number, char room[64])
{
    snprintf(room, 64, "%s%.*s", channel_prefix(channel), TEXT_ARGS(number));
    return text_of(room);
}

const struct message *inbound_receive(struct sim *sim, struct account *account, const struct inbound *inbound)
{
    char to[64], from[64];
    struct journal_stamp now = journal_now();
    const char *own = inbound->channel == CHANNEL_WHATSAPP ? account->whatsapp
                      : account->number_count > 0          ? account->numbers[0].e164
                                                           : "";
    struct text sender = inbound->to.at != NULL ? inbound->to : text_of(own);
    struct message fields = {.tenant = account->tenant,
                             .channel = (uint8_t)inbound->channel,
                             .direction = DIRECTION_INBOUND,
                             .state = MESSAGE_RECEIVED,
                             .segments = (uint16_t)segments_count(inbound->text).count,
                             .created_wall_ms = now.wall_ms,
                             .updated_wall_ms = now.wall_ms,
                             .sent_wall_ms = now.wall_ms,
                             .created_mono_ms = now.mono_ms};
    ids_sid(&sim->ids, "SM", fields.sid);
    struct text texts[MESSAGE_TEXT_COUNT] = {[MESSAGE_TO] = address(inbound->channel, sender, to),
                                             [MESSAGE_FROM] = address(inbound->channel, inbound->from, from),
                                             [MESSAGE_BODY] = inbound->text};
    struct message *message = messages_add(&sim->messages, &fields, texts);
    metrics_count_status(&sim->metrics, inbound->channel, MESSAGE_RECEIVED, 0, 0);
    changes_message(&sim->changes, message->number);
    struct text record[] = {text_of(message->sid),
                            TEXT("twilio"),
                            text_of(channel_name(inbound->channel)),
                            TEXT("inbound"),
                            text_of(account->sid),
                            sender,
                            inbound->from,
                            inbound->text,
                            TEXT("received"),
                            TEXT_NONE};
    journal_add(&sim->journal, JOURNAL_MESSAGE, now, account->tenant, record, (int64_t[]){fields.segments});
    obey(sim, account, inbound, sender);
    note_person(sim, account, inbound->from);
    post_webhook(sim, account, message, sender);
    return message;
}
