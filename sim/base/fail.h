/* fail: what went wrong, where, in words; and REQUIRE for our own mistakes.
 *
 *     struct fail why = {0};
 *     if (!setup_read(path, &setup, &why))
 *         fprintf(stderr, "%s\n", fail_line(&why, line, sizeof line));
 *
 * A reader of input takes a `struct fail *`; the first fault it reports wins, later ones are ignored. All
 * memory is inside the struct; nothing is to be released. */
#ifndef FAIL_H
#define FAIL_H

#include <stdbool.h>
#include <stddef.h>

struct fail {
    bool set;
    char source[256]; /* file or option, "" when there is none */
    int line;         /* from 1; 0 = not known */
    int col;          /* from 1; 0 = not known */
    char text[768];
};

/* Records the fault unless one is recorded already. Always returns false, so that `return fail_set(...)`
 * reads well. */
bool fail_set(struct fail *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same with a place. */
bool fail_at(struct fail *why, const char *source, int line, int col, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* "source:line:col: text", written to `out`, which is returned. */
const char *fail_line(const struct fail *why, char *out, size_t size_bytes);

/* States what must hold; a false one is our bug: says where and aborts. Always on. */
#define REQUIRE(condition)                                                                                   \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            fail_require(__FILE__, __LINE__, #condition);                                                    \
    } while (0)

_Noreturn void fail_require(const char *file, int line, const char *condition);

#endif
