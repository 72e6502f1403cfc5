/* `callback`: a status callback made by hand (late, doubled, forged), and the backend's answer to it. */
#include "turn.h"

#include <stdio.h>

#include "clock.h"
#include "json.h"
#include "mem.h"

static bool value_set(const struct turn *turn, json_t *body, const char *key, const struct value *value,
                      struct fail *why)
{
    json_t *json = NULL;
    if (!value_given(value))
        return true;
    if (!value_json(value, turn->variables, &json, why))
        return false;
    json_set(body, key, json);
    return true;
}

static bool change_set(const struct turn *turn, json_t *body, const struct named_values *change,
                       struct fail *why)
{
    if (change->count == 0)
        return true;
    json_t *pairs = json_object();
    json_set(body, "change", pairs);
    for (size_t i = 0; i < change->count; i++) {
        struct text text;
        char *name = text_copy(change->items[i].name);
        bool fine = value_text(&change->items[i].value, turn->variables, &text, why);
        if (fine)
            json_set(pairs, name, json_of_text(text));
        mem_free(name);
        if (!fine)
            return false;
    }
    return true;
}

static bool body_fill(const struct turn *turn, const struct callback_step *callback, json_t *body,
                      struct fail *why)
{
    struct text number;
    if (!value_person(&callback->of, turn->variables, &number, why))
        return false;
    json_set(body, "to", json_of_text(number));
    return value_set(turn, body, "status", &callback->status, why) &&
           value_set(turn, body, "code", &callback->code, why) &&
           value_set(turn, body, "signature", &callback->signature, why) &&
           value_set(turn, body, "url", &callback->url, why) &&
           change_set(turn, body, &callback->change, why);
}

/* The line of the history that says how it went; NULL when it has not come. */
static const struct history_line *outcome_find(const struct history *history, const char *id, size_t *from)
{
    for (; *from < history_count(history); (*from)++) {
        const struct history_line *line = history_line(history, *from);
        if (line->kind == HISTORY_CALLBACK && text_is(history_text(line, "id"), id))
            return line;
    }
    return NULL;
}

static const struct history_line *outcome_wait(const struct turn *turn, const char *id, int64_t until_ms)
{
    const struct history_line *line = NULL;
    size_t seen = 0;
    do
        line = outcome_find(turn->world->history, id, &seen);
    while (line == NULL && history_wait(turn->world->history, seen, until_ms));
    return line;
}

static void answer_fill(struct answer *answer, const struct history_line *line)
{
    answer_init(answer, ANSWER_HTTP);
    answer->status = (int)history_int(line, "status", 0);
    answer->took_ms = history_int(line, "end_ms", 0) - history_int(line, "start_ms", 0);
    snprintf(answer->error, sizeof answer->error, "%.*s", TEXT_ARGS(history_text(line, "error")));
    answer_set_body(answer, history_text(line, "answer"));
}

static enum step_outcome take(const struct turn *turn, const struct step *step, struct answer *answer)
{
    struct fail why = {0};
    char *id = NULL;
    int64_t within_ms = 0;
    json_t *body = json_object();
    const struct history_line *line = NULL;
    bool fine = step_within_ms(turn, step, &within_ms, &why) && body_fill(turn, step->callback, body, &why) &&
                simulator_callback(turn->world->simulator, body, &id, &why);
    if (fine)
        line = outcome_wait(turn, id, world_deadline(turn->world, within_ms));
    if (line != NULL)
        answer_fill(answer, line);
    else if (fine)
        fail_set(&why, "the callback had no outcome within %lld ms", (long long)within_ms);
    json_decref(body);
    mem_free(id);
    if (line == NULL)
        turn_fail(turn, step, &why);
    return line != NULL ? STEP_ANSWERED : STEP_FAILED;
}

const struct step_row step_callback = {VERB_CALLBACK, take, false};
