/* The course of a message. When each step really happens is schedule/'s. */
#include "progress_rules.h"

#include "error_codes.h"

struct fate {
    enum message_state state; /* the last state it reaches */
    int code;
};

/* failed or undelivered, as the table of codes says. */
static struct fate fate_of_code(int code)
{
    const struct error_code *error = error_code_find(code);
    bool failed = error != NULL && error->final_state == MESSAGE_FAILED;
    return (struct fate){failed ? MESSAGE_FAILED : MESSAGE_UNDELIVERED, code};
}

static struct fate whatsapp_fate(const struct progress_facts *facts)
{
    if (facts->whatsapp == WHATSAPP_NONE)
        return fate_of_code(63003);
    if (facts->whatsapp == WHATSAPP_BLOCKED || !facts->reachable)
        return (struct fate){MESSAGE_SENT, 0}; /* section 3: no receipt ever comes */
    if (facts->sandbox_sender && !facts->joined)
        return fate_of_code(63015);
    if (facts->free_form && !facts->window_open)
        return fate_of_code(63016);
    return (struct fate){MESSAGE_DELIVERED, 0};
}

static struct fate fate_of(const struct progress_facts *facts)
{
    if (facts->deliver_state >= 0)
        return (struct fate){(enum message_state)facts->deliver_state, facts->deliver_code};
    if (facts->failure_code != 0)
        return fate_of_code(facts->failure_code);
    if (facts->channel == CHANNEL_WHATSAPP)
        return whatsapp_fate(facts);
    return facts->reachable ? (struct fate){MESSAGE_DELIVERED, 0} : fate_of_code(30003);
}

size_t progress_plan(const struct progress_facts *facts, struct progress_step steps[PROGRESS_STEPS_MAX])
{
    struct fate fate = fate_of(facts);
    size_t count = 0;
    int64_t sent_ms = facts->sent_after_ms, end_ms = sent_ms + facts->delivered_after_ms;
    if (fate.state == MESSAGE_FAILED || fate.state == MESSAGE_SENT)
        end_ms = sent_ms;
    if (facts->deliver_after_ms >= 0) {
        end_ms = facts->deliver_after_ms;
        sent_ms = sent_ms < end_ms ? sent_ms : end_ms;
    }
    if (fate.state != MESSAGE_FAILED)
        steps[count++] = (struct progress_step){MESSAGE_SENDING, 0, sent_ms};
    if (fate.state != MESSAGE_FAILED && fate.state != MESSAGE_SENT)
        steps[count++] = (struct progress_step){MESSAGE_SENT, 0, sent_ms};
    if (fate.state == MESSAGE_READ)
        steps[count++] = (struct progress_step){MESSAGE_DELIVERED, 0, end_ms};
    steps[count++] = (struct progress_step){fate.state, fate.code, end_ms};
    return count;
}
