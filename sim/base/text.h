/* text: bytes with a length. `struct text` is a borrowed view; `struct text_buf` owns bytes and grows to a
 * maximum.
 *
 *     struct text_buf out;
 *     text_buf_init(&out, 4096);
 *     text_put_z(&out, "to=");
 *     text_put(&out, to);
 *     if (out.overflowed) ...            // the maximum was reached: what came after is not in it
 *     text_buf_release(&out);
 *
 * A view never has to end with NUL; `text_buf_z` gives a C string of a buffer. Nothing here locks. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdarg.h>
#include <string.h>

struct text {
    const char *at;
    size_t len;
};

#define TEXT(literal) ((struct text){("" literal ""), sizeof(literal) - 1})
#define TEXT_NONE     ((struct text){NULL, 0})
/* For printf("%.*s"). */
#define TEXT_ARGS(t) (int)(t).len, (t).at == NULL ? "" : (t).at

/* The smallest ones stand here, so that the length of a literal is known when the caller is compiled: a busy
 * simulator asks for it a hundred times a request. */

/* A view of a C string; NULL gives TEXT_NONE. */
static inline struct text text_of(const char *string)
{
    return string == NULL ? TEXT_NONE : (struct text){string, strlen(string)};
}

static inline struct text text_span(const char *at, size_t len)
{
    return (struct text){at, len};
}

static inline bool text_equal(struct text a, struct text b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline bool text_is(struct text a, const char *string)
{
    return text_equal(a, text_of(string));
}

/* ASCII letters count alike in both cases. */
bool text_is_nocase(struct text a, const char *string);
bool text_starts(struct text a, const char *prefix);
bool text_ends(struct text a, const char *suffix);
bool text_contains(struct text whole, struct text part);
/* Where `part` first stands in `whole`, borrowed from it; NULL when nowhere. */
const char *text_search(struct text whole, struct text part);
/* Where `byte` first stands, or a.len. */
size_t text_find(struct text a, char byte);
/* Without its first n bytes (all of them when n is larger). */
struct text text_from(struct text a, size_t n);
/* Its first n bytes. */
struct text text_first(struct text a, size_t n);
/* Without white space at both ends. */
struct text text_trim(struct text a);
/* Takes the part before `separator` off *rest; false when *rest is empty (at == NULL). The last part leaves
 * it so. */
bool text_split(struct text *rest, char separator, struct text *ret_part);
bool text_all_digits(struct text a);
/* A whole decimal number within [min, max]; a leading '-' is allowed. */
bool text_to_int(struct text a, int64_t min, int64_t max, int64_t *ret);
/* A decimal number such as 0.25. */
bool text_to_number(struct text a, double *ret);
/* Compares as memcmp does, a prefix first. */
int text_compare(struct text a, struct text b);
/* A new C string. */
char *text_copy(struct text a);

/* "300ms", "5s", "10m", "1h" (LANGUAGE's dur) to milliseconds; a bare number is refused. */
bool text_to_duration_ms(struct text a, int64_t *ret_ms);
/* What is understood is less than a hundred years: in microseconds it still fits into 64 bits. */
#define DURATION_MAX_MS   (INT64_C(36525) * 24 * 3600 * 1000)
#define DURATION_MAX_TEXT "876600h (100 years)"
/* A duration, but for its length. */
bool text_is_too_long_a_duration(struct text a);

struct text_buf {
    char *at;
    size_t len;
    size_t room;
    size_t max_bytes;
    bool overflowed;
};

void text_buf_init(struct text_buf *buf, size_t max_bytes);
void text_buf_release(struct text_buf *buf);
void text_buf_clear(struct text_buf *buf);
/* Borrowed until the next change. */
struct text text_buf_view(const struct text_buf *buf);
/* As a C string, borrowed until the next change. */
const char *text_buf_z(struct text_buf *buf);
/* The content as a new C string; the buffer is empty afterwards. */
char *text_buf_take(struct text_buf *buf);

/* Room for `len` more bytes at the end, which count as written: the caller fills all of them. NULL at the
 * maximum. */
char *text_buf_extend(struct text_buf *buf, size_t len);
/* Makes room ahead, so that growing to `bytes` costs one allocation. */
void text_buf_reserve(struct text_buf *buf, size_t bytes);

void text_put(struct text_buf *buf, struct text piece);
void text_put_z(struct text_buf *buf, const char *string);
void text_put_char(struct text_buf *buf, char byte);
void text_put_int(struct text_buf *buf, int64_t number);
void text_putf(struct text_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_putv(struct text_buf *buf, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

#endif
