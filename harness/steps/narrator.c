/* From drive's events to lines of the history. */
#include "narrator.h"

#include <pthread.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "stage.h"

struct narrator {
    pthread_mutex_t mutex;
    struct history *history;
    int64_t started_mono_ms;
    struct drive_events events;
    pthread_mutex_t watch_mutex;
    const struct drive_events *watch;
};

static void write_at(struct narrator *narrator, enum history_kind kind, json_t *fields,
                     const struct drive_time *at)
{
    struct history_time when = {at->mono_ms, at->wall_ms, at->real_us};
    pthread_mutex_lock(&narrator->mutex);
    if (narrator->history != NULL)
        history_add_at(narrator->history, kind, fields, when);
    else
        json_decref(fields);
    pthread_mutex_unlock(&narrator->mutex);
}

static void line_came(void *context, const struct drive_line *line)
{
    if (strcmp(line->process, STAGE_SIMULATOR) == 0 && line->stream == DRIVE_STDOUT)
        return; /* the line that says that it is ready */
    struct narrator *narrator = context;
    pthread_mutex_lock(&narrator->watch_mutex);
    if (narrator->watch != NULL)
        narrator->watch->line(narrator->watch->context, line);
    pthread_mutex_unlock(&narrator->watch_mutex);
    json_t *fields = json_object();
    json_set(fields, "process", json_string(line->process));
    json_set(fields, "stream", json_string(drive_stream_name(line->stream)));
    json_set(fields, "text", json_of_text(line->text));
    if (line->continued)
        json_set(fields, "continued", json_true());
    write_at(context, HISTORY_LOG, fields, &line->at);
}

static void process_ended(void *context, const struct drive_exit *end)
{
    struct narrator *narrator = context;
    pthread_mutex_lock(&narrator->watch_mutex);
    if (narrator->watch != NULL)
        narrator->watch->exited(narrator->watch->context, end);
    pthread_mutex_unlock(&narrator->watch_mutex);
    json_t *fields = json_object();
    json_set(fields, "name", json_string(end->process));
    json_set(fields, "event",
             json_string(end->requested ? (end->signal == 9 ? "killed" : "stopped") : "exited"));
    json_set(fields, "pid", json_integer(end->pid));
    if (end->signal == 0)
        json_set(fields, "exit", json_integer(end->status));
    else
        json_set(fields, "signal", json_integer(end->signal));
    write_at(context, HISTORY_PROCESS, fields, &end->at);
}

static void connection_refused(void *context, const struct drive_refusal *refusal)
{
    struct narrator *narrator = context;
    pthread_mutex_lock(&narrator->watch_mutex);
    if (narrator->watch != NULL)
        narrator->watch->refused(narrator->watch->context, refusal);
    pthread_mutex_unlock(&narrator->watch_mutex);
    json_t *fields = json_object();
    bool is_name = refusal->kind == DRIVE_REFUSED_NAME;
    json_set(fields, is_name ? "name" : "address", json_string(refusal->target));
    if (refusal->port != 0)
        json_set(fields, "port", json_integer(refusal->port));
    json_set(fields, "protocol", json_string(refusal->protocol));
    write_at(context, HISTORY_REFUSED, fields, &refusal->at);
}

struct narrator *narrator_new(void)
{
    struct narrator *narrator = mem_new(sizeof *narrator);
    pthread_mutex_init(&narrator->mutex, NULL);
    pthread_mutex_init(&narrator->watch_mutex, NULL);
    narrator->events = (struct drive_events){narrator, line_came, process_ended, connection_refused};
    return narrator;
}

void narrator_free(struct narrator *narrator)
{
    if (narrator == NULL)
        return;
    pthread_mutex_destroy(&narrator->watch_mutex);
    pthread_mutex_destroy(&narrator->mutex);
    mem_free(narrator);
}

const struct drive_events *narrator_events(const struct narrator *narrator)
{
    return &narrator->events;
}

void narrator_tell(struct narrator *narrator, struct history *history, int64_t started_mono_ms)
{
    pthread_mutex_lock(&narrator->mutex);
    narrator->history = history;
    narrator->started_mono_ms = started_mono_ms;
    pthread_mutex_unlock(&narrator->mutex);
}

void narrator_watch(struct narrator *narrator, const struct drive_events *watch)
{
    pthread_mutex_lock(&narrator->watch_mutex);
    narrator->watch = watch;
    pthread_mutex_unlock(&narrator->watch_mutex);
}

void narrator_note_jump(struct narrator *narrator, int64_t from_mono_ms, int64_t to_mono_ms,
                        const char *party, const char *process, const char *text)
{
    struct drive_time now = drive_time_now();
    json_t *fields = json_object();
    pthread_mutex_lock(&narrator->mutex);
    int64_t started_ms = narrator->started_mono_ms;
    pthread_mutex_unlock(&narrator->mutex);
    json_set(fields, "from_ms", json_integer(from_mono_ms - started_ms));
    json_set(fields, "to_ms", json_integer(to_mono_ms - started_ms));
    if (party != NULL)
        json_set(fields, "party", json_string(party));
    if (process != NULL)
        json_set(fields, "process", json_string(process));
    if (text != NULL)
        json_set(fields, "text", json_string(text));
    write_at(narrator, HISTORY_JUMP, fields, &now);
}

void narrator_note_clock(struct narrator *narrator, json_t *fields)
{
    struct drive_time now = drive_time_now();
    json_set(fields, "event", json_string("clock"));
    write_at(narrator, HISTORY_PROCESS, fields, &now);
}

void narrator_note_process(struct narrator *narrator, const char *name, const char *event, int pid)
{
    json_t *fields = json_object();
    json_set(fields, "name", json_string(name));
    json_set(fields, "event", json_string(event));
    if (pid > 0)
        json_set(fields, "pid", json_integer(pid));
    struct drive_time now = drive_time_now();
    write_at(narrator, HISTORY_PROCESS, fields, &now);
}
