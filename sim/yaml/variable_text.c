/* How a text uses variables: cuts it into pieces (plain, $$, ${x}, $x alone) and puts the values in. The one
 * scanner serves both the resolving and the checks beforehand. */
#include "variables.h"

#include <string.h>

#include "mem.h"

enum { RESOLVED_MAX_BYTES = 1024 * 1024 };

enum piece_kind { PIECE_PLAIN, PIECE_VARIABLE, PIECE_BROKEN };

struct piece {
    enum piece_kind kind;
    struct text text; /* plain bytes, or the path */
    bool alone;       /* `$x` and nothing else */
};

static bool starts_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool in_name(char c)
{
    return starts_name(c) || (c >= '0' && c <= '9') || c == '-';
}

/* How long the path at the start is: a name and members, 0 when there is none. */
static size_t path_length(struct text at)
{
    if (at.len == 0 || !starts_name(at.at[0]))
        return 0;
    size_t len = 1;
    while (len < at.len) {
        bool member = at.at[len] == '.' && len + 1 < at.len && in_name(at.at[len + 1]);
        if (!member && !in_name(at.at[len]))
            break;
        len++;
    }
    return len;
}

/* The piece at a '$'. */
static struct piece dollar_piece(struct text rest, enum variables_style style, size_t *ret_len,
                                 struct fail *why)
{
    struct text behind = text_from(rest, 1);
    if (text_starts(behind, "$")) {
        *ret_len = 2;
        return (struct piece){PIECE_PLAIN, TEXT("$"), false};
    }
    if (text_starts(behind, "{")) {
        struct text inside = text_from(behind, 1);
        size_t len = path_length(inside);
        *ret_len = len + 3;
        if (len > 0 && len < inside.len && inside.at[len] == '}')
            return (struct piece){PIECE_VARIABLE, text_first(inside, len), false};
        fail_set(why, "'${' begins a name that does not end; write ${name}, or $${ for a dollar and a brace");
        return (struct piece){PIECE_BROKEN, TEXT_NONE, false};
    }
    *ret_len = 1;
    if (style != VARIABLES_TEXT)
        return (struct piece){PIECE_PLAIN, TEXT("$"), false};
    size_t len = path_length(behind);
    if (len > 0)
        fail_set(why, "inside a text write ${%.*s}, or $$ for a dollar",
                 TEXT_ARGS(text_first(behind, len > 60 ? 60 : len)));
    else
        fail_set(why, "'$' begins a variable; write $$ for a dollar");
    return (struct piece){PIECE_BROKEN, TEXT_NONE, false};
}

/* Takes the next piece off *rest, which must not be empty. */
static struct piece next_piece(struct text *rest, bool first, enum variables_style style, struct fail *why)
{
    size_t len = text_find(*rest, '$');
    struct piece piece = {PIECE_PLAIN, text_first(*rest, len), false};
    if (len == 0) {
        struct text behind = text_from(*rest, 1);
        size_t path = path_length(behind);
        if (first && path > 0 && path == behind.len) {
            len = rest->len;
            piece = (struct piece){PIECE_VARIABLE, behind, true};
        } else {
            piece = dollar_piece(*rest, style, &len, why);
        }
    }
    *rest = text_from(*rest, len);
    return piece;
}

bool variables_wanted(struct text written, enum variables_style style)
{
    if (text_find(written, '$') == written.len)
        return false;
    if (style == VARIABLES_TEXT || text_contains(written, TEXT("${")) || text_contains(written, TEXT("$$")))
        return true;
    return written.at[0] == '$' && path_length(text_from(written, 1)) == written.len - 1;
}

bool variables_scan(struct text written, enum variables_style style,
                    void (*visit)(void *context, struct text path), void *context, struct fail *why)
{
    struct text rest = written;
    for (bool first = true; rest.len > 0; first = false) {
        struct piece piece = next_piece(&rest, first, style, why);
        if (piece.kind == PIECE_BROKEN)
            return false;
        if (piece.kind == PIECE_VARIABLE)
            visit(context, piece.text);
    }
    return true;
}

/* A value as text: a text as it is, everything else as JSON shows it. */
static char *plain_text(const json_t *value)
{
    if (json_is_string(value))
        return mem_copy(json_string_value(value), json_string_length(value));
    return json_write(value);
}

/* \Q…\E; an \E inside is written between two quoted halves. */
static void put_quoted(struct text_buf *out, struct text value)
{
    text_put_z(out, "\\Q");
    while (value.len > 0) {
        const char *end = text_search(value, TEXT("\\E"));
        size_t len = end == NULL ? value.len : (size_t)(end - value.at);
        text_put(out, text_first(value, len));
        if (end != NULL)
            text_put_z(out, "\\E\\\\E\\Q");
        value = text_from(value, end == NULL ? len : len + 2);
    }
    text_put_z(out, "\\E");
}

/* As the inside of a JSON string. */
static void put_escaped(struct text_buf *out, struct text value)
{
    struct text_buf quoted;
    text_buf_init(&quoted, RESOLVED_MAX_BYTES);
    json_put_text(&quoted, value);
    if (quoted.len >= 2)
        text_put(out, text_span(quoted.at + 1, quoted.len - 2));
    out->overflowed = out->overflowed || quoted.overflowed;
    text_buf_release(&quoted);
}

static void put_value(struct text_buf *out, const json_t *value, enum variables_style style)
{
    char *text = plain_text(value);
    if (style == VARIABLES_PATTERN)
        put_quoted(out, text_of(text));
    else if (style == VARIABLES_FILTER)
        put_escaped(out, text_of(text));
    else
        text_put_z(out, text);
    mem_free(text);
}

static bool resolve_pieces(struct variables *variables, struct text written, enum variables_style style,
                           struct text_buf *out, json_t **ret_alone, struct fail *why)
{
    struct text rest = written;
    for (bool first = true; rest.len > 0; first = false) {
        struct piece piece = next_piece(&rest, first, style, why);
        json_t *value = NULL;
        if (piece.kind == PIECE_BROKEN)
            return false;
        if (piece.kind == PIECE_VARIABLE && !variables_get(variables, piece.text, &value, why))
            return false;
        if (piece.alone) {
            *ret_alone = value;
            return true;
        }
        if (value == NULL)
            text_put(out, piece.text);
        else
            put_value(out, value, style);
        json_decref(value);
    }
    if (out->overflowed)
        return fail_set(why, "the text becomes longer than %d KiB", RESOLVED_MAX_BYTES / 1024);
    return true;
}

bool variables_resolve(struct variables *variables, struct place at, struct text written,
                       enum variables_style style, json_t **ret, struct fail *why)
{
    struct fail found = {0};
    struct text_buf out;
    json_t *alone = NULL;
    text_buf_init(&out, RESOLVED_MAX_BYTES);
    bool fine = resolve_pieces(variables, written, style, &out, &alone, &found);
    if (!fine)
        fail_at(why, at.file, at.line, at.col, "%s", found.text);
    else
        *ret = alone != NULL ? alone : json_of_text(text_span(out.len == 0 ? "" : out.at, out.len));
    text_buf_release(&out);
    return fine;
}
