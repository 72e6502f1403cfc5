/* Form bodies and query strings. What parameters mean stands in contract/. */
#include "form.h"

#include <string.h>

#include "bounds.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Decodes into the arena; a piece without '+' and '%' is borrowed from the input as it is. */
static enum form_result decode(struct arena *arena, struct text in, struct text *ret)
{
    *ret = in;
    if (memchr(in.at, '\0', in.len) != NULL)
        return FORM_NUL_BYTE;
    if (memchr(in.at, '%', in.len) == NULL && memchr(in.at, '+', in.len) == NULL)
        return FORM_OK;
    char *out = arena_alloc(arena, in.len + 1);
    if (out == NULL)
        return FORM_TOO_MANY;
    size_t len = 0;
    for (size_t i = 0; i < in.len; i++) {
        char byte = in.at[i] == '+' ? ' ' : in.at[i];
        if (byte == '%') {
            bool complete = i + 2 < in.len;
            int high = complete ? hex_digit(in.at[i + 1]) : -1;
            int low = complete ? hex_digit(in.at[i + 2]) : -1;
            if (high < 0 || low < 0)
                return FORM_BROKEN_PERCENT;
            byte = (char)(high * 16 + low);
            if (byte == '\0')
                return FORM_NUL_BYTE;
            i += 2;
        }
        out[len++] = byte;
    }
    *ret = text_span(out, len);
    return FORM_OK;
}

enum form_result form_parse(struct arena *arena, struct text encoded, struct form *ret_form)
{
    size_t room = 1;
    for (size_t i = 0; i < encoded.len; i++)
        room += encoded.at[i] == '&';
    *ret_form = (struct form){0};
    if (room > FORM_PAIRS_MAX)
        return FORM_TOO_MANY;
    ret_form->pairs = arena_alloc(arena, room * sizeof *ret_form->pairs);
    if (ret_form->pairs == NULL)
        return FORM_TOO_MANY;
    struct text rest = encoded, part;
    while (encoded.len > 0 && text_split(&rest, '&', &part)) {
        if (part.len == 0)
            continue;
        struct form_pair *pair = &ret_form->pairs[ret_form->count];
        size_t equals = text_find(part, '=');
        enum form_result result = decode(arena, text_first(part, equals), &pair->name);
        if (result == FORM_OK)
            result = decode(arena, text_from(part, equals + 1), &pair->value);
        if (result != FORM_OK)
            return result;
        ret_form->count++;
    }
    return FORM_OK;
}

const char *form_result_text(enum form_result result)
{
    static const char *const texts[] = {
        [FORM_OK] = "fine",
        [FORM_BROKEN_PERCENT] = "a % is not followed by two hex digits",
        [FORM_NUL_BYTE] = "a NUL byte",
        [FORM_TOO_MANY] = "too many parameters",
    };
    return texts[result];
}

struct text form_get(const struct form *form, const char *name)
{
    struct text wanted = text_of(name);
    for (size_t i = 0; i < form->count; i++)
        if (text_equal(form->pairs[i].name, wanted))
            return form->pairs[i].value;
    return TEXT_NONE;
}

bool form_has(const struct form *form, const char *name)
{
    return form_get(form, name).at != NULL;
}

void form_put_encoded(struct text_buf *out, struct text value, bool space_as_plus)
{
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.at[i];
        bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                     (byte >= 'a' && byte <= 'z') || (byte != '\0' && strchr("-._~", byte) != NULL);
        if (plain) {
            text_put_char(out, (char)byte);
        } else if (byte == ' ' && space_as_plus) {
            text_put_char(out, '+');
        } else {
            char escaped[3] = {'%', hex[byte >> 4], hex[byte & 15]};
            text_put(out, text_span(escaped, 3));
        }
    }
}

void form_put(struct text_buf *out, struct text name, struct text value)
{
    if (out->len > 0)
        text_put_char(out, '&');
    form_put_encoded(out, name, true);
    text_put_char(out, '=');
    form_put_encoded(out, value, true);
}
