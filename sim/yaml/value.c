/* Values at run time: variables put in, then the same check as at reading. */
#include "value.h"

#include <string.h>

#include "mem.h"
#include "value_read.h"

/* Copies a text into the scope. */
static bool keep_text(struct variables *variables, struct place at, const char *bytes, size_t len,
                      struct text *ret, struct fail *why)
{
    char *kept = arena_copy(variables_arena(variables), text_span(bytes, len));
    if (kept == NULL)
        return fail_at(why, at.file, at.line, at.col, "the texts of one step become larger than %d MiB",
                       VARIABLES_TEXT_MAX_BYTES / (1024 * 1024));
    *ret = text_span(kept, len);
    return true;
}

/* The JSON that a value with variables stands for. *ret is new. */
static bool resolve(const struct value *value, struct variables *variables, json_t **ret, struct fail *why)
{
    return variables_resolve(variables, value->at, value->written,
                             value_style(value->rule->type, value->written), ret, why);
}

bool value_text(const struct value *value, struct variables *variables, struct text *ret, struct fail *why)
{
    REQUIRE(value_given(value));
    json_t *json = NULL;
    if (!value->has_variables) {
        *ret = value->written;
        return true;
    }
    if (!resolve(value, variables, &json, why))
        return false;
    bool fine;
    if (json_is_string(json)) {
        fine = keep_text(variables, value->at, json_string_value(json), json_string_length(json), ret, why);
    } else {
        char *written = json_write(json);
        fine = keep_text(variables, value->at, written, strlen(written), ret, why);
        mem_free(written);
    }
    json_decref(json);
    return fine;
}

/* Checks again what variables made of the value; *ret_parsed is usable as if it had been written so. */
static bool parsed(const struct value *value, struct variables *variables, enum value_type type,
                   struct value *ret_parsed, struct fail *why)
{
    struct fail found = {0};
    REQUIRE(value_given(value));
    REQUIRE(value->rule->type == type || (type == VALUE_INT && value->rule->type == VALUE_CODE));
    *ret_parsed = *value;
    if (!value->has_variables)
        return true;
    struct text written;
    if (!value_text(value, variables, &written, why))
        return false;
    if (value_parse(value->rule, written, ret_parsed, &found))
        return true;
    return fail_at(why, value->at.file, value->at.line, value->at.col, "%.*s: %s",
                   TEXT_ARGS(text_first(value->written, 60)), found.text);
}

bool value_int(const struct value *value, struct variables *variables, int64_t *ret, struct fail *why)
{
    struct value made;
    bool fine = parsed(value, variables, VALUE_INT, &made, why);
    *ret = fine ? made.as.integer : 0;
    return fine;
}

bool value_number(const struct value *value, struct variables *variables, double *ret, struct fail *why)
{
    struct value made;
    bool fine = parsed(value, variables, VALUE_NUMBER, &made, why);
    *ret = fine ? made.as.number : 0;
    return fine;
}

bool value_bool(const struct value *value, struct variables *variables, bool *ret, struct fail *why)
{
    struct value made;
    bool fine = parsed(value, variables, VALUE_BOOL, &made, why);
    *ret = fine && made.as.flag;
    return fine;
}

bool value_duration_ms(const struct value *value, struct variables *variables, int64_t *ret_ms,
                       struct fail *why)
{
    struct value made;
    bool fine = parsed(value, variables, VALUE_DURATION, &made, why);
    *ret_ms = fine ? made.as.duration_ms : 0;
    return fine;
}

bool value_count(const struct value *value, struct variables *variables, struct count *ret, struct fail *why)
{
    struct value made;
    bool fine = parsed(value, variables, VALUE_COUNT, &made, why);
    if (fine)
        *ret = made.as.count;
    return fine;
}

bool value_status(const struct value *value, struct variables *variables, struct status_range *ret,
                  struct fail *why)
{
    struct value made;
    bool fine = parsed(value, variables, VALUE_STATUS, &made, why);
    if (fine)
        *ret = made.as.status;
    return fine;
}

bool value_choice(const struct value *value, struct variables *variables, int *ret, struct fail *why)
{
    struct value made;
    bool fine = parsed(value, variables, VALUE_CHOICE, &made, why);
    *ret = fine ? made.as.choice : 0;
    return fine;
}

bool value_person(const struct value *value, struct variables *variables, struct text *ret_number,
                  struct fail *why)
{
    struct text written;
    json_t *number = NULL;
    struct fail found = {0};
    if (!value_text(value, variables, &written, why))
        return false;
    if (!value_is_name(written)) {
        *ret_number = written;
        return true;
    }
    if (!variables_get(variables, written, &number, &found))
        return fail_at(why, value->at.file, value->at.line, value->at.col, "no person '%.*s': %s",
                       TEXT_ARGS(text_first(written, 60)), found.text);
    bool fine = json_is_string(number) ? keep_text(variables, value->at, json_string_value(number),
                                                   json_string_length(number), ret_number, why)
                                       : fail_at(why, value->at.file, value->at.line, value->at.col,
                                                 "'%.*s' is no person", TEXT_ARGS(text_first(written, 60)));
    json_decref(number);
    return fine;
}

bool value_status_set(const struct value_list *list, struct variables *variables, struct status_set *ret,
                      struct fail *why)
{
    struct status_set made = {0};
    for (size_t i = 0; i < list->count; i++) {
        if (made.count == STATUS_RANGES_MAX)
            return fail_at(why, list->at.file, list->at.line, list->at.col, "more than %d statuses",
                           STATUS_RANGES_MAX);
        if (!value_status(&list->items[i], variables, &made.ranges[made.count], why))
            return false;
        made.count++;
    }
    *ret = made;
    return true;
}

/* A text that is a variable alone keeps the type of what the variable holds. */
static bool text_json(const struct value *value, struct variables *variables, json_t **ret, struct fail *why)
{
    if (value->has_variables)
        return resolve(value, variables, ret, why);
    *ret = json_of_text(value->written);
    return true;
}

static bool person_json(const struct value *value, struct variables *variables, json_t **ret,
                        struct fail *why)
{
    struct text number;
    if (!value_person(value, variables, &number, why))
        return false;
    *ret = json_of_text(number);
    return true;
}

bool value_json(const struct value *value, struct variables *variables, json_t **ret, struct fail *why)
{
    struct value made;
    if (value->is_null) {
        *ret = json_null();
        return true;
    }
    switch (value->rule->type) {
    case VALUE_TEXT:
    case VALUE_TEXT_OR_NULL:
    case VALUE_MATCH:
    case VALUE_PATTERN:
    case VALUE_FILTER:
    case VALUE_PICK:
        return text_json(value, variables, ret, why);
    case VALUE_PERSON:
        return person_json(value, variables, ret, why);
    default:
        break;
    }
    struct text written;
    if (!parsed(value, variables, value->rule->type, &made, why) ||
        !value_text(value, variables, &written, why))
        return false;
    if (value->rule->type == VALUE_INT || value->rule->type == VALUE_CODE)
        *ret = json_integer(made.as.integer);
    else if (value->rule->type == VALUE_NUMBER)
        *ret = json_real(made.as.number);
    else if (value->rule->type == VALUE_BOOL)
        *ret = json_boolean(made.as.flag);
    else if (text_is(written, "true") || text_is(written, "false")) /* among the words of a choice */
        *ret = json_boolean(text_is(written, "true"));
    else
        *ret = json_of_text(written);
    return true;
}

bool value_text_or(const struct value *value, struct variables *variables, struct text otherwise,
                   struct text *ret, struct fail *why)
{
    *ret = otherwise;
    return !value_given(value) || value_text(value, variables, ret, why);
}

bool value_int_or(const struct value *value, struct variables *variables, int64_t otherwise, int64_t *ret,
                  struct fail *why)
{
    *ret = otherwise;
    return !value_given(value) || value_int(value, variables, ret, why);
}

bool value_bool_or(const struct value *value, struct variables *variables, bool otherwise, bool *ret,
                   struct fail *why)
{
    *ret = otherwise;
    return !value_given(value) || value_bool(value, variables, ret, why);
}

bool value_duration_ms_or(const struct value *value, struct variables *variables, int64_t otherwise_ms,
                          int64_t *ret_ms, struct fail *why)
{
    *ret_ms = otherwise_ms;
    return !value_given(value) || value_duration_ms(value, variables, ret_ms, why);
}

bool value_choice_or(const struct value *value, struct variables *variables, int otherwise, int *ret,
                     struct fail *why)
{
    *ret = otherwise;
    return !value_given(value) || value_choice(value, variables, ret, why);
}
