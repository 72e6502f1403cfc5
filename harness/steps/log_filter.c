/* Reads a filter into a tree once, then asks the tree for each line. */
#include "log_filter.h"

#include <stdio.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "pattern.h"

enum comparison { IS, IS_NOT, ABOVE, BELOW, AT_LEAST, AT_MOST, HAS, FITS, FITS_NOT };

static const struct {
    const char *sign;
    enum comparison comparison;
} signs[] = {{"!=", IS_NOT}, {">=", AT_LEAST}, {"<=", AT_MOST}, {"=~", FITS}, {"!~", FITS_NOT},
             {"=", IS},      {">", ABOVE},     {"<", BELOW},    {":", HAS}};

enum term_kind { TERM_AND, TERM_OR, TERM_NOT, TERM_COMPARE, TERM_ANYWHERE };

struct term {
    enum term_kind kind;
    struct term *left, *right;
    char *field, *value;
    enum comparison comparison;
    struct pattern *pattern;
};

struct log_filter {
    struct term *root;
};

/* What is left to read. */
struct reader {
    struct text rest;
    size_t terms;
    int depth;
    struct fail *why;
};

static void term_free(struct term *term)
{
    if (term == NULL)
        return;
    term_free(term->left);
    term_free(term->right);
    pattern_free(term->pattern);
    mem_free(term->field);
    mem_free(term->value);
    mem_free(term);
}

/* NULL when there are too many; left and right then still belong to the caller. */
static struct term *term_new(struct reader *reader, enum term_kind kind, struct term *left,
                             struct term *right)
{
    if (reader->terms == LOG_FILTER_TERMS_MAX) {
        fail_set(reader->why, "filter: more than %d terms", LOG_FILTER_TERMS_MAX);
        return NULL;
    }
    reader->terms++;
    struct term *term = mem_new(sizeof *term);
    *term = (struct term){.kind = kind, .left = left, .right = right};
    return term;
}

static void space_skip(struct reader *reader)
{
    while (reader->rest.len > 0 && strchr(" \t\r\n", reader->rest.at[0]) != NULL)
        reader->rest = text_from(reader->rest, 1);
}

static bool is_word_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           strchr("_.-/@+", byte) != NULL;
}

/* A word without quotes, or TEXT_NONE. */
static struct text word_peek(const struct reader *reader)
{
    size_t len = 0;
    while (len < reader->rest.len && is_word_byte(reader->rest.at[len]))
        len++;
    return len == 0 ? TEXT_NONE : text_first(reader->rest, len);
}

static bool word_accept(struct reader *reader, const char *word)
{
    space_skip(reader);
    if (!text_is(word_peek(reader), word))
        return false;
    reader->rest = text_from(reader->rest, strlen(word));
    return true;
}

/* "…" with \" and \\, or a bare word. New, or NULL. */
static char *value_read(struct reader *reader)
{
    space_skip(reader);
    struct text word = word_peek(reader);
    if (word.at != NULL) {
        reader->rest = text_from(reader->rest, word.len);
        return text_copy(word);
    }
    if (!text_starts(reader->rest, "\"")) {
        fail_set(reader->why, "filter: a value is wanted at '%.*s'", TEXT_ARGS(text_first(reader->rest, 40)));
        return NULL;
    }
    struct text_buf out;
    text_buf_init(&out, 64 * 1024);
    size_t i = 1;
    for (; i < reader->rest.len && reader->rest.at[i] != '"'; i++) {
        bool escaped =
            reader->rest.at[i] == '\\' && i + 1 < reader->rest.len && strchr("\"\\", reader->rest.at[i + 1]);
        i += escaped;
        text_put_char(&out, reader->rest.at[i]);
    }
    bool closed = i < reader->rest.len;
    reader->rest = text_from(reader->rest, i + 1);
    if (closed)
        return text_buf_take(&out);
    text_buf_release(&out);
    fail_set(reader->why, "filter: a quote is not closed");
    return NULL;
}

static bool sign_accept(struct reader *reader, enum comparison *ret)
{
    space_skip(reader);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (!text_starts(reader->rest, signs[i].sign))
            continue;
        reader->rest = text_from(reader->rest, strlen(signs[i].sign));
        *ret = signs[i].comparison;
        return true;
    }
    return false;
}

static bool compare_finish(struct reader *reader, struct term *term)
{
    term->kind = TERM_COMPARE;
    term->field = term->value;
    term->value = value_read(reader);
    if (term->value == NULL)
        return false;
    if (term->comparison == FITS || term->comparison == FITS_NOT)
        term->pattern = pattern_new(text_of(term->value), reader->why);
    return !reader->why->set;
}

static struct term *single_read(struct reader *reader)
{
    struct term *term = term_new(reader, TERM_ANYWHERE, NULL, NULL);
    if (term == NULL)
        return NULL;
    term->value = value_read(reader);
    bool fine = term->value != NULL;
    if (fine && sign_accept(reader, &term->comparison))
        fine = compare_finish(reader, term);
    else if (fine && text_starts(reader->rest, "("))
        fine = fail_set(reader->why, "filter: functions (%s) are not understood", term->value);
    if (fine)
        return term;
    term_free(term);
    return NULL;
}

static struct term *any_read(struct reader *reader);

static struct term *group_read(struct reader *reader)
{
    if (++reader->depth > LOG_FILTER_DEPTH_MAX) {
        fail_set(reader->why, "filter: more than %d levels", LOG_FILTER_DEPTH_MAX);
        return NULL;
    }
    reader->rest = text_from(reader->rest, 1);
    struct term *inner = any_read(reader);
    space_skip(reader);
    if (inner != NULL && !text_starts(reader->rest, ")")) {
        fail_set(reader->why, "filter: ')' is wanted at '%.*s'", TEXT_ARGS(text_first(reader->rest, 40)));
        term_free(inner);
        return NULL;
    }
    reader->rest = text_from(reader->rest, 1);
    reader->depth--;
    return inner;
}

static struct term *one_read(struct reader *reader)
{
    bool negated = false;
    space_skip(reader);
    while (word_accept(reader, "NOT") || text_starts(reader->rest, "-")) {
        if (text_starts(reader->rest, "-"))
            reader->rest = text_from(reader->rest, 1);
        negated = !negated;
        space_skip(reader);
    }
    struct term *term = text_starts(reader->rest, "(") ? group_read(reader) : single_read(reader);
    if (term == NULL || !negated)
        return term;
    struct term *outer = term_new(reader, TERM_NOT, term, NULL);
    if (outer == NULL)
        term_free(term);
    return outer;
}

/* Joins two; ends both when that fails. */
static struct term *joined(struct reader *reader, enum term_kind kind, struct term *left, struct term *right)
{
    struct term *both = right == NULL ? NULL : term_new(reader, kind, left, right);
    if (both == NULL) {
        term_free(left);
        term_free(right);
    }
    return both;
}

static struct term *or_read(struct reader *reader)
{
    struct term *term = one_read(reader);
    while (term != NULL && word_accept(reader, "OR"))
        term = joined(reader, TERM_OR, term, one_read(reader));
    return term;
}

static struct term *any_read(struct reader *reader)
{
    struct term *term = or_read(reader);
    for (;;) {
        space_skip(reader);
        if (term == NULL || reader->rest.len == 0 || reader->rest.at[0] == ')')
            return term;
        word_accept(reader, "AND");
        term = joined(reader, TERM_AND, term, or_read(reader));
    }
}

struct log_filter *log_filter_new(struct text written, struct fail *why)
{
    struct reader reader = {.rest = text_trim(written), .why = why};
    if (reader.rest.len == 0) {
        fail_set(why, "filter: it is empty");
        return NULL;
    }
    struct term *root = any_read(&reader);
    if (root != NULL && reader.rest.len > 0) {
        fail_set(why, "filter: '%.*s' is not understood", TEXT_ARGS(text_first(reader.rest, 40)));
        term_free(root);
        root = NULL;
    }
    if (root == NULL)
        return NULL;
    struct log_filter *filter = mem_new(sizeof *filter);
    filter->root = root;
    return filter;
}

void log_filter_free(struct log_filter *filter)
{
    if (filter == NULL)
        return;
    term_free(filter->root);
    mem_free(filter);
}

static const char *const severities[] = {"DEFAULT", "DEBUG",    "INFO",  "NOTICE",   "WARNING",
                                         "ERROR",   "CRITICAL", "ALERT", "EMERGENCY"};

static int severity_rank(const char *word)
{
    for (int i = 0; i < (int)(sizeof severities / sizeof *severities); i++)
        if (text_is_nocase(text_of(word), severities[i]))
            return i;
    return -1;
}

/* The value of a field in a line: new text, or NULL. */
static char *field_of(const json_t *entry, const char *field)
{
    struct text path = text_of(field), name;
    if (text_starts(path, "jsonPayload."))
        path = text_from(path, strlen("jsonPayload."));
    const json_t *value = entry;
    while (value != NULL && text_split(&path, '.', &name)) {
        char *key = text_copy(name);
        value = json_object_get(value, key);
        mem_free(key);
    }
    if (json_is_string(value))
        return mem_string(json_string_value(value));
    return value == NULL ? NULL : json_write(value);
}

static int order_of(const struct term *term, const char *actual)
{
    double a, b;
    if (strcmp(term->field, "severity") == 0 && severity_rank(actual) >= 0 && severity_rank(term->value) >= 0)
        return severity_rank(actual) - severity_rank(term->value);
    if (text_to_number(text_of(actual), &a) && text_to_number(text_of(term->value), &b))
        return a < b ? -1 : a > b;
    if (text_is_nocase(text_of(actual), term->value))
        return 0;
    return strcmp(actual, term->value);
}

static bool contains_nocase(struct text whole, struct text part)
{
    char *wanted = text_copy(part);
    bool found = part.len == 0;
    for (size_t i = 0; i + part.len <= whole.len && !found; i++)
        found = text_is_nocase(text_span(whole.at + i, part.len), wanted);
    mem_free(wanted);
    return found;
}

static bool compares(const struct term *term, const char *actual)
{
    switch (term->comparison) {
    case IS:
        return order_of(term, actual) == 0;
    case IS_NOT:
        return order_of(term, actual) != 0;
    case ABOVE:
        return order_of(term, actual) > 0;
    case BELOW:
        return order_of(term, actual) < 0;
    case AT_LEAST:
        return order_of(term, actual) >= 0;
    case AT_MOST:
        return order_of(term, actual) <= 0;
    case HAS:
        return contains_nocase(text_of(actual), text_of(term->value));
    case FITS:
        return pattern_find(term->pattern, text_of(actual), NULL) == PATTERN_FOUND;
    case FITS_NOT:
        break;
    }
    return pattern_find(term->pattern, text_of(actual), NULL) == PATTERN_NOT_FOUND;
}

static bool term_holds(const struct term *term, const json_t *entry, struct text line)
{
    switch (term->kind) {
    case TERM_AND:
        return term_holds(term->left, entry, line) && term_holds(term->right, entry, line);
    case TERM_OR:
        return term_holds(term->left, entry, line) || term_holds(term->right, entry, line);
    case TERM_NOT:
        return !term_holds(term->left, entry, line);
    case TERM_ANYWHERE:
        return contains_nocase(line, text_of(term->value));
    case TERM_COMPARE:
        break;
    }
    char *actual = field_of(entry, term->field);
    bool holds = actual != NULL && compares(term, actual);
    mem_free(actual);
    return holds;
}

bool log_filter_holds(const struct log_filter *filter, const json_t *entry, struct text line)
{
    return term_holds(filter->root, entry, line);
}
