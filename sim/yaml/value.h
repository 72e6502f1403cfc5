/* value: one scalar of a scenario or profile as it was written, with the type that the grammar gave it.
 *
 *     int64_t ms;
 *     if (!value_duration_ms(&step->within, variables, &ms, why)) return false;     // *why has file:line:col
 *
 * A value without variables was checked when the file was read and cannot fail here. One with variables
 * (`$policy.sends.limit`) is resolved and checked now. Asking a value for another type than the grammar's is
 * our bug, and so is asking one that was not written: test value_given() first, or use the `_or` forms. Texts
 * that come back live in `variables` until it is freed. */
#ifndef VALUE_H
#define VALUE_H

#include <stdint.h>

#include "count_match.h"
#include "fail.h"
#include "json.h"
#include "place.h"
#include "status_match.h"
#include "text.h"
#include "variables.h"

enum value_type {
    VALUE_TEXT = 1,
    VALUE_TEXT_OR_NULL, /* value_is_null() tells */
    VALUE_MATCH,        /* a text for text_match_new() */
    VALUE_PATTERN,      /* '/with one group/' */
    VALUE_FILTER,       /* .filter */
    VALUE_PICK,         /* what `save` takes: see save_kind() in step.h */
    VALUE_PERSON,       /* a name under people, or a number: value_person() */
    VALUE_INT,
    VALUE_CODE, /* Twilio's error number, an int */
    VALUE_NUMBER,
    VALUE_BOOL,
    VALUE_DURATION,
    VALUE_COUNT,
    VALUE_STATUS,
    VALUE_CHOICE, /* one of a list of words: value_choice() gives its index */
};

struct value;
struct value_rule;

/* Checks a text without variables, and fills into->as where the type has a place there. */
typedef bool value_parser(const struct value_rule *rule, struct text written, struct value *into,
                          struct fail *why);

/* What the grammar says about a scalar. */
struct value_rule {
    enum value_type type;
    const char *what;         /* "a duration such as 5s": for errors */
    const char *const *words; /* of VALUE_CHOICE; ends with NULL */
    size_t offered;           /* so many of them are told to whoever wrote another one; 0: all */
    int64_t min, max;         /* of VALUE_INT; both 0: any */
    value_parser *parse; /* of a type that searches (MATCH, PATTERN, FILTER, PICK); NULL = the type's own */
};

struct value {
    struct place at; /* file == NULL: not written */
    const struct value_rule *rule;
    bool has_variables;
    bool is_null;
    struct text written; /* borrowed from the tree */
    union {
        int64_t integer;
        double number;
        bool flag;
        int64_t duration_ms;
        struct count count;
        struct status_range status;
        int choice;
    } as;
};

struct value_list {
    struct place at; /* file == NULL: not written (an empty list was) */
    struct value *items;
    size_t count;
};

/* A name of the file's own (a parameter, a header, a variable) and its value. */
struct named_value {
    struct place at;
    struct text name;
    struct value value;
};

struct named_values {
    struct place at;
    struct named_value *items;
    size_t count;
};

static inline bool value_given(const struct value *value)
{
    return value->at.file != NULL;
}

/* Written as null (of VALUE_TEXT_OR_NULL). */
static inline bool value_is_null(const struct value *value)
{
    return value->is_null;
}

/* Any type as text, variables put in; ends with NUL behind its length. A match or pattern comes in its
 * slashes. */
bool value_text(const struct value *value, struct variables *variables, struct text *ret, struct fail *why);
bool value_int(const struct value *value, struct variables *variables, int64_t *ret, struct fail *why);
bool value_number(const struct value *value, struct variables *variables, double *ret, struct fail *why);
bool value_bool(const struct value *value, struct variables *variables, bool *ret, struct fail *why);
bool value_duration_ms(const struct value *value, struct variables *variables, int64_t *ret_ms,
                       struct fail *why);
bool value_count(const struct value *value, struct variables *variables, struct count *ret, struct fail *why);
bool value_status(const struct value *value, struct variables *variables, struct status_range *ret,
                  struct fail *why);
/* The index of the word in the grammar's list: the enums of the typed tree (enum channel, …) follow those
 * lists. */
bool value_choice(const struct value *value, struct variables *variables, int *ret, struct fail *why);
/* A person's number: that of `$NAME` when the text is a name, else the text itself (a number in E.164). */
bool value_person(const struct value *value, struct variables *variables, struct text *ret_number,
                  struct fail *why);
/* All items: for `status: [200, 503]` and the like. Too many for the set is an error. */
bool value_status_set(const struct value_list *list, struct variables *variables, struct status_set *ret,
                      struct fail *why);
/* As JSON in the type of the grammar: int, number, bool as such, everything else as text; null for null. *ret
 * is new. */
bool value_json(const struct value *value, struct variables *variables, json_t **ret, struct fail *why);

/* The same, or `otherwise` when it was not written. */
bool value_text_or(const struct value *value, struct variables *variables, struct text otherwise,
                   struct text *ret, struct fail *why);
bool value_int_or(const struct value *value, struct variables *variables, int64_t otherwise, int64_t *ret,
                  struct fail *why);
bool value_bool_or(const struct value *value, struct variables *variables, bool otherwise, bool *ret,
                   struct fail *why);
bool value_duration_ms_or(const struct value *value, struct variables *variables, int64_t otherwise_ms,
                          int64_t *ret_ms, struct fail *why);
bool value_choice_or(const struct value *value, struct variables *variables, int otherwise, int *ret,
                     struct fail *why);

#endif
