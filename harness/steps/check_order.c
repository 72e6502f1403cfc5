/* `order:`: the channels by which a person was tried, by the first try on each. */
#include "checks.h"

#include <stdio.h>

#include "step.h"

enum { CHANNELS_SEEN_MAX = 16 };

static struct text number_of(struct check_case *c, const struct order_fact *fact, struct fail *why)
{
    json_t *number = NULL;
    if (!variables_get(c->variables, fact->name, &number, why))
        return TEXT_NONE;
    char *kept = arena_copy(variables_arena(c->variables), text_of(json_string_value(number)));
    json_decref(number);
    return text_of(kept);
}

static void channel_add(struct text channel, struct text *channels, size_t *count)
{
    for (size_t i = 0; i < *count; i++)
        if (text_equal(channels[i], channel))
            return;
    if (*count < CHANNELS_SEEN_MAX)
        channels[(*count)++] = channel;
}

static void seen_write(struct check_case *c, struct text number, struct text_buf *out)
{
    struct text channels[CHANNELS_SEEN_MAX];
    size_t count = 0;
    for (size_t i = 0; i < c->seen->call_count; i++)
        if (seen_call_creates(&c->seen->calls[i]) && text_equal(c->seen->calls[i].to, number))
            channel_add(c->seen->calls[i].channel, channels, &count);
    text_put_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        text_put_z(out, i == 0 ? "" : ", ");
        text_put(out, channels[i]);
    }
    text_put_char(out, ']');
}

static bool wanted_write(struct check_case *c, const struct order_fact *fact, struct text_buf *out,
                         struct fail *why)
{
    text_put_char(out, '[');
    for (size_t i = 0; i < fact->channels.count; i++) {
        struct text channel;
        if (!value_text(&fact->channels.items[i], c->variables, &channel, why))
            return false;
        text_put_z(out, i == 0 ? "" : ", ");
        text_put(out, channel);
    }
    text_put_char(out, ']');
    return true;
}

static bool fact_judge(struct check_case *c, const struct order_fact *fact, struct text_buf *wanted,
                       struct text_buf *got)
{
    struct fail why = {0};
    struct text number = number_of(c, fact, &why);
    if (number.at == NULL || !wanted_write(c, fact, wanted, &why))
        return check_broken(c, fact->at, &why);
    seen_write(c, number, got);
    char what[80];
    snprintf(what, sizeof what, "order.%.*s", TEXT_ARGS(fact->name));
    bool holds = text_equal(text_buf_view(wanted), text_buf_view(got));
    return check_report(c, fact->at, what, holds, text_buf_view(wanted), text_buf_view(got));
}

bool check_order(const struct check *check, struct check_case *c)
{
    bool fine = true;
    for (size_t i = 0; i < check->order.count; i++) {
        struct text_buf wanted, got;
        text_buf_init(&wanted, 1024);
        text_buf_init(&got, 1024);
        fine = fact_judge(c, &check->order.items[i], &wanted, &got) && fine;
        text_buf_release(&wanted);
        text_buf_release(&got);
    }
    return fine;
}
