/* grammar: LANGUAGE as shapes (inside this layer only), a file a chapter: types, fault, check, step,
 * scenario, profile. */
#ifndef GRAMMAR_H
#define GRAMMAR_H

#include "shape.h"

#define MEMBER(type, member) offsetof(type, member)
/* A type of the language. */
#define SCALAR(type_, what_)                                                                                 \
    {                                                                                                        \
        .kind = SHAPE_VALUE, .size_bytes = sizeof(struct value), .rule = {.type = (type_), .what = (what_) } \
    }
#define INTEGER(min_, max_, what_)                                                                           \
    {                                                                                                        \
        .kind = SHAPE_VALUE, .size_bytes = sizeof(struct value), .rule = {                                   \
            .type = VALUE_INT,                                                                               \
            .what = (what_),                                                                                 \
            .min = (min_),                                                                                   \
            .max = (max_)                                                                                    \
        }                                                                                                    \
    }
/* One of some words; they end with NULL. */
#define CHOICE(words_, what_)                                                                                \
    {                                                                                                        \
        .kind = SHAPE_VALUE, .size_bytes = sizeof(struct value), .rule = {                                   \
            .type = VALUE_CHOICE,                                                                            \
            .what = (what_),                                                                                 \
            .words = (words_)                                                                                \
        }                                                                                                    \
    }
/* A list of items of one shape; `list_type` is the struct that begins as struct any_list does. */
#define LIST_OF(item_, list_type, what_)                                                                     \
    .kind = SHAPE_LIST, .what = (what_), .size_bytes = sizeof(list_type), .item = (item_)
/* A map from the file's own names to `member` of struct `item_type`. */
#define NAMED_OF(item_, list_type, item_type, member, keys_, what_)                                          \
    .kind = SHAPE_NAMED, .what = (what_), .size_bytes = sizeof(list_type), .item = (item_), .keys = (keys_), \
    .item_bytes = sizeof(item_type), .name_at = offsetof(item_type, name),                                   \
    .item_at = offsetof(item_type, member)

/* types */
extern const struct shape shape_text, shape_text_or_null, shape_match, shape_pattern, shape_filter,
    shape_pick, shape_person, shape_int, shape_port, shape_exit, shape_code, shape_number, shape_bool,
    shape_duration, shape_count, shape_status, shape_http_status, shape_channel, shape_json_node;
extern const struct shape shape_texts, shape_text_list, shape_channels, shape_durations, shape_codes,
    shape_statuses, shape_matches, shape_named_texts, shape_named_texts_or_null, shape_named_matches,
    shape_status_counts, shape_params;

/* the chapters */
extern const struct shape shape_fault, shape_faults, shape_faults_or_none, shape_check, shape_expect,
    shape_expect_fields, shape_command, shape_step, shape_steps, shape_save, shape_actions, shape_action_call,
    shape_policy, shape_scenario, shape_used_file, shape_profile;

/* Words that no action may have as its name: verbs and common keys. */
const struct field *step_fields(void);

#endif
