/* `receive`: waits for the next message that reached a person's phone and takes it. */
#include "turn.h"

#include "clock.h"
#include "json.h"

/* What is waited for; texts are TEXT_NONE where anything will do. */
struct wanted {
    struct text number, channel, from, provider;
    struct actor *actor;
};

static bool text_given(const struct turn *turn, const struct value *value, struct text *ret, struct fail *why)
{
    return value_text_or(value, turn->variables, TEXT_NONE, ret, why);
}

static bool wanted_read(const struct turn *turn, const struct receive_step *receive, struct wanted *ret,
                        struct fail *why)
{
    *ret = (struct wanted){0};
    bool fine = value_person(&receive->to, turn->variables, &ret->number, why) &&
                text_given(turn, &receive->channel, &ret->channel, why) &&
                text_given(turn, &receive->from, &ret->from, why) &&
                text_given(turn, &receive->provider, &ret->provider, why);
    if (!fine)
        return false;
    ret->actor = cast_find_number(turn->world->cast, ret->number);
    if (ret->actor == NULL)
        ret->actor = cast_nobody(turn->world->cast);
    return true;
}

static bool fits(struct text wanted, struct text actual)
{
    return wanted.at == NULL || text_equal(wanted, actual);
}

static bool is_wanted(const struct wanted *wanted, const struct seen_message *message)
{
    return message->outbound && message->delivered && text_equal(message->to, wanted->number) &&
           fits(wanted->channel, message->channel) && fits(wanted->from, message->from) &&
           fits(wanted->provider, message->provider);
}

static void received_note(const struct turn *turn, const struct wanted *wanted,
                          const struct seen_message *message)
{
    json_t *fields = json_object();
    json_set(fields, "cause", json_integer(message->n));
    json_set(fields, "person", json_string(actor_name(wanted->actor)));
    json_set(fields, "sid", json_of_text(message->sid));
    json_set(fields, "channel", json_of_text(message->channel));
    if (message->code_text.at != NULL)
        json_set(fields, "code", json_of_text(message->code_text));
    history_add(turn->world->history, HISTORY_RECEIVED, fields);
}

static bool take_one(const struct turn *turn, const struct wanted *wanted, struct answer *answer)
{
    struct happenings seen;
    bool taken = false;
    happenings_read(turn->world->history, 0, &seen);
    for (size_t i = 0; i < seen.message_count && !taken; i++) {
        const struct seen_message *message = &seen.messages[i];
        if (!is_wanted(wanted, message) || !actor_take(wanted->actor, message->sid, message->code_text))
            continue;
        taken = true;
        answer_init(answer, ANSWER_MESSAGE);
        answer_set_body(answer, message->text);
        answer->code = message->code_text;
        received_note(turn, wanted, message);
    }
    happenings_release(&seen);
    return taken;
}

/* What there is instead: the person who reads the failure should not have to search. */
static void messages_list(const struct turn *turn, const struct wanted *wanted, struct text_buf *out)
{
    struct happenings seen;
    happenings_read(turn->world->history, 0, &seen);
    for (size_t i = 0; i < seen.message_count; i++) {
        const struct seen_message *message = &seen.messages[i];
        if (!message->outbound || !text_equal(message->to, wanted->number))
            continue;
        text_putf(out, "%.*s by %.*s: %.*s%s\n", TEXT_ARGS(message->sid), TEXT_ARGS(message->channel),
                  TEXT_ARGS(message->status),
                  actor_has_taken(wanted->actor, message->sid) ? ", taken before" : "");
    }
    if (out->len == 0)
        text_put_z(out, "no message to this number was created\n");
    happenings_release(&seen);
}

static void fail_missing(const struct turn *turn, const struct step *step, const struct wanted *wanted,
                         int64_t within_ms)
{
    struct text_buf words;
    text_buf_init(&words, FINDING_TEXT_MAX_BYTES);
    messages_list(turn, wanted, &words);
    bool has_name = actor_name(wanted->actor)[0] != '\0';
    struct finding *finding = findings_add(
        turn->findings, step->verb_at, turn->label, "no%s%.*s message reached %s%s%.*s within %lld ms",
        wanted->channel.at == NULL ? "" : " ", TEXT_ARGS(wanted->channel), actor_name(wanted->actor),
        has_name ? ", " : "", TEXT_ARGS(wanted->number), (long long)within_ms);
    finding_put_detail(finding, text_buf_view(&words));
    text_buf_release(&words);
}

static enum step_outcome take(const struct turn *turn, const struct step *step, struct answer *answer)
{
    struct wanted wanted;
    struct fail why = {0};
    int64_t within_ms;
    if (!wanted_read(turn, step->receive, &wanted, &why) || !step_within_ms(turn, step, &within_ms, &why)) {
        turn_fail(turn, step, &why);
        return STEP_FAILED;
    }
    int64_t until_ms = world_deadline(turn->world, within_ms);
    for (;;) {
        size_t seen = history_count(turn->world->history);
        if (take_one(turn, &wanted, answer))
            return STEP_ANSWERED;
        if (!history_wait(turn->world->history, seen, until_ms))
            break;
    }
    fail_missing(turn, step, &wanted, within_ms);
    return STEP_FAILED;
}

const struct step_row step_receive = {VERB_RECEIVE, take, false};
