/* grammar_tools: what grammars are written with, and the chapters that scenarios and setups share: the types,
 * an account, people, faults. */
#ifndef GRAMMAR_TOOLS_H
#define GRAMMAR_TOOLS_H

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
extern const struct shape shape_text, shape_text_or_null, shape_person, shape_int, shape_port, shape_exit,
    shape_code, shape_number, shape_bool, shape_duration, shape_count, shape_status, shape_http_status,
    shape_channel, shape_json_node;
extern const struct shape shape_texts, shape_text_list, shape_channels, shape_durations, shape_codes,
    shape_statuses, shape_named_texts, shape_named_texts_or_null, shape_status_counts, shape_params;

/* the chapters */
extern const struct shape shape_account, shape_people, shape_fault, shape_faults, shape_faults_or_none;

#endif
