/* process: a program that we start, listen to, and end.
 *
 *     struct process_options options = {.name = "backend", .shell = "node server.js", .cwd = folder,
 *                                       .environment = environment_list(environment), .events = &events};
 *     struct process *backend = process_start(&options, &why);
 *     struct process_ready ready = {.http_port = 3000, .http_path = "/health", .within_ms = 10000};
 *     if (backend == NULL || !process_wait_ready(backend, &ready, &why)) ...     // why holds its last lines
 *     process_stop(backend, 5000);
 *     process_free(backend);
 *
 * The environment is exactly the one given. The process leads a group of its own; stop begins with the group,
 * kill, pause and resume reach its descendants too (Postgres' children leave the group). stdin is /dev/null.
 * A thread of the process's own reads stdout and stderr line by line and reports each line and the end
 * through `events`; the end is reported after the last line. A daemon whose parents are gone is ended by the
 * sandbox's guardian, not here. The last PROCESS_LAST_LINES lines are kept for messages. Bounds: a line
 * longer than PROCESS_LINE_MAX_BYTES is handed on in pieces, all but the last marked `continued`. After the
 * process has ended its output is read for PROCESS_DRAIN_MS more at most (a grandchild may hold the pipe).
 * Functions may be called from any thread, except process_free(), which is the last call. */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "drive_events.h"
#include "fail.h"

enum {
    PROCESS_LINE_MAX_BYTES = 64 * 1024,
    PROCESS_LAST_LINES = 40,
    PROCESS_DRAIN_MS = 250,
};

struct process;

struct process_options {
    const char *name;
    const char *const *argv;        /* ends with NULL; argv[0] is looked up in the given environment's PATH */
    const char *shell;              /* or a text for sh -c; exactly one of the two */
    const char *cwd;                /* NULL: the caller's */
    const char *const *environment; /* "NAME=value", ends with NULL; NULL: none at all */
    int stop_signal;                /* what process_stop() begins with; 0 = SIGTERM */
    const struct drive_events *events; /* may be NULL */
};

/* New; NULL with *why when it cannot be started (no such program, no such folder). */
struct process *process_start(const struct process_options *options, struct fail *why);
/* Kills what still runs of it, waits for the end. NULL is allowed. */
void process_free(struct process *process);

pid_t process_pid(const struct process *process);
/* Borrowed. */
const char *process_name(const struct process *process);
/* Waits until every line that the program had written when this was called has become an event; false when
 * that took longer. Real time: no virtual time passes meanwhile. */
bool process_catch_up(struct process *process, int64_t within_real_ms);

/* False from the moment of its end; its last lines may still be on their way (process_wait_exit). */
bool process_is_running(struct process *process);
/* Waits until it has ended and its output is read; false at the deadline. ret_end may be NULL. */
bool process_wait_exit(struct process *process, int64_t until_mono_ms, struct drive_exit *ret_end);

/* SIGTERM (or stop_signal) to the group, then SIGKILL to all after grace_ms; returns when it has ended. */
void process_stop(struct process *process, int64_t grace_ms);
/* SIGKILL to all; returns when it has ended. */
void process_kill(struct process *process);
void process_pause(struct process *process);
void process_resume(struct process *process);

/* What "ready" means: all fields that are set must hold. None set: ready at once, if it runs. */
struct process_ready {
    bool (*matches)(void *context, struct text line); /* some line since the start matches */
    void *matches_context;
    int port;              /* a TCP listener answers on it (127.0.0.1 or ::1) */
    int http_port;         /* with http_path: GET answers http_status */
    const char *http_path; /* "/health" */
    int http_status;       /* 0 = 2xx */
    int64_t within_ms;     /* 0 = 10 s; real time that passes on the clock */
};

/* False with *why when it ended first or the time is over; the text closes with its last lines. `matches` is
 * called on this thread, for the kept lines and each new one. */
bool process_wait_ready(struct process *process, const struct process_ready *ready, struct fail *why);

/* Appends the last lines, each on a line of its own. */
void process_put_last_lines(struct process *process, struct text_buf *out);

/* Runs a command to its end: output (both streams, in order of arrival, bounded by `output`'s maximum) is
 * appended to `output` unless NULL and reported as events. False when it could not be started or was killed
 * at the time limit. */
bool process_run(const struct process_options *options, int64_t within_ms, struct drive_exit *ret_end,
                 struct text_buf *output, struct fail *why);

/* A free TCP port on loopback at this moment. */
bool process_free_port(int *ret_port, struct fail *why);
/* Nobody listens on it on loopback at this moment. */
bool process_port_is_free(int port);

#endif
