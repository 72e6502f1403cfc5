/* drive_events: what the world tells its user while it runs: a line of output, a process that ended, a
 * connection that the sandbox refused.
 *
 *     struct drive_events events = {.context = history, .line = write_line, .exited = write_exit,
 *                                   .refused = write_refusal};
 *
 * Calls come from drive's own threads, one at a time from each process and each watcher but at the same
 * time from different ones: the receiver locks. Everything passed is borrowed for the call. A receiver
 * must not call back into drive. Calls that are NULL are left out. The struct and its context outlive what
 * was started with it. */
#ifndef DRIVE_EVENTS_H
#define DRIVE_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

/* The three clocks of sim/base/clock at one moment. */
struct drive_time {
    int64_t wall_ms;
    int64_t mono_ms;
    int64_t real_us; /* clock_real_mono_us() */
};

struct drive_time drive_time_now(void);

enum drive_stream { DRIVE_STDOUT, DRIVE_STDERR, DRIVE_FILE };

/* "stdout", "stderr", "file" */
const char *drive_stream_name(enum drive_stream stream);

struct drive_line {
    struct drive_time at;
    const char *process; /* the name it was started under */
    enum drive_stream stream;
    struct text text; /* without its line end */
    bool continued;   /* the line was longer than PROCESS_LINE_MAX_BYTES: this is not its end */
};

struct drive_exit {
    struct drive_time at;
    const char *process;
    int pid;
    int status;     /* exit status, or -1 when a signal ended it */
    int signal;     /* that signal, or 0 */
    bool requested; /* we stopped or killed it */
};

enum drive_refusal_kind { DRIVE_REFUSED_NAME, DRIVE_REFUSED_ADDRESS };

struct drive_refusal {
    struct drive_time at;
    enum drive_refusal_kind kind;
    const char *target;   /* a host name, or a numeric address */
    int port;             /* 0 for a name, and for what has no port */
    const char *protocol; /* "dns", "tcp", "udp", or "ip" for everything else */
};

struct drive_events {
    void *context;
    void (*line)(void *context, const struct drive_line *line);
    void (*exited)(void *context, const struct drive_exit *end);
    void (*refused)(void *context, const struct drive_refusal *refusal);
};

/* Calls events->refused with the present time; events, and the call, may be NULL. */
void drive_events_refused(const struct drive_events *events, enum drive_refusal_kind kind, const char *target,
                          int port, const char *protocol);

#endif
