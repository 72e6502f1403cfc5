/* The simulator's compact event into the form of FORMAT.md. Pure. */
#include "event_pump.h"

#include <string.h>

#include "json.h"

/* `to` without its channel's prefix. */
static void prefix_cut(json_t *event, const char *key)
{
    struct text address = json_text(event, key);
    if (text_starts(address, "whatsapp:"))
        json_set(event, key, json_of_text(text_from(address, strlen("whatsapp:"))));
}

static void code_find(json_t *event, const struct pattern *code)
{
    struct text found, text = json_text(event, "text");
    if (code != NULL && text.at != NULL && pattern_find(code, text, &found) == PATTERN_FOUND)
        json_set(event, "code_text", json_of_text(found));
}

/* rule and outcome of a call become `fault`. */
static void fault_fold(json_t *event)
{
    json_t *fault = json_null();
    if (json_text(event, "outcome").at != NULL || json_is_integer(json_object_get(event, "rule"))) {
        fault = json_object();
        json_object_set(fault, "rule", json_object_get(event, "rule"));
        json_object_set(fault, "outcome", json_object_get(event, "outcome"));
    }
    json_object_del(event, "rule");
    json_object_del(event, "outcome");
    json_set(event, "fault", fault);
}

void event_shape(json_t *event, const struct pattern *code)
{
    struct text kind = json_text(event, "kind");
    bool is_call = text_is(kind, "call");
    if (is_call || text_is(kind, "message")) {
        prefix_cut(event, "to");
        prefix_cut(event, "from");
        code_find(event, code);
    }
    if (is_call)
        fault_fold(event);
    const json_t *forged = json_object_get(event, "forged");
    if (text_is(kind, "callback"))
        json_set(event, "forged",
                 json_boolean(json_is_true(forged) ||
                              (json_is_integer(forged) && json_integer_value(forged) != 0)));
}
