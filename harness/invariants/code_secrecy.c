/* Invariant 11: the code never appears in a response, a log or a URL.
 *
 * Reading: no code that a message carried stands, as digits of their own, in the backend's answers (body and
 * headers; to callbacks too), in a log line of any process but the simulator, or in the path or URL of a call
 * or callback. Whether the code was already sent when it appeared does not matter. Digits behind "1." (the
 * fraction of a second) are no code, nor are digits inside a word of 20 letters and digits (a SID, a token),
 * nor, below six digits, parts of a date or a time. "%20482913" is the code behind a space. Exercised: texts
 * looked at, when there was a code to look for. */
#include "judges.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"

enum { CODE_MIN_DIGITS = 4, DATE_MAX_DIGITS = 5, TOKEN_MIN_LETTERS = 20 };

struct search {
    const struct text *codes; /* sorted */
    size_t count;
    struct text found; /* the first code seen in the line at hand */
};

static int compare_codes(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_joint(const char *joints, char byte)
{
    return text_find(text_of(joints), byte) < strlen(joints);
}

/* The digits at [from, to) are part of a longer figure: a fraction, a date, a time. */
static bool in_figure(struct text text, size_t from, size_t to)
{
    bool short_code = to - from <= DATE_MAX_DIGITS;
    bool before =
        from >= 2 && is_joint(short_code ? ".-:" : ".", text.at[from - 1]) && is_digit(text.at[from - 2]);
    bool after = short_code && to + 1 < text.len && is_joint(".-:", text.at[to]) && is_digit(text.at[to + 1]);
    return before || after;
}

/* The digits at [from, to) stand inside a long word of letters and digits. */
static bool in_token(struct text text, size_t from, size_t to)
{
    size_t len = to - from;
    for (size_t i = from; i > 0 && len < TOKEN_MIN_LETTERS && isalnum((unsigned char)text.at[i - 1]); i--)
        len++;
    for (size_t i = to; i < text.len && len < TOKEN_MIN_LETTERS && isalnum((unsigned char)text.at[i]); i++)
        len++;
    return len >= TOKEN_MIN_LETTERS;
}

/* "%20" of a URL or a form: the digits behind it begin anew. */
static bool is_escape(struct text text, size_t at)
{
    return at + 2 < text.len && text.at[at] == '%' && isxdigit((unsigned char)text.at[at + 1]) &&
           isxdigit((unsigned char)text.at[at + 2]);
}

static void search_run(struct search *search, struct text text, size_t from, size_t to)
{
    struct text run = text_span(text.at + from, to - from);
    if (run.len < CODE_MIN_DIGITS || in_figure(text, from, to) || in_token(text, from, to))
        return;
    const struct text *code =
        bsearch(&run, search->codes, search->count, sizeof *search->codes, compare_codes);
    if (code != NULL)
        search->found = *code;
}

static void search_text(struct search *search, struct text text)
{
    for (size_t at = 0; search->found.at == NULL && at < text.len;) {
        size_t from = at;
        while (at < text.len && is_digit(text.at[at]))
            at++;
        if (at > from)
            search_run(search, text, from, at);
        else
            at += is_escape(text, at) ? 3 : 1;
    }
}

/* Texts and whole numbers inside a JSON value, names too. */
static void search_json(struct search *search, json_t *value)
{
    if (json_is_string(value))
        search_text(search, text_span(json_string_value(value), json_string_length(value)));
    if (json_is_integer(value)) {
        struct text_buf digits;
        text_buf_init(&digits, 32);
        text_put_int(&digits, json_integer_value(value));
        search_text(search, text_buf_view(&digits));
        text_buf_release(&digits);
    }
    const char *name;
    json_t *item;
    json_object_foreach(value, name, item)
    {
        search_text(search, text_of(name));
        search_json(search, item);
    }
    for (size_t i = 0; i < json_array_size(value); i++)
        search_json(search, json_array_get(value, i));
}

/* Where the backend could let a code slip, by kind of line. */
static const struct {
    enum history_kind kind;
    const char *key;
    const char *words;
} places[] = {
    {HISTORY_ANSWER, "body", "an answer's body"},  {HISTORY_ANSWER, "headers", "an answer's headers"},
    {HISTORY_LOG, "text", "a log line"},           {HISTORY_CALL, "path", "a call's path"},
    {HISTORY_CALLBACK, "url", "a callback's URL"}, {HISTORY_CALLBACK, "answer", "the answer to a callback"},
};

static void judge_line(struct search *search, const struct history_line *line, struct finding *finding)
{
    if (line->kind == HISTORY_LOG && text_is(history_text(line, "process"), "twilio-sim"))
        return;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        json_t *value = json_object_get(line->fields, places[i].key);
        if (line->kind != places[i].kind || value == NULL)
            continue;
        finding_exercised(finding, 1);
        search->found = TEXT_NONE;
        search_json(search, value);
        if (search->found.at != NULL)
            finding_broken(finding, "code %.*s stands in %s: line %lld", TEXT_ARGS(search->found),
                           places[i].words, (long long)line->n);
    }
}

void judge_code_secrecy(const struct facts *facts, struct finding *finding)
{
    struct text *codes = mem_new_array(facts->message_count + 1, sizeof *codes);
    struct search search = {.codes = codes};
    for (size_t i = 0; i < facts->message_count; i++)
        if (facts->messages[i].code.len >= CODE_MIN_DIGITS)
            codes[search.count++] = facts->messages[i].code;
    qsort(codes, search.count, sizeof *codes, compare_codes);
    for (size_t i = 0; search.count > 0 && i < facts->line_count; i++)
        judge_line(&search, facts->lines[i], finding);
    mem_free(codes);
}
