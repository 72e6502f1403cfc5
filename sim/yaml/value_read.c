/* The types of the language: one parser a type, in one table; those that search bring theirs with the rule.
 */
#include "value_read.h"

#include <string.h>

#include "duration_match.h"
#include "nearest.h"

enum { SHOWN_BYTES = 60 };

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

bool value_expected(const struct value_rule *rule, struct text written, struct fail *why)
{
    return fail_set(why, "expected %s, got '%.*s'", rule->what, TEXT_ARGS(text_first(written, SHOWN_BYTES)));
}

static bool parse_text(const struct value_rule *rule, struct text written, struct value *into,
                       struct fail *why)
{
    (void)rule, (void)written, (void)into, (void)why;
    return true;
}

static bool parse_person(const struct value_rule *rule, struct text written, struct value *into,
                         struct fail *why)
{
    (void)into;
    bool number = text_starts(written, "+") && written.len > 1 && text_all_digits(text_from(written, 1));
    return number || value_is_name(written) || value_expected(rule, written, why);
}

static bool parse_int(const struct value_rule *rule, struct text written, struct value *into,
                      struct fail *why)
{
    bool any = rule->min == 0 && rule->max == 0;
    return text_to_int(written, any ? INT64_MIN : rule->min, any ? INT64_MAX : rule->max,
                       &into->as.integer) ||
           value_expected(rule, written, why);
}

static bool parse_number(const struct value_rule *rule, struct text written, struct value *into,
                         struct fail *why)
{
    return text_to_number(written, &into->as.number) || value_expected(rule, written, why);
}

static bool parse_bool(const struct value_rule *rule, struct text written, struct value *into,
                       struct fail *why)
{
    into->as.flag = text_is(written, "true");
    return into->as.flag || text_is(written, "false") || value_expected(rule, written, why);
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
    count = rule->offered > 0 ? rule->offered : count;
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
    [VALUE_TEXT] = parse_text,     [VALUE_TEXT_OR_NULL] = parse_text, [VALUE_PERSON] = parse_person,
    [VALUE_INT] = parse_int,       [VALUE_CODE] = parse_int,          [VALUE_NUMBER] = parse_number,
    [VALUE_BOOL] = parse_bool,     [VALUE_DURATION] = parse_duration, [VALUE_COUNT] = parse_count,
    [VALUE_STATUS] = parse_status, [VALUE_CHOICE] = parse_choice,
};

bool value_parse(const struct value_rule *rule, struct text written, struct value *into, struct fail *why)
{
    value_parser *parse = rule->parse != NULL ? rule->parse : parsers[rule->type];
    REQUIRE(parse != NULL);
    return parse(rule, written, into, why);
}

enum variables_style value_style(enum value_type type, struct text written)
{
    bool slashes = written.len > 1 && text_starts(written, "/") && text_ends(written, "/");
    bool searches =
        type == VALUE_MATCH || type == VALUE_PATTERN || type == VALUE_FILTER || type == VALUE_PICK;
    if (searches && slashes)
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
