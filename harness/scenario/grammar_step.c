/* STEP and actions: exactly one verb, and what stands beside it. */
#include "grammar.h"

#include "clock.h"
#include "scenario.h"
#include "step.h"

static const char *const signature_words[] = {"good", "wrong", "missing", "other-token", NULL};
static const char *const process_words[] = {"start", "stop",   "kill", "restart",
                                            "pause", "resume", "wipe", NULL};

static const struct shape shape_signature = CHOICE(signature_words, "a kind of signature");
static const struct shape shape_process_order = CHOICE(process_words, "what a process shall do");
static const struct shape shape_times = INTEGER(1, SCENARIO_TIMES_MAX, "a whole number from 1 to 100000");

static const struct shape shape_argv = {
    LIST_OF(&shape_text, struct value_list, "a command: a list of one or more texts"), .min = 1};
const struct shape shape_command = {
    .kind = SHAPE_EITHER,
    .what = "a command: a text for sh -c, or a list",
    .size_bytes = sizeof(struct command),
    .scalar = &shape_text,
    .scalar_at = MEMBER(struct command, shell),
    .list = &shape_argv,
    .list_at = MEMBER(struct command, argv),
};

#define REQUEST_FIELDS(base)                                                                                 \
    {"method", &shape_text, (base) + MEMBER(struct request_step, method), 0, 0},                             \
        {"path", &shape_text, (base) + MEMBER(struct request_step, path), 0, 1},                             \
        {"url", &shape_text, (base) + MEMBER(struct request_step, url), 0, 1},                               \
        {"query", &shape_named_texts, (base) + MEMBER(struct request_step, query), 0, 0},                    \
        {"headers", &shape_named_texts, (base) + MEMBER(struct request_step, headers), 0, 0},                \
        {"json", &shape_json_node, (base) + MEMBER(struct request_step, json), 0, 2},                        \
        {"form", &shape_named_texts, (base) + MEMBER(struct request_step, form), 0, 2},                      \
    {                                                                                                        \
        "text", &shape_text, (base) + MEMBER(struct request_step, text), 0, 2                                \
    }

static void judge_method(struct document *document, const struct value *method)
{
    bool fine = !value_given(method) || method->has_variables || method->written.len <= 20;
    for (size_t i = 0; fine && value_given(method) && !method->has_variables && i < method->written.len; i++)
        fine = method->written.at[i] >= 'A' && method->written.at[i] <= 'Z';
    if (!fine || (value_given(method) && method->written.len == 0))
        document_error(document, method->at, "expected a method such as GET or POST, in capitals");
}

static void judge_request(struct document *document, void *made)
{
    judge_method(document, &((const struct request_step *)made)->method);
}

static const struct field request_fields[] = {REQUEST_FIELDS(0), {0}};
static const struct shape shape_request = {
    .kind = SHAPE_MAP,
    .name = "request",
    .what = "a request",
    .size_bytes = sizeof(struct request_step),
    .fields = request_fields,
    .groups = {{"exactly one of path, url", true, false}, {"at most one of json, form, text", false, false}},
    .judge = judge_request,
};

static const struct field receive_fields[] = {
    {"to", &shape_person, MEMBER(struct receive_step, to), FIELD_REQUIRED, 0},
    {"channel", &shape_channel, MEMBER(struct receive_step, channel), 0, 0},
    {"from", &shape_text, MEMBER(struct receive_step, from), 0, 0},
    {"provider", &shape_text, MEMBER(struct receive_step, provider), 0, 0},
    {0},
};
static const struct shape shape_receive = {
    .kind = SHAPE_MAP,
    .name = "receive",
    .what = "a map with to, channel, from, provider",
    .size_bytes = sizeof(struct receive_step),
    .fields = receive_fields,
};

static const struct field reply_fields[] = {
    {"from", &shape_person, MEMBER(struct reply_step, from), FIELD_REQUIRED, 0},
    {"channel", &shape_channel, MEMBER(struct reply_step, channel), 0, 0},
    {"text", &shape_text, MEMBER(struct reply_step, text), FIELD_REQUIRED, 0},
    {0},
};
static const struct shape shape_reply = {
    .kind = SHAPE_MAP,
    .name = "reply",
    .what = "a map with from, channel, text",
    .size_bytes = sizeof(struct reply_step),
    .fields = reply_fields,
};

/* "22:30", or a date that clock_parse reads. */
static bool is_time(struct text written)
{
    int64_t hour, minute, wall_ms;
    bool whole_day;
    struct text rest = written, part;
    bool clock = text_split(&rest, ':', &part) && part.len == 2 && text_to_int(part, 0, 23, &hour) &&
                 rest.len == 2 && text_to_int(rest, 0, 59, &minute);
    return clock || clock_parse(written, &wall_ms, &whole_day);
}

static void judge_advance(struct document *document, void *made)
{
    static const char *const moments[] = {"expiry", "window", "midnight"};
    const struct value *to = &((const struct advance_step *)made)->to;
    if (!value_given(to) || to->has_variables || is_time(to->written))
        return;
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        if (text_is(to->written, moments[i]))
            return;
    }
    document_unknown(document, to->at, "moment", to->written, moments, sizeof moments / sizeof moments[0]);
}

static const struct field advance_fields[] = {
    {"to", &shape_text, MEMBER(struct advance_step, to), FIELD_REQUIRED, 0},
    {"of", &shape_person, MEMBER(struct advance_step, of), 0, 0},
    {"plus", &shape_duration, MEMBER(struct advance_step, plus), 0, 1},
    {"minus", &shape_duration, MEMBER(struct advance_step, minus), 0, 1},
    {0},
};
static const struct shape shape_advance_fields = {
    .kind = SHAPE_MAP,
    .name = "advance",
    .what = "a map with to, of, plus, minus",
    .size_bytes = sizeof(struct advance_step),
    .fields = advance_fields,
    .groups = {{"at most one of plus, minus", false, false}},
    .judge = judge_advance,
};
static const struct shape shape_advance = {
    .kind = SHAPE_EITHER,
    .what = "a duration, or a map with to, of, plus, minus",
    .size_bytes = sizeof(struct advance_step),
    .scalar = &shape_duration,
    .scalar_at = MEMBER(struct advance_step, by),
    .map = &shape_advance_fields,
};

static const struct field callback_fields[] = {
    {"of", &shape_person, MEMBER(struct callback_step, of), FIELD_REQUIRED, 0},
    {"status", &shape_text, MEMBER(struct callback_step, status), FIELD_REQUIRED, 0},
    {"code", &shape_code, MEMBER(struct callback_step, code), 0, 0},
    {"signature", &shape_signature, MEMBER(struct callback_step, signature), 0, 0},
    {"change", &shape_named_texts, MEMBER(struct callback_step, change), 0, 0},
    {"url", &shape_text, MEMBER(struct callback_step, url), 0, 0},
    {0},
};
static const struct shape shape_callback = {
    .kind = SHAPE_MAP,
    .name = "callback",
    .what = "a map with of, status, code, signature, change, url",
    .size_bytes = sizeof(struct callback_step),
    .fields = callback_fields,
};

static const struct shape shape_process = {
    NAMED_OF(&shape_process_order, struct named_values, struct named_value, value, KEY_NAME,
             "a map of processes and what they shall do"),
};

static const struct field skew_fields[] = {
    {"ahead", &shape_duration, MEMBER(struct clock_skew, ahead), 0, 1},
    {"behind", &shape_duration, MEMBER(struct clock_skew, behind), 0, 1},
    {0},
};
static const struct shape shape_skew = {
    .kind = SHAPE_MAP,
    .name = "skew",
    .what = "a map with ahead or behind",
    .size_bytes = sizeof(struct clock_skew),
    .fields = skew_fields,
    .groups = {{"exactly one of ahead, behind", true, false}},
};
static const struct shape shape_clock = {
    .kind = SHAPE_NAMED,
    .what = "a map of processes and how far off their wall clocks are",
    .size_bytes = sizeof(struct clock_skews),
    .item = &shape_skew,
    .keys = KEY_NAME,
    .item_bytes = sizeof(struct clock_skew),
    .name_at = MEMBER(struct clock_skew, name),
    .item_at = 0,
};

static const struct shape shape_save_values = {
    NAMED_OF(&shape_pick, struct named_values, struct named_value, value, KEY_NAME,
             "a map of names and what they take"),
};
const struct shape shape_save = {
    .kind = SHAPE_EITHER,
    .what = "a name, or a map of names and what they take",
    .size_bytes = sizeof(struct save),
    .scalar = &shape_text,
    .scalar_at = MEMBER(struct save, name),
    .map = &shape_save_values,
    .map_at = MEMBER(struct save, values),
};

const struct shape shape_action_call = {
    NAMED_OF(&shape_params, struct action_calls, struct action_call, params, KEY_NAME,
             "an action and its parameters"),
};

static const struct field fields_of_step[] = {
    {"request", &shape_request, MEMBER(struct step, request), FIELD_POINTER, 1},
    {"receive", &shape_receive, MEMBER(struct step, receive), FIELD_POINTER, 1},
    {"reply", &shape_reply, MEMBER(struct step, reply), FIELD_POINTER, 1},
    {"advance", &shape_advance, MEMBER(struct step, advance), FIELD_POINTER, 1},
    {"faults", &shape_faults_or_none, MEMBER(struct step, faults), FIELD_POINTER, 1},
    {"callback", &shape_callback, MEMBER(struct step, callback), FIELD_POINTER, 1},
    {"parallel", &shape_steps, MEMBER(struct step, parallel), FIELD_POINTER, 1},
    {"repeat", &shape_steps, MEMBER(struct step, repeat), FIELD_POINTER, 1},
    {"process", &shape_process, MEMBER(struct step, process), FIELD_POINTER, 1},
    {"run", &shape_command, MEMBER(struct step, run), FIELD_POINTER, 1},
    {"check", &shape_check, MEMBER(struct step, check), FIELD_POINTER, 1},
    {"clock", &shape_clock, MEMBER(struct step, clock), FIELD_POINTER, 1},
    {"name", &shape_text, MEMBER(struct step, name), 0, 0},
    {"as", &shape_person, MEMBER(struct step, as), 0, 0},
    {"times", &shape_times, MEMBER(struct step, times), 0, 0},
    {"within", &shape_duration, MEMBER(struct step, within), 0, 0},
    {"expect", &shape_expect, MEMBER(struct step, expect), FIELD_POINTER, 0},
    {"save", &shape_save, MEMBER(struct step, save), 0, 0},
    {0},
};

const struct field *step_fields(void)
{
    return fields_of_step;
}

static void judge_step(struct document *document, void *made)
{
    struct step *step = made;
    const void *const members[] = {
        [VERB_REQUEST] = step->request,   [VERB_RECEIVE] = step->receive, [VERB_REPLY] = step->reply,
        [VERB_ADVANCE] = step->advance,   [VERB_FAULTS] = step->faults,   [VERB_CALLBACK] = step->callback,
        [VERB_PARALLEL] = step->parallel, [VERB_REPEAT] = step->repeat,   [VERB_PROCESS] = step->process,
        [VERB_RUN] = step->run,           [VERB_CHECK] = step->check,     [VERB_CLOCK] = step->clock,
    };
    step->action = step->others.count > 0 ? &step->others.items[0] : NULL;
    step->verb = VERB_ACTION;
    for (size_t i = VERB_REQUEST; i < sizeof members / sizeof members[0]; i++) {
        if (members[i] != NULL)
            step->verb = (enum verb)i;
    }
    step->verb_at = step->at;
    if (step->verb == VERB_REPEAT && !value_given(&step->times))
        document_error(document, step->at, "'repeat' wants 'times' beside it");
    bool name = value_given(&step->save.name) && !step->save.name.has_variables;
    if (name && text_find(step->save.name.written, '.') < step->save.name.written.len)
        document_error(document, step->save.name.at,
                       "a name has no dots; to take a part write save: { NAME: .filter }");
}

const struct shape shape_step = {
    .kind = SHAPE_MAP,
    .name = "step",
    .what = "a step: a map with one verb",
    .size_bytes = sizeof(struct step),
    .fields = fields_of_step,
    .groups = {{"exactly one verb or action", true, false}},
    .others = &shape_action_call,
    .others_at = MEMBER(struct step, others),
    .others_group = 1,
    .judge = judge_step,
};
const struct shape shape_steps = {LIST_OF(&shape_step, struct steps, "a list of one or more steps"),
                                  .min = 1};

static const struct field action_fields[] = {
    REQUEST_FIELDS(MEMBER(struct action, request_fields)),
    {"steps", &shape_steps, MEMBER(struct action, steps), FIELD_POINTER, 1},
    {"defaults", &shape_params, MEMBER(struct action, defaults), 0, 0},
    {0},
};

static void judge_action(struct document *document, void *made)
{
    struct action *action = made;
    struct request_step *request = &action->request_fields;
    judge_method(document, &request->method);
    request->at = action->at;
    if (action->steps == NULL) {
        action->request = request;
        return;
    }
    for (const struct field *field = action_fields; field->shape != &shape_steps; field++) {
        if (field_member(field, action) != NULL)
            document_error(document, action->at,
                           "an action is a request or 'steps': '%s' cannot stand beside 'steps'", field->key);
    }
}

static const struct shape shape_action = {
    .kind = SHAPE_MAP,
    .name = "action",
    .what = "an action: a request, or a map with steps",
    .size_bytes = sizeof(struct action),
    .fields = action_fields,
    .groups = {{"exactly one of path, url, steps", true, false},
               {"at most one of json, form, text", false, false}},
    .judge = judge_action,
};

/* An action must not hide a word of the language. */
static void judge_actions(struct document *document, void *made)
{
    const struct actions *actions = made;
    for (size_t i = 0; i < actions->count; i++) {
        for (const struct field *field = fields_of_step; field->key != NULL; field++) {
            if (text_is(actions->items[i].name, field->key))
                document_error(document, actions->items[i].at,
                               "'%s' is a word of the language; call the action otherwise", field->key);
        }
    }
}

const struct shape shape_actions = {
    .kind = SHAPE_NAMED,
    .what = "a map of actions",
    .size_bytes = sizeof(struct actions),
    .item = &shape_action,
    .keys = KEY_NAME,
    .item_bytes = sizeof(struct action),
    .name_at = MEMBER(struct action, name),
    .item_at = 0,
    .judge = judge_actions,
};
