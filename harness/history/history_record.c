/* One history line: its kinds by name, and its JSON in both directions. Keeping lines is history.c's work. */
#include "history_record.h"

#include <string.h>

#include "clock.h"
#include "json.h"
#include "mem.h"

static const char *const kind_names[HISTORY_KINDS] = {
    [HISTORY_RUN] = "run",           [HISTORY_PHASE] = "phase",         [HISTORY_PROCESS] = "process",
    [HISTORY_LOG] = "log",           [HISTORY_STEP] = "step",           [HISTORY_REQUEST] = "request",
    [HISTORY_ANSWER] = "answer",     [HISTORY_CALL] = "call",           [HISTORY_REPLY] = "reply",
    [HISTORY_MESSAGE] = "message",   [HISTORY_STATUS] = "status",       [HISTORY_CALLBACK] = "callback",
    [HISTORY_REFUSED] = "refused",   [HISTORY_FAULT] = "fault",         [HISTORY_UNREAD] = "unread",
    [HISTORY_RECEIVED] = "received", [HISTORY_ADVANCE] = "advance",     [HISTORY_JUMP] = "jump",
    [HISTORY_CHECK] = "check",       [HISTORY_INVARIANT] = "invariant", [HISTORY_END] = "end",
};

static const char *const common_keys[] = {"v", "n", "kind", "t_ms", "wall", "real_us"};

const char *history_kind_name(enum history_kind kind)
{
    REQUIRE(kind >= 0 && kind < HISTORY_KINDS);
    return kind_names[kind];
}

enum history_kind history_kind_of(struct text name)
{
    for (int kind = 0; kind < HISTORY_KINDS; kind++)
        if (text_is(name, kind_names[kind]))
            return (enum history_kind)kind;
    return HISTORY_KINDS;
}

struct text history_text(const struct history_line *line, const char *key)
{
    return json_text(line->fields, key);
}

int64_t history_int(const struct history_line *line, const char *key, int64_t fallback)
{
    const json_t *value = json_object_get(line->fields, key);
    return json_is_integer(value) ? (int64_t)json_integer_value(value) : fallback;
}

void history_record_fill(struct history_line *line, int64_t wall_ms, json_t *more)
{
    char wall[CLOCK_TEXT_BYTES];
    json_t *fields = json_object();
    if (line->n == 1)
        json_set(fields, "v", json_integer(HISTORY_VERSION));
    json_set(fields, "n", json_integer(line->n));
    json_set(fields, "kind", json_string(history_kind_name(line->kind)));
    json_set(fields, "t_ms", json_integer(line->t_ms));
    json_set(fields, "wall", json_string(clock_iso8601(wall_ms, wall)));
    json_set(fields, "real_us", json_integer(line->real_us));
    for (size_t i = 0; more != NULL && i < sizeof common_keys / sizeof common_keys[0]; i++)
        REQUIRE(json_object_get(more, common_keys[i]) == NULL);
    if (more != NULL)
        json_object_update(fields, more);
    json_decref(more);
    line->fields = fields;
}

char *history_record_write(const struct history_line *line, size_t *ret_len)
{
    size_t len = json_dumpb(line->fields, NULL, 0, JSON_COMPACT);
    REQUIRE(len > 0);
    char *text = mem_new(len + 2);
    json_dumpb(line->fields, text, len, JSON_COMPACT);
    text[len] = '\n';
    *ret_len = len + 1;
    return text;
}

/* The common keys of a line that was read. */
static bool read_common(const json_t *fields, const char *path, int64_t n, struct history_line *ret,
                        struct fail *why)
{
    int line = (int)n;
    if (!json_is_object(fields))
        return fail_at(why, path, line, 1, "a line of a history is a JSON object");
    if (n == 1 && json_integer_value(json_object_get(fields, "v")) != HISTORY_VERSION)
        return fail_at(why, path, line, 1, "no history of version %d: its first line has no \"v\":%d",
                       HISTORY_VERSION, HISTORY_VERSION);
    ret->kind = history_kind_of(json_text(fields, "kind"));
    if (ret->kind == HISTORY_KINDS)
        return fail_at(why, path, line, 1, "unknown kind \"%.*s\"",
                       TEXT_ARGS(text_first(json_text(fields, "kind"), 40)));
    if (json_integer_value(json_object_get(fields, "n")) != n)
        return fail_at(why, path, line, 1, "its number is not %d", line);
    if (!json_is_integer(json_object_get(fields, "t_ms")) ||
        !json_is_integer(json_object_get(fields, "real_us")))
        return fail_at(why, path, line, 1, "t_ms and real_us are whole numbers");
    ret->n = n;
    ret->t_ms = json_integer_value(json_object_get(fields, "t_ms"));
    ret->real_us = json_integer_value(json_object_get(fields, "real_us"));
    return true;
}

bool history_record_read(struct text line_text, const char *path, int64_t n, struct history_line *ret,
                         struct fail *why)
{
    json_error_t error;
    json_t *fields = json_loadb(line_text.at == NULL ? "" : line_text.at, line_text.len,
                                JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (fields == NULL)
        return fail_at(why, path, (int)n, error.column < 1 ? 1 : error.column, "no JSON: %s", error.text);
    if (!read_common(fields, path, n, ret, why)) {
        json_decref(fields);
        return false;
    }
    ret->fields = fields;
    return true;
}
