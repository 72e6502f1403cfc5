/* The shapes of words that differ from run to run. What is done with such a word is normal_text.c's work. */
#include "normal_shapes.h"

#include <ctype.h>

enum { HEX_MIN_BYTES = 32, SID_BYTES = 34, TOKEN_MIN_BYTES = 40 };

static bool is_hex(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
}

static size_t run_of_hex(struct text text)
{
    size_t len = 0;
    while (len < text.len && is_hex(text.at[len]))
        len++;
    return len;
}

static bool word_ends(struct text text, size_t at)
{
    return at >= text.len || !isalnum((unsigned char)text.at[at]);
}

size_t normal_shape_sid(struct text text)
{
    bool letters =
        text.len >= SID_BYTES && isupper((unsigned char)text.at[0]) && isupper((unsigned char)text.at[1]);
    bool fits = letters && run_of_hex(text_from(text, 2)) == HEX_MIN_BYTES && word_ends(text, SID_BYTES);
    return fits ? SID_BYTES : 0;
}

size_t normal_shape_uuid(struct text text)
{
    static const size_t parts[] = {8, 4, 4, 4, 12};
    size_t at = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (i > 0 && (at >= text.len || text.at[at++] != '-'))
            return 0;
        if (run_of_hex(text_from(text, at)) != parts[i])
            return 0;
        at += parts[i];
    }
    return word_ends(text, at) ? at : 0;
}

size_t normal_shape_hex(struct text text)
{
    size_t len = run_of_hex(text);
    return len >= HEX_MIN_BYTES && word_ends(text, len) ? len : 0;
}

static bool is_token_byte(char byte)
{
    return isalnum((unsigned char)byte) || byte == '-' || byte == '_';
}

/* Long names have few capitals, made-up words as many as small letters; those seldom have no digit at all. */
static bool is_mixed(size_t len, size_t lower, size_t upper, size_t digits)
{
    return digits > 0 ? lower > 0 && upper > 0 : lower >= len / 4 && upper >= len / 4;
}

size_t normal_shape_token(struct text text)
{
    size_t len = 0, lower = 0, upper = 0, digits = 0;
    for (; len < text.len && is_token_byte(text.at[len]); len++) {
        lower += islower((unsigned char)text.at[len]) != 0;
        upper += isupper((unsigned char)text.at[len]) != 0;
        digits += isdigit((unsigned char)text.at[len]) != 0;
    }
    return len >= TOKEN_MIN_BYTES && is_mixed(len, lower, upper, digits) ? len : 0;
}

/* `pattern` with 9 for a digit and a for a letter. */
static size_t shape_of(struct text text, const char *pattern)
{
    size_t len = strlen(pattern);
    for (size_t i = 0; i < len; i++) {
        if (i >= text.len)
            return 0;
        char byte = text.at[i];
        bool fits = pattern[i] == '9'   ? isdigit((unsigned char)byte) != 0
                    : pattern[i] == 'a' ? isalpha((unsigned char)byte) != 0
                                        : byte == pattern[i];
        if (!fits)
            return 0;
    }
    return len;
}

static size_t run_of_number(struct text text, size_t from)
{
    size_t len = from;
    while (len < text.len && (isdigit((unsigned char)text.at[len]) || text.at[len] == '.'))
        len++;
    return len;
}

size_t normal_shape_date(struct text text)
{
    static const char *const with_fraction[] = {"9999-99-99T99:99:99", "9999-99-99 99:99:99",
                                                "99 aaa 9999 99:99:99"};
    static const char *const whole[] = {"aaa, 99 aaa 9999 99:99:99 +9999", "aaa, 99 aaa 9999 99:99:99 aaa",
                                        "99/aaa/9999:99:99:99 +9999"};
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
        if (shape_of(text, whole[i]) > 0)
            return shape_of(text, whole[i]);
    for (size_t i = 0; i < sizeof with_fraction / sizeof with_fraction[0]; i++) {
        size_t len = shape_of(text, with_fraction[i]);
        if (len == 0)
            continue;
        if (len + 1 < text.len && (text.at[len] == '.' || text.at[len] == ',') &&
            isdigit((unsigned char)text.at[len + 1]))
            len = run_of_number(text, len + 1);
        return len < text.len && text.at[len] == 'Z' ? len + 1 : len;
    }
    return 0;
}

size_t normal_shape_duration(struct text text)
{
    static const char *const units[] = {"ms", "s", "m", "h"};
    size_t len = run_of_number(text, 0);
    for (size_t i = 0; len > 0 && i < sizeof units / sizeof units[0]; i++)
        if (text_starts(text_from(text, len), units[i]) && word_ends(text, len + strlen(units[i])))
            return len + strlen(units[i]);
    return 0;
}
