/* Views and growing buffers. Encodings (JSON, forms, GSM-7) stand in files of their own. */
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ctype.h>

#include "mem.h"

bool text_is_nocase(struct text a, const char *string)
{
    size_t len = strlen(string);
    if (a.len != len)
        return false;
    for (size_t i = 0; i < len; i++)
        if (tolower((unsigned char)a.at[i]) != tolower((unsigned char)string[i]))
            return false;
    return true;
}

bool text_starts(struct text a, const char *prefix)
{
    size_t len = strlen(prefix);
    return a.len >= len && (len == 0 || memcmp(a.at, prefix, len) == 0);
}

bool text_ends(struct text a, const char *suffix)
{
    size_t len = strlen(suffix);
    return a.len >= len && (len == 0 || memcmp(a.at + a.len - len, suffix, len) == 0);
}

bool text_contains(struct text whole, struct text part)
{
    return part.len == 0 || text_search(whole, part) != NULL;
}

const char *text_search(struct text whole, struct text part)
{
    return whole.len < part.len || whole.len == 0 ? NULL : memmem(whole.at, whole.len, part.at, part.len);
}

size_t text_find(struct text a, char byte)
{
    const char *found = a.len == 0 ? NULL : memchr(a.at, byte, a.len);
    return found == NULL ? a.len : (size_t)(found - a.at);
}

struct text text_from(struct text a, size_t n)
{
    if (n >= a.len)
        return (struct text){a.at == NULL ? NULL : a.at + a.len, 0};
    return (struct text){a.at + n, a.len - n};
}

struct text text_first(struct text a, size_t n)
{
    return (struct text){a.at, n < a.len ? n : a.len};
}

struct text text_trim(struct text a)
{
    while (a.len > 0 && isspace((unsigned char)a.at[0])) {
        a.at++;
        a.len--;
    }
    while (a.len > 0 && isspace((unsigned char)a.at[a.len - 1]))
        a.len--;
    return a;
}

bool text_split(struct text *rest, char separator, struct text *ret_part)
{
    if (rest->at == NULL)
        return false;
    size_t end = text_find(*rest, separator);
    *ret_part = text_first(*rest, end);
    *rest = end == rest->len ? TEXT_NONE : (struct text){rest->at + end + 1, rest->len - end - 1};
    return true;
}

bool text_all_digits(struct text a)
{
    for (size_t i = 0; i < a.len; i++)
        if (a.at[i] < '0' || a.at[i] > '9')
            return false;
    return a.len > 0;
}

bool text_to_int(struct text a, int64_t min, int64_t max, int64_t *ret)
{
    bool negative = a.len > 0 && a.at[0] == '-';
    struct text digits = negative ? text_from(a, 1) : a;
    if (!text_all_digits(digits))
        return false;
    int64_t value = 0;
    for (size_t i = 0; i < digits.len; i++) {
        int digit = negative ? -(digits.at[i] - '0') : digits.at[i] - '0';
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, digit, &value))
            return false;
    }
    if (value < min || value > max)
        return false;
    *ret = value;
    return true;
}

bool text_to_number(struct text a, double *ret)
{
    char copy[64];
    if (a.len == 0 || a.len >= sizeof copy)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (strchr("0123456789.-+eE", a.at[i]) == NULL || a.at[i] == '\0')
            return false;
    memcpy(copy, a.at, a.len);
    copy[a.len] = '\0';
    char *end = NULL;
    double value = strtod(copy, &end);
    if (end != copy + a.len)
        return false;
    *ret = value;
    return true;
}

int text_compare(struct text a, struct text b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared == 0 ? 0 : memcmp(a.at, b.at, shared);
    if (order != 0)
        return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

char *text_copy(struct text a)
{
    return mem_copy(a.at, a.len);
}

static bool duration_read_ms(struct text a, double *ret_ms)
{
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};
    size_t digits = 0;
    while (digits < a.len && ((a.at[digits] >= '0' && a.at[digits] <= '9') || a.at[digits] == '.'))
        digits++;
    double number;
    if (digits == 0 || !text_to_number(text_first(a, digits), &number))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (text_is(text_from(a, digits), units[i].unit)) {
            *ret_ms = number * (double)units[i].ms + 0.5;
            return true;
        }
    }
    return false;
}

bool text_to_duration_ms(struct text a, int64_t *ret_ms)
{
    double ms;
    if (!duration_read_ms(a, &ms) || ms >= (double)DURATION_MAX_MS)
        return false;
    *ret_ms = (int64_t)ms;
    return true;
}

bool text_is_too_long_a_duration(struct text a)
{
    double ms;
    return duration_read_ms(a, &ms) && ms >= (double)DURATION_MAX_MS;
}

void text_buf_init(struct text_buf *buf, size_t max_bytes)
{
    *buf = (struct text_buf){.max_bytes = max_bytes};
}

void text_buf_release(struct text_buf *buf)
{
    mem_free(buf->at);
    *buf = (struct text_buf){.max_bytes = buf->max_bytes};
}

void text_buf_clear(struct text_buf *buf)
{
    buf->len = 0;
    buf->overflowed = false;
}

struct text text_buf_view(const struct text_buf *buf)
{
    return (struct text){buf->at == NULL ? "" : buf->at, buf->len};
}

const char *text_buf_z(struct text_buf *buf)
{
    if (buf->at == NULL)
        return "";
    buf->at[buf->len] = '\0';
    return buf->at;
}

char *text_buf_take(struct text_buf *buf)
{
    char *taken = buf->at == NULL ? mem_copy("", 0) : buf->at;
    taken[buf->len] = '\0';
    *buf = (struct text_buf){.max_bytes = buf->max_bytes};
    return taken;
}

/* Makes room for `more` bytes and a NUL; false at the maximum. */
static bool reserve(struct text_buf *buf, size_t more)
{
    if (buf->overflowed || more > buf->max_bytes - buf->len) {
        buf->overflowed = true;
        return false;
    }
    if (buf->len + more + 1 <= buf->room)
        return true;
    size_t room = buf->room < 64 ? 64 : buf->room;
    while (room < buf->len + more + 1)
        room *= 2;
    buf->at = mem_resize(buf->at, room);
    buf->room = room;
    return true;
}

char *text_buf_extend(struct text_buf *buf, size_t len)
{
    if (!reserve(buf, len))
        return NULL;
    char *at = buf->at + buf->len;
    buf->len += len;
    return at;
}

void text_buf_reserve(struct text_buf *buf, size_t bytes)
{
    if (bytes > buf->max_bytes || bytes + 1 <= buf->room)
        return;
    buf->at = mem_resize(buf->at, bytes + 1);
    buf->room = bytes + 1;
}

void text_put(struct text_buf *buf, struct text piece)
{
    if (piece.len == 0 || !reserve(buf, piece.len))
        return;
    memcpy(buf->at + buf->len, piece.at, piece.len);
    buf->len += piece.len;
}

void text_put_z(struct text_buf *buf, const char *string)
{
    text_put(buf, text_of(string));
}

void text_put_char(struct text_buf *buf, char byte)
{
    if (!reserve(buf, 1))
        return;
    buf->at[buf->len++] = byte;
}

void text_put_int(struct text_buf *buf, int64_t number)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? (uint64_t)0 - (uint64_t)number : (uint64_t)number;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0)
        digits[--at] = '-';
    text_put(buf, (struct text){digits + at, sizeof digits - at});
}

void text_putf(struct text_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    text_putv(buf, format, args);
    va_end(args);
}

void text_putv(struct text_buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    if (len > 0 && reserve(buf, (size_t)len)) {
        vsnprintf(buf->at + buf->len, (size_t)len + 1, format, again);
        buf->len += (size_t)len;
    }
    va_end(again);
}
