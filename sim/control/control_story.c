/* GET /sim/v1/messages/{sid} and /sim/v1/requests/{id}: one message, or one call to the provider, with all
 * that the journal still has of it: the request, the fault that hit it, its answer, each status, each attempt
 * of a callback. */
#include "control.h"

#include "callback_url.h"
#include "mem.h"
#include "signature.h"

enum { STORY_EVENTS_MAX = 1000 };

struct story {
    struct control_call *call;
    const struct account *account; /* whose token signs the callbacks; NULL: no message */
    struct text sid;               /* TEXT_NONE: a request alone */
    struct text cause;
    struct text_buf *out;
    size_t count, left_out;
};

static bool is_text(const struct journal_record *record, const char *key, struct text wanted)
{
    struct text value = journal_text(record, key);
    return wanted.len > 0 && value.at != NULL && text_equal(value, wanted);
}

static bool belongs(const struct story *story, const struct journal_record *record)
{
    switch (record->kind) {
    case JOURNAL_CALL:
        return is_text(record, "id", story->cause) || is_text(record, "sid", story->sid);
    case JOURNAL_REPLY:
    case JOURNAL_FAULT:
        return is_text(record, "call", story->cause);
    default:
        return is_text(record, "sid", story->sid);
    }
}

/* X-Twilio-Signature as it was sent; false when it was none that the token makes. */
static bool sign(const struct story *story, const struct journal_record *record, char out[SIGNATURE_BYTES])
{
    struct callback_url url;
    struct form form;
    struct fail why = {0};
    if (story->account == NULL || record->kind != JOURNAL_CALLBACK ||
        !is_text(record, "signature", TEXT("good")) ||
        !callback_url_split(journal_text(record, "url"), &url, &why) ||
        form_parse(story->call->request->arena, journal_text(record, "body"), &form) != FORM_OK)
        return false;
    signature_sign(text_of(story->account->token), url.whole, &form, out);
    return true;
}

static bool tell(void *context, const struct journal_record *record)
{
    struct story *story = context;
    char signature[SIGNATURE_BYTES];
    struct text_buf line;
    if (!belongs(story, record))
        return true;
    if (story->count == STORY_EVENTS_MAX) {
        story->left_out++;
        return true;
    }
    text_buf_init(&line, RESPONSE_MAX_BYTES);
    journal_write(record, &line);
    text_put_z(story->out, story->count++ == 0 ? "" : ",");
    if (sign(story, record, signature)) {
        text_put(story->out, text_first(text_buf_view(&line), line.len - 1));
        text_putf(story->out, ",\"signature_header\":\"%s\"}", signature);
    } else {
        text_put(story->out, text_buf_view(&line));
    }
    text_buf_release(&line);
    return true;
}

static void reply(struct story *story, const json_t *head)
{
    struct control_call *call = story->call;
    char *text = json_write(head);
    story->out = &call->response->body;
    text_putf(story->out, "{\"message\":%s,\"events\":[", text);
    mem_free(text);
    journal_visit(&call->sim->journal, 0, tell, story);
    text_putf(story->out, "],\"left_out\":%zu}\n", story->left_out);
    response_header_literal(call->response, "Content-Type", "application/json");
}

void control_message_story(struct control_call *call)
{
    struct text sid = call->match.params[0];
    const struct message *message = messages_find(&call->sim->messages, sid);
    if (message == NULL || (form_has(&call->query, "account") && message->tenant != call->account->tenant)) {
        control_refuse(call, 404, "there is no message %.*s", TEXT_ARGS(sid));
        return;
    }
    struct story story = {.call = call,
                          .account = accounts_at(&call->sim->accounts, message->tenant),
                          .sid = sid,
                          .cause = message_text(message, MESSAGE_CAUSE)};
    json_t *head = control_message_json(message);
    json_set(head, "account", json_of_text(sid_text(story.account->sid)));
    json_set(head, "callback_url", json_of_text(message_text(message, MESSAGE_CALLBACK_URL)));
    json_set(head, "media", json_integer(message->media_count));
    json_set(head, "price", json_null());
    reply(&story, head);
    json_decref(head);
}

void control_request_story(struct control_call *call)
{
    struct story story = {.call = call, .cause = call->match.params[0]};
    json_t *none = json_null();
    reply(&story, none);
    if (story.count == 0) {
        text_buf_clear(&call->response->body);
        call->response->header_count = 0;
        control_refuse(call, 404, "there is no request %.*s", TEXT_ARGS(story.cause));
    }
}
