/* test_support: the one place that includes cmocka (tests only). */
#ifndef TEST_SUPPORT_H
#define TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "text.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Compares a view with a C string and shows both when they differ. */
#define assert_text(view, expected)                                                                          \
    do {                                                                                                     \
        struct text view_ = (view);                                                                          \
        char *copy_ = text_copy(view_);                                                                      \
        if (strcmp(copy_, (expected)) != 0)                                                                  \
            fail_msg("expected \"%s\", got \"%s\"", (expected), copy_);                                      \
        free(copy_);                                                                                         \
    } while (0)

#include <stdlib.h>

#endif
