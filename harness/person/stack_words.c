/* One small function for each kind of note, found by its name. */
#include "stack_words.h"

#include "clock.h"
#include "plain.h"

enum { TIME_AT = 11, TIME_BYTES = 8 };

static const char dim[] = "\033[2m", bold[] = "\033[1m", red[] = "\033[31m", yellow[] = "\033[33m",
                  colour_end[] = "\033[0m";

struct writer {
    struct text_buf *out;
    bool colour;
};

static void put_coloured(const struct writer *writer, const char *colour, struct text words)
{
    text_put_z(writer->out, writer->colour ? colour : "");
    plain_put(writer->out, words);
    text_put_z(writer->out, writer->colour ? colour_end : "");
}

/* "12:00:03  ": the stack's own time of day */
static void put_time(const struct writer *writer, const json_t *note)
{
    char date[CLOCK_TEXT_BYTES];
    const json_t *wall = json_object_get(note, "wall_ms");
    if (!json_is_integer(wall))
        return;
    clock_iso8601(json_integer_value(wall), date);
    put_coloured(writer, dim, text_span(date + TIME_AT, TIME_BYTES));
    text_put_z(writer->out, "  ");
}

/* "sms       +243810000001  " */
static void put_whom(const struct writer *writer, const json_t *note, const char *number)
{
    struct text channel = json_text(note, "channel");
    text_putf(writer->out, "%-9.*s ", TEXT_ARGS(channel.at == NULL ? TEXT("-") : channel));
    plain_put(writer->out, json_text(note, number));
    text_put_z(writer->out, "  ");
}

static void message_put(const struct writer *writer, const json_t *note)
{
    struct text code = json_text(note, "code_text");
    bool inbound = text_is(json_text(note, "direction"), "inbound");
    put_time(writer, note);
    put_whom(writer, note, inbound ? "from" : "to");
    put_coloured(writer, bold, inbound ? TEXT("<") : code.at == NULL ? TEXT("-") : code);
    text_put_z(writer->out, "  ");
    plain_put(writer->out, json_text(note, "text"));
    text_put_char(writer->out, '\n');
}

/* Calls that Twilio refuses; those that it takes show as messages. */
static void call_put(const struct writer *writer, const json_t *note)
{
    const json_t *code = json_object_get(note, "code");
    if (!json_is_integer(code))
        return;
    put_time(writer, note);
    put_whom(writer, note, "to");
    put_coloured(writer, red, TEXT("refused"));
    text_putf(writer->out, "  %lld\n", (long long)json_integer_value(code));
}

static void status_put(const struct writer *writer, const json_t *note)
{
    const json_t *code = json_object_get(note, "code");
    if (!json_is_integer(code))
        return;
    put_time(writer, note);
    plain_put(writer->out, json_text(note, "sid"));
    text_put_z(writer->out, "  ");
    put_coloured(writer, red, json_text(note, "status"));
    text_putf(writer->out, "  %lld\n", (long long)json_integer_value(code));
}

static void log_put(const struct writer *writer, const json_t *note)
{
    struct text_buf line;
    struct text process = json_text(note, "process"), text = json_text(note, "text");
    text_buf_init(&line, process.len + text.len + 4);
    text_put(&line, process);
    text_put_z(&line, " | ");
    text_put(&line, text);
    put_coloured(writer, dim, text_buf_view(&line));
    text_put_char(writer->out, '\n');
    text_buf_release(&line);
}

static void refused_put(const struct writer *writer, const json_t *note)
{
    const json_t *port = json_object_get(note, "port");
    put_coloured(writer, yellow, TEXT("the sandbox refused"));
    text_put_char(writer->out, ' ');
    plain_put(writer->out, json_text(note, "target"));
    if (json_is_integer(port))
        text_putf(writer->out, " port %lld", (long long)json_integer_value(port));
    text_putf(writer->out, " (%.*s)\n", TEXT_ARGS(json_text(note, "protocol")));
}

/* The first line says what, the others are what it wrote last. */
static void ended_put(const struct writer *writer, const json_t *note)
{
    struct text all = json_text(note, "text"), line;
    for (bool first = true; text_split(&all, '\n', &line); first = false) {
        if (line.len == 0)
            continue;
        text_put_z(writer->out, first ? "" : "    ");
        put_coloured(writer, first ? red : dim, line);
        text_put_char(writer->out, '\n');
    }
}

static const struct {
    const char *key, *name;
    void (*put)(const struct writer *writer, const json_t *note);
} kinds[] = {
    {"kind", "message", message_put}, {"kind", "call", call_put},       {"kind", "status", status_put},
    {"note", "log", log_put},         {"note", "refused", refused_put}, {"note", "ended", ended_put},
};

void stack_words_put(struct text_buf *out, const json_t *note, bool colour)
{
    struct writer writer = {out, colour};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (text_is(json_text(note, kinds[i].key), kinds[i].name))
            kinds[i].put(&writer, note);
}
