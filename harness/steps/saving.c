/* Takes values out of an answer. Which form a text under `save` has is the reader's knowledge (save_kind). */
#include "saving.h"

#include "jq_filter.h"
#include "pattern.h"

static json_t *by_filter(struct text written, const struct answer *answer, struct fail *why)
{
    json_t *value = NULL;
    if (answer->json == NULL) {
        fail_set(why, "the answer is no JSON: a filter finds nothing in it");
        return NULL;
    }
    struct jq_filter *filter = jq_filter_new(written, why);
    if (filter != NULL && !jq_filter_run(filter, answer->json, &value, why))
        value = NULL;
    jq_filter_free(filter);
    return value;
}

static json_t *by_pattern(struct text written, const struct answer *answer, struct fail *why)
{
    struct text source, found;
    json_t *value = NULL;
    if (!pattern_in_slashes(written, &source)) {
        fail_set(why, "'%.*s' is no pattern", TEXT_ARGS(written));
        return NULL;
    }
    struct pattern *pattern = pattern_new(source, why);
    if (pattern == NULL)
        return NULL;
    if (pattern_find(pattern, text_buf_view(&answer->body), &found) == PATTERN_FOUND)
        value = json_of_text(found);
    else
        fail_set(why, "the pattern %.*s finds nothing in the answer", TEXT_ARGS(written));
    pattern_free(pattern);
    return value;
}

static json_t *by_header(struct text name, const struct answer *answer, struct fail *why)
{
    struct text value = answer_header(answer, name);
    if (value.at != NULL)
        return json_of_text(value);
    fail_set(why, "the answer has no header '%.*s'", TEXT_ARGS(name));
    return NULL;
}

static json_t *value_taken(struct text written, const struct answer *answer, struct fail *why)
{
    enum save_kind kind;
    struct text header = TEXT_NONE;
    if (!save_kind(written, &kind, &header)) {
        fail_set(why, "'%.*s' cannot be saved: write .filter, '/pattern(group)/', header.NAME or status",
                 TEXT_ARGS(written));
        return NULL;
    }
    switch (kind) {
    case SAVE_FILTER:
        return by_filter(written, answer, why);
    case SAVE_PATTERN:
        return by_pattern(written, answer, why);
    case SAVE_HEADER:
        return by_header(header, answer, why);
    case SAVE_STATUS:
        break;
    }
    return json_integer(answer->status);
}

static json_t *whole_taken(const struct answer *answer, struct fail *why)
{
    if (answer->kind == ANSWER_MESSAGE) {
        if (answer->code.at != NULL)
            return json_of_text(answer->code);
        fail_set(why, "there is no code in the message");
        return NULL;
    }
    if (answer->json != NULL)
        return json_incref(answer->json);
    fail_set(why, "the answer is no JSON");
    return NULL;
}

bool saving_apply(const struct save *save, const struct answer *answer, struct variables *variables,
                  struct fail *why)
{
    struct text written;
    if (value_given(&save->name)) {
        json_t *whole = whole_taken(answer, why);
        if (whole == NULL || !value_text(&save->name, variables, &written, why)) {
            json_decref(whole);
            return false;
        }
        variables_set(variables, written, whole);
    }
    for (size_t i = 0; i < save->values.count; i++) {
        if (!value_text(&save->values.items[i].value, variables, &written, why))
            return false;
        json_t *value = value_taken(written, answer, why);
        if (value == NULL)
            return false;
        variables_set(variables, save->values.items[i].name, value);
    }
    return true;
}
