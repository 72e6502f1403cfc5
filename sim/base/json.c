/* JSON out by hand where speed counts, jansson elsewhere. */
#include "json.h"

#include <string.h>

#include "mem.h"
#include "utf8.h"

static void put_unit(struct text_buf *out, uint32_t unit)
{
    static const char hex[] = "0123456789abcdef";
    char escaped[6] = {'\\',          'u', hex[unit >> 12 & 15], hex[unit >> 8 & 15], hex[unit >> 4 & 15],
                       hex[unit & 15]};
    text_put(out, text_span(escaped, 6));
}

static void put_escaped(struct text_buf *out, uint32_t c)
{
    static const struct {
        char byte;
        char letter;
    } shorts[] = {{'"', '"'}, {'\\', '\\'}, {'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}, {'\b', 'b'}, {'\f', 'f'}};
    for (size_t i = 0; i < sizeof shorts / sizeof shorts[0]; i++) {
        if (c == (unsigned char)shorts[i].byte) {
            text_put_char(out, '\\');
            text_put_char(out, shorts[i].letter);
            return;
        }
    }
    if (c >= 0x10000) {
        put_unit(out, 0xD800 + ((c - 0x10000) >> 10));
        put_unit(out, 0xDC00 + ((c - 0x10000) & 0x3FF));
    } else {
        put_unit(out, c);
    }
}

/* How many bytes at the start need no escape. */
static size_t plain_run(struct text value)
{
    size_t i = 0;
    for (; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.at[i];
        if (byte < 0x20 || byte >= 0x7F || byte == '"' || byte == '\\')
            break;
    }
    return i;
}

void json_put_text(struct text_buf *out, struct text value)
{
    if (value.at == NULL) {
        text_put(out, TEXT("null"));
        return;
    }
    text_put_char(out, '"');
    while (value.len > 0) {
        size_t run = plain_run(value);
        text_put(out, text_first(value, run));
        value = text_from(value, run);
        if (value.len > 0)
            put_escaped(out, utf8_next(&value));
    }
    text_put_char(out, '"');
}

bool json_read(struct text document, const char *source, json_t **ret, struct fail *why)
{
    json_error_t error;
    json_t *value = json_loadb(document.at == NULL ? "" : document.at, document.len,
                               JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (value == NULL)
        return fail_at(why, source, error.line < 1 ? 1 : error.line, error.column < 1 ? 1 : error.column,
                       "%s", error.text);
    *ret = value;
    return true;
}

char *json_write(const json_t *value)
{
    return json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
}

struct text json_text(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value))
        return TEXT_NONE;
    return text_span(json_string_value(value), json_string_length(value));
}

json_t *json_of_text(struct text value)
{
    if (value.at == NULL)
        return json_null();
    json_t *string = json_stringn(value.at, value.len);
    if (string != NULL)
        return string;
    struct text_buf repaired;
    text_buf_init(&repaired, value.len * 3 + 1);
    while (value.len > 0)
        utf8_put(&repaired, utf8_next(&value));
    string = json_stringn(text_buf_z(&repaired), repaired.len);
    text_buf_release(&repaired);
    return string;
}

void json_set(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}
