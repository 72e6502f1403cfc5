/* One of three ways to look at a text. The words for a difference show the start of what was there. */
#include "text_match.h"

#include "jq_filter.h"
#include "json_match.h"
#include "mem.h"
#include "pattern.h"

enum { SHOWN_BYTES = 200 };

struct text_match {
    enum text_match_kind kind;
    char *written;
    struct pattern *pattern;
    struct jq_filter *filter;
};

enum text_match_kind text_match_kind(struct text written)
{
    struct text source;
    if (pattern_in_slashes(written, &source))
        return TEXT_MATCH_PATTERN;
    return text_starts(written, ".") ? TEXT_MATCH_FILTER : TEXT_MATCH_CONTAINS;
}

struct text_match *text_match_new(struct text written, struct fail *why)
{
    struct text source;
    struct text_match match = {.kind = text_match_kind(written)};
    bool fine = written.len > 0 || fail_set(why, "an empty text would match everything");
    if (match.kind == TEXT_MATCH_PATTERN && pattern_in_slashes(written, &source))
        fine = (match.pattern = pattern_new(source, why)) != NULL;
    else if (match.kind == TEXT_MATCH_FILTER)
        fine = (match.filter = jq_filter_new(written, why)) != NULL;
    if (!fine)
        return NULL;
    match.written = text_copy(written);
    struct text_match *made = mem_new(sizeof *made);
    *made = match;
    return made;
}

void text_match_free(struct text_match *match)
{
    if (match == NULL)
        return;
    pattern_free(match->pattern);
    jq_filter_free(match->filter);
    mem_free(match->written);
    mem_free(match);
}

/* expected … , got "…" */
static void put_difference(struct text_buf *out, const char *expected, const struct text_match *match,
                           struct text subject)
{
    if (out == NULL)
        return;
    text_putf(out, "expected %s %s, got ", expected, match->written);
    json_t *shown = json_of_text(subject.at == NULL ? TEXT("") : subject);
    json_put_short(out, shown, SHOWN_BYTES);
    json_decref(shown);
}

static bool pattern_holds(const struct text_match *match, struct text subject, struct text_buf *difference)
{
    enum pattern_result result = pattern_find(match->pattern, subject, NULL);
    if (result == PATTERN_FOUND)
        return true;
    put_difference(difference, result == PATTERN_GAVE_UP ? "an answer within the limits of" : "a match of",
                   match, subject);
    return false;
}

static bool filter_holds(struct text_match *match, const json_t *subject, struct text_buf *difference)
{
    json_t *result = NULL;
    struct fail why = {0};
    bool ran = jq_filter_run(match->filter, subject, &result, &why);
    bool holds = ran && json_is_true(result);
    if (!holds && difference != NULL) {
        text_putf(difference, "expected true from %s, ", match->written);
        if (ran) {
            text_put_z(difference, "got ");
            json_put_short(difference, result, SHOWN_BYTES);
        } else {
            text_put_z(difference, why.text);
        }
        text_put_z(difference, " for ");
        json_put_short(difference, subject, SHOWN_BYTES);
    }
    json_decref(result);
    return holds;
}

static bool filter_holds_text(struct text_match *match, struct text subject, struct text_buf *difference)
{
    json_t *document = NULL;
    struct fail why = {0};
    if (!json_read(subject, "", &document, &why)) {
        put_difference(difference, "JSON for", match, subject);
        return false;
    }
    bool holds = filter_holds(match, document, difference);
    json_decref(document);
    return holds;
}

bool text_match_holds(struct text_match *match, struct text subject, struct text_buf *difference)
{
    switch (match->kind) {
    case TEXT_MATCH_PATTERN:
        return pattern_holds(match, subject, difference);
    case TEXT_MATCH_FILTER:
        return filter_holds_text(match, subject, difference);
    case TEXT_MATCH_CONTAINS:
        break;
    }
    if (text_contains(subject, text_of(match->written)))
        return true;
    put_difference(difference, "a text with", match, subject);
    return false;
}

bool text_match_holds_json(struct text_match *match, const json_t *subject, struct text_buf *difference)
{
    if (match->kind == TEXT_MATCH_FILTER)
        return filter_holds(match, subject, difference);
    if (json_is_string(subject))
        return text_match_holds(match, text_span(json_string_value(subject), json_string_length(subject)),
                                difference);
    char *written = json_write(subject);
    bool holds = text_match_holds(match, text_of(written), difference);
    mem_free(written);
    return holds;
}
