/* UTF-8 by the table of the Unicode standard: no overlong forms, no surrogates, nothing above U+10FFFF. */
#include "utf8.h"

#include "fail.h"

static int tail_length(unsigned char lead)
{
    if (lead >= 0xC2 && lead <= 0xDF)
        return 1;
    if (lead >= 0xE0 && lead <= 0xEF)
        return 2;
    if (lead >= 0xF0 && lead <= 0xF4)
        return 3;
    return -1;
}

/* The character at the start and its length, or length 0 when it is broken. */
static uint32_t decode(struct text at, size_t *ret_len)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    unsigned char lead = (unsigned char)at.at[0];
    *ret_len = 0;
    if (lead < 0x80) {
        *ret_len = 1;
        return lead;
    }
    int tail = tail_length(lead);
    if (tail < 0 || at.len < (size_t)tail + 1)
        return UTF8_REPLACEMENT;
    uint32_t value = lead & (0x3Fu >> tail);
    for (int i = 1; i <= tail; i++) {
        unsigned char byte = (unsigned char)at.at[i];
        if ((byte & 0xC0) != 0x80)
            return UTF8_REPLACEMENT;
        value = value << 6 | (byte & 0x3Fu);
    }
    if (value < least[tail] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return UTF8_REPLACEMENT;
    *ret_len = (size_t)tail + 1;
    return value;
}

uint32_t utf8_next(struct text *rest)
{
    REQUIRE(rest->len > 0);
    size_t len;
    uint32_t character = decode(*rest, &len);
    *rest = text_from(*rest, len == 0 ? 1 : len);
    return character;
}

size_t utf8_count(struct text value)
{
    size_t count = 0;
    for (; value.len > 0; count++)
        utf8_next(&value);
    return count;
}

bool utf8_valid(struct text value)
{
    while (value.len > 0) {
        size_t len;
        decode(value, &len);
        if (len == 0)
            return false;
        value = text_from(value, len);
    }
    return true;
}

void utf8_put(struct text_buf *out, uint32_t c)
{
    if (c < 0x80) {
        text_put_char(out, (char)c);
    } else if (c < 0x800) {
        text_put_char(out, (char)(0xC0 | c >> 6));
        text_put_char(out, (char)(0x80 | (c & 0x3F)));
    } else if (c < 0x10000) {
        text_put_char(out, (char)(0xE0 | c >> 12));
        text_put_char(out, (char)(0x80 | (c >> 6 & 0x3F)));
        text_put_char(out, (char)(0x80 | (c & 0x3F)));
    } else {
        text_put_char(out, (char)(0xF0 | c >> 18));
        text_put_char(out, (char)(0x80 | (c >> 12 & 0x3F)));
        text_put_char(out, (char)(0x80 | (c >> 6 & 0x3F)));
        text_put_char(out, (char)(0x80 | (c & 0x3F)));
    }
}
