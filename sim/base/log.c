/* Log lines for people, on stderr. */
#include "log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

#include "bounds.h"
#include "clock.h"

static _Atomic int lowest = LOG_INFO;
static _Atomic int64_t started_us;

void log_set_level(enum log_level level)
{
    lowest = (int)level;
}

void log_line(enum log_level level, const char *actor, const char *format, ...)
{
    static const char *const names[] = {"debug", "info ", "warn ", "error"};
    if ((int)level < lowest)
        return;
    int64_t now = clock_real_mono_us(), none = 0;
    atomic_compare_exchange_strong(&started_us, &none, now);
    char line[LINE_MAX_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    int64_t since = now - started_us;
    fprintf(stderr, "+%d.%03d %s %s: %s\n", (int)(since / 1000000), (int)(since / 1000 % 1000), names[level],
            actor, line);
}
