/* process_parts: the inside of a process, shared by process.c (its life), process_ready.c (readiness) and
 * process_run.c (one command); nobody else includes it. */
#ifndef PROCESS_PARTS_H
#define PROCESS_PARTS_H

#include <pthread.h>

#include "line_reader.h"
#include "process.h"

enum {
    KEPT_LINE_MAX_BYTES = 1024,          /* of each of the last lines */
    START_LINES_MAX_BYTES = 1024 * 1024, /* output kept until it is ready, for `matches` */
};

struct process_stream {
    struct process *process;
    enum drive_stream kind;
    int fd; /* -1 = closed */
    struct line_reader lines;
};

struct kept_line {
    char *text;
};

struct process {
    char *name;
    char *cwd;
    const struct drive_events *events;
    pid_t pid; /* and its group */
    int pidfd;
    int stop_signal;
    pthread_t pump;
    struct process_stream streams[2]; /* the pump's */
    pthread_mutex_t mutex;            /* guards what follows, and the closing of a stream */
    bool pumping;                     /* the pump is between reading and having told everybody */
    pthread_cond_t changed;           /* a line came, or the end */
    struct kept_line kept[PROCESS_LAST_LINES];
    size_t line_count;
    struct text_buf start_lines; /* all lines until it was ready */
    bool start_over;
    struct text_buf *output; /* of process_run(), or NULL */
    bool stop_requested;
    bool ended;
    struct drive_exit end;
};

/* process_start() that also appends every line to `output`. */
struct process *process_start_into(const struct process_options *options, struct text_buf *output,
                                   struct fail *why);

#endif
