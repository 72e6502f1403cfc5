/* Makes texts fit to be shown. What is shown where is for others. */
#include "plain.h"

#include "utf8.h"

enum { SHOWN_BYTES = 8 };

static bool turns_direction(uint32_t c)
{
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F;
}

/* One character as it is shown; returns its width. */
static size_t put_one(struct text_buf *out, uint32_t c)
{
    size_t before = out->len;
    if (c == '\t')
        text_put_char(out, ' ');
    else if (c < 0x20 || (c >= 0x7F && c < 0xA0))
        text_putf(out, "\\x%02X", (unsigned)c);
    else if (turns_direction(c) || c == 0xFFFE || c == 0xFFFF)
        text_putf(out, "\\u%04X", (unsigned)c);
    else {
        utf8_put(out, c);
        return 1;
    }
    return out->len - before;
}

void plain_put(struct text_buf *out, struct text value)
{
    while (value.len > 0)
        put_one(out, utf8_next(&value));
}

size_t plain_width(struct text value)
{
    struct text_buf shown;
    size_t width = 0;
    text_buf_init(&shown, 2 * SHOWN_BYTES);
    while (value.len > 0) {
        text_buf_clear(&shown);
        width += put_one(&shown, utf8_next(&value));
    }
    text_buf_release(&shown);
    return width;
}

void plain_put_cut(struct text_buf *out, struct text value, size_t columns)
{
    struct text_buf shown;
    text_buf_init(&shown, 2 * SHOWN_BYTES);
    size_t width = 0, room_for_mark = out->len;
    while (value.len > 0) {
        text_buf_clear(&shown);
        width += put_one(&shown, utf8_next(&value));
        if (width > columns) {
            out->len = room_for_mark;
            text_put_z(out, columns > 0 ? "…" : "");
            break;
        }
        text_put(out, text_buf_view(&shown));
        if (width < columns)
            room_for_mark = out->len;
    }
    text_buf_release(&shown);
}

/* As many characters as fit into a row, up to the last space if there is one. Never nothing. */
static struct text row_take(struct text *rest, size_t columns)
{
    struct text_buf shown;
    struct text from = *rest, at = *rest;
    size_t width = 0, taken = 0, to_space = 0;
    text_buf_init(&shown, 2 * SHOWN_BYTES);
    while (at.len > 0) {
        if (at.at[0] == ' ')
            to_space = (size_t)(at.at - from.at);
        text_buf_clear(&shown);
        width += put_one(&shown, utf8_next(&at));
        if (width > columns && taken > 0)
            break;
        taken = (size_t)(at.at - from.at);
    }
    text_buf_release(&shown);
    bool whole = taken == from.len;
    size_t end = whole || to_space == 0 ? taken : to_space;
    *rest = text_from(from, whole || to_space == 0 ? end : end + 1);
    return text_first(from, end);
}

static void line_wrap(struct text_buf *out, struct text line, const char *indent, size_t columns, size_t rows)
{
    for (size_t row = 1; row < rows && plain_width(line) > columns; row++) {
        plain_put(out, row_take(&line, columns));
        text_put_char(out, '\n');
        text_put_z(out, indent);
    }
    plain_put_cut(out, line, columns);
}

void plain_put_wrapped(struct text_buf *out, struct text value, const char *indent, size_t columns,
                       size_t rows)
{
    struct text line;
    for (bool first = true; text_split(&value, '\n', &line); first = false) {
        if (!first) {
            text_put_char(out, '\n');
            text_put_z(out, indent);
        }
        line_wrap(out, line, indent, columns, rows);
    }
}

void plain_pad(struct text_buf *out, size_t from, size_t columns)
{
    size_t width = utf8_count(text_span(out->at + from, out->len - from));
    for (; width < columns; width++)
        text_put_char(out, ' ');
}
