/* The types of LANGUAGE that search in what happened: a match, a '/pattern/', a .filter, what `save` picks.
 * They need PCRE2 and jq, which files that only set something up do not. */
#include "grammar.h"

#include "jq_filter.h"
#include "pattern.h"
#include "step.h"
#include "text_match.h"
#include "value_read.h"

static bool parse_match(const struct value_rule *rule, struct text written, struct value *into,
                        struct fail *why)
{
    (void)rule, (void)into;
    struct text_match *match = text_match_new(written, why);
    text_match_free(match);
    return match != NULL;
}

/* rule->max: how many groups it must have. */
static bool parse_pattern(const struct value_rule *rule, struct text written, struct value *into,
                          struct fail *why)
{
    (void)into;
    struct text source;
    if (!pattern_in_slashes(written, &source))
        return value_expected(rule, written, why);
    struct pattern *pattern = pattern_new(source, why);
    if (pattern == NULL)
        return false;
    unsigned groups = pattern_groups(pattern);
    pattern_free(pattern);
    return groups == 1 || fail_set(why, "expected a pattern with one group, got %u groups", groups);
}

static bool parse_filter(const struct value_rule *rule, struct text written, struct value *into,
                         struct fail *why)
{
    (void)into;
    if (!text_starts(written, "."))
        return value_expected(rule, written, why);
    struct jq_filter *filter = jq_filter_new(written, why);
    jq_filter_free(filter);
    return filter != NULL;
}

static bool parse_pick(const struct value_rule *rule, struct text written, struct value *into,
                       struct fail *why)
{
    enum save_kind kind;
    struct text header;
    if (!save_kind(written, &kind, &header))
        return value_expected(rule, written, why);
    if (kind == SAVE_FILTER)
        return parse_filter(rule, written, into, why);
    return kind != SAVE_PATTERN || parse_pattern(rule, written, into, why);
}

#define SEARCH(type_, what_, parse_)                                                                         \
    {                                                                                                        \
        .kind = SHAPE_VALUE, .size_bytes = sizeof(struct value), .rule = {                                   \
            .type = (type_),                                                                                 \
            .what = (what_),                                                                                 \
            .parse = (parse_)                                                                                \
        }                                                                                                    \
    }

const struct shape shape_match = SEARCH(VALUE_MATCH, "a text, a '/pattern/' or a .filter", parse_match);
const struct shape shape_pattern = SEARCH(VALUE_PATTERN, "a '/pattern/' with one group", parse_pattern);
const struct shape shape_filter = SEARCH(VALUE_FILTER, "a .filter", parse_filter);
const struct shape shape_pick =
    SEARCH(VALUE_PICK, "a .filter, a '/pattern(group)/', header.NAME or status", parse_pick);
const struct shape shape_matches = {
    LIST_OF(&shape_match, struct value_list, "a match or a list of them"),
    .min = 1,
    .one_alone = true,
};
const struct shape shape_named_matches = {
    NAMED_OF(&shape_match, struct named_values, struct named_value, value, KEY_ANY,
             "a map of names and matches"),
};
