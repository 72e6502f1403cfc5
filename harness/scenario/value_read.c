/* The types of the language: one parser a type, in one table. */
#include "value_read.h"

#include <string.h>

#include "duration_match.h"
#include "jq_filter.h"
#include "nearest.h"
#include "pattern.h"
#include "step.h"
#include "text_match.h"

enum { SHOWN_BYTES = 60 };

typedef bool value_parser(const struct value_rule *rule, struct text written, struct value *into,
                          struct fail *why);

bool value_is_name(struct text written)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    static const char others[] = "0123456789-";
    if (written.len == 0 || written.len > 64 || memchr(letters, written.at[0], sizeof letters - 1) == NULL)
        return false;
    for (size_t i = 1; i < written.len; i++) {
        bool letter = memchr(letters, written.at[i], sizeof letters - 1) != NULL;
        if (!letter && memchr(others, written.at[i], sizeof others - 1) == NULL)
            return false;
    }
    return true;
}

static bool expected(const struct value_rule *rule, struct text written, struct fail *why)
{
    return fail_set(why, "expected %s, got '%.*s'", rule->what, TEXT_ARGS(text_first(written, SHOWN_BYTES)));
}

static bool parse_text(const struct value_rule *rule, struct text written, struct value *into,
                       struct fail *why)
{
    (void)rule, (void)written, (void)into, (void)why;
    return true;
}

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
        return expected(rule, written, why);
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
        return expected(rule, written, why);
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
        return expected(rule, written, why);
    if (kind == SAVE_FILTER)
        return parse_filter(rule, written, into, why);
    return kind != SAVE_PATTERN || parse_pattern(rule, written, into, why);
}

static bool parse_person(const struct value_rule *rule, struct text written, struct value *into,
                         struct fail *why)
{
    (void)into;
    bool number = text_starts(written, "+") && written.len > 1 && text_all_digits(text_from(written, 1));
    return number || value_is_name(written) || expected(rule, written, why);
}

static bool parse_int(const struct value_rule *rule, struct text written, struct value *into,
                      struct fail *why)
{
    bool any = rule->min == 0 && rule->max == 0;
    return text_to_int(written, any ? INT64_MIN : rule->min, any ? INT64_MAX : rule->max,
                       &into->as.integer) ||
           expected(rule, written, why);
}

static bool parse_number(const struct value_rule *rule, struct text written, struct value *into,
                         struct fail *why)
{
    return text_to_number(written, &into->as.number) || expected(rule, written, why);
}

static bool parse_bool(const struct value_rule *rule, struct text written, struct value *into,
                       struct fail *why)
{
    into->as.flag = text_is(written, "true");
    return into->as.flag || text_is(written, "false") || expected(rule, written, why);
}

static bool parse_duration(const struct value_rule *rule, struct text written, struct value *into,
                           struct fail *why)
{
    (void)rule;
    return duration_read(written, &into->as.duration_ms, why);
}

static bool parse_count(const struct value_rule *rule, struct text written, struct value *into,
                        struct fail *why)
{
    (void)rule;
    return count_read(written, &into->as.count, why);
}

static bool parse_status(const struct value_rule *rule, struct text written, struct value *into,
                         struct fail *why)
{
    (void)rule;
    return status_read(written, &into->as.status, why);
}

static bool parse_choice(const struct value_rule *rule, struct text written, struct value *into,
                         struct fail *why)
{
    size_t count = 0;
    for (; rule->words[count] != NULL; count++) {
        if (!text_is(written, rule->words[count]))
            continue;
        into->as.choice = (int)count;
        return true;
    }
    const char *near = nearest_word(written, rule->words, count);
    struct text shown = text_first(written, SHOWN_BYTES);
    if (near != NULL)
        return fail_set(why, "expected %s, got '%.*s'; did you mean '%s'?", rule->what, TEXT_ARGS(shown),
                        near);
    struct text_buf known;
    text_buf_init(&known, 512);
    for (size_t i = 0; i < count; i++)
        text_putf(&known, "%s%s", i == 0 ? "" : ", ", rule->words[i]);
    fail_set(why, "expected %s (%s), got '%.*s'", rule->what, text_buf_z(&known), TEXT_ARGS(shown));
    text_buf_release(&known);
    return false;
}

static value_parser *const parsers[] = {
    [VALUE_TEXT] = parse_text,       [VALUE_TEXT_OR_NULL] = parse_text, [VALUE_MATCH] = parse_match,
    [VALUE_PATTERN] = parse_pattern, [VALUE_FILTER] = parse_filter,     [VALUE_PICK] = parse_pick,
    [VALUE_PERSON] = parse_person,   [VALUE_INT] = parse_int,           [VALUE_CODE] = parse_int,
    [VALUE_NUMBER] = parse_number,   [VALUE_BOOL] = parse_bool,         [VALUE_DURATION] = parse_duration,
    [VALUE_COUNT] = parse_count,     [VALUE_STATUS] = parse_status,     [VALUE_CHOICE] = parse_choice,
};

bool value_parse(const struct value_rule *rule, struct text written, struct value *into, struct fail *why)
{
    return parsers[rule->type](rule, written, into, why);
}

enum variables_style value_style(enum value_type type, struct text written)
{
    struct text source;
    bool searches =
        type == VALUE_MATCH || type == VALUE_PATTERN || type == VALUE_FILTER || type == VALUE_PICK;
    if (searches && pattern_in_slashes(written, &source))
        return VARIABLES_PATTERN;
    return searches && text_starts(written, ".") ? VARIABLES_FILTER : VARIABLES_TEXT;
}

static void visit_nothing(void *context, struct text path)
{
    (void)context, (void)path;
}

/* What YAML's core schema calls null. */
static bool node_is_null(const struct node *node)
{
    static const char *const words[] = {"", "~", "null", "Null", "NULL"};
    for (size_t i = 0; node->plain && i < sizeof words / sizeof words[0]; i++) {
        if (text_is(node->text, words[i]))
            return true;
    }
    return false;
}

bool value_read(const struct value_rule *rule, const struct node *node, struct value *ret, struct fail *why)
{
    struct value made = {.at = node->at, .rule = rule, .written = node->text};
    bool fine = true;
    enum variables_style style = value_style(rule->type, node->text);
    made.is_null = node_is_null(node) && rule->type == VALUE_TEXT_OR_NULL;
    made.has_variables = variables_wanted(node->text, style);
    if (node_is_null(node) && !made.is_null)
        fine = fail_set(why, "expected %s, got nothing", rule->what);
    else if (made.has_variables)
        fine = variables_scan(node->text, style, visit_nothing, NULL, why);
    else if (!made.is_null)
        fine = value_parse(rule, node->text, &made, why);
    if (fine)
        *ret = made;
    return fine;
}
