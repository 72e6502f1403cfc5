/* Faults as data. Whoever called prints them; nothing is logged here. */
#include "fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((format(printf, 2, 0))) static bool record(struct fail *why, const char *format, va_list args)
{
    if (why == NULL || why->set)
        return false;
    why->set = true;
    vsnprintf(why->text, sizeof why->text, format, args);
    return false;
}

bool fail_set(struct fail *why, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    record(why, format, args);
    va_end(args);
    return false;
}

bool fail_at(struct fail *why, const char *source, int line, int col, const char *format, ...)
{
    if (why == NULL || why->set)
        return false;
    snprintf(why->source, sizeof why->source, "%s", source);
    why->line = line;
    why->col = col;
    va_list args;
    va_start(args, format);
    record(why, format, args);
    va_end(args);
    return false;
}

const char *fail_line(const struct fail *why, char *out, size_t size_bytes)
{
    if (why->source[0] == '\0')
        snprintf(out, size_bytes, "%s", why->text);
    else if (why->line == 0)
        snprintf(out, size_bytes, "%s: %s", why->source, why->text);
    else
        snprintf(out, size_bytes, "%s:%d:%d: %s", why->source, why->line, why->col, why->text);
    return out;
}

_Noreturn void fail_require(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: required: %s\n", file, line, condition);
    abort();
}
