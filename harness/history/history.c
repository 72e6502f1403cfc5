/* Keeps the lines of a run in memory and in a file, hands them out and lets threads wait for the next one.
 * What a line looks like is history_record.c's; what lines mean is for whoever reads them. */
#include "history.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "json.h"
#include "mem.h"

enum {
    LOGS_MAX_BYTES = HISTORY_MAX_BYTES / 4 * 3,
    FIRST_ROOM = 256,
};

/* Which line one event of the simulator became. Both ascend. */
struct relayed {
    int64_t sim_n, n;
};

struct history {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct history_time start;
    struct history_line **lines; /* each its own block, so that what was handed out stays where it is */
    size_t count, room;
    size_t bytes;
    int64_t dropped_logs, dropped_others;
    struct relayed *relayed;
    size_t relayed_count, relayed_room;
    int fd; /* -1: memory alone */
    char *path;
    int write_error; /* errno of the first failed write */
    bool torn;
    bool read_back;
};

static void lock(const struct history *history)
{
    pthread_mutex_lock((pthread_mutex_t *)&history->lock);
}

static void unlock(const struct history *history)
{
    pthread_mutex_unlock((pthread_mutex_t *)&history->lock);
}

struct history_time history_now(void)
{
    return (struct history_time){
        .mono_ms = clock_mono_ms(), .wall_ms = clock_wall_ms(), .real_us = clock_real_mono_us()};
}

static struct history *history_new(const char *path, struct history_time start)
{
    struct history *history = mem_new(sizeof *history);
    pthread_mutex_init(&history->lock, NULL);
    clock_cond_init(&history->changed);
    history->start = start;
    history->fd = -1;
    history->path = mem_string(path);
    return history;
}

struct history *history_open(const char *path, struct history_time start, struct fail *why)
{
    struct history *history = history_new(path, start);
    if (path == NULL)
        return history;
    history->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    if (history->fd < 0) {
        fail_at(why, path, 0, 0, "cannot be written: %s", strerror(errno));
        history_free(history);
        return NULL;
    }
    return history;
}

void history_free(struct history *history)
{
    if (history == NULL)
        return;
    for (size_t i = 0; i < history->count; i++) {
        json_decref(history->lines[i]->fields);
        mem_free(history->lines[i]);
    }
    if (history->fd >= 0)
        close(history->fd);
    mem_free(history->lines);
    mem_free(history->relayed);
    mem_free(history->path);
    pthread_cond_destroy(&history->changed);
    pthread_mutex_destroy(&history->lock);
    mem_free(history);
}

static void keep_line(struct history *history, struct history_line line)
{
    if (history->count == history->room) {
        history->room = history->room == 0 ? FIRST_ROOM : history->room * 2;
        history->lines = mem_resize(history->lines, history->room * sizeof history->lines[0]);
    }
    struct history_line *kept = mem_new(sizeof *kept);
    *kept = line;
    history->lines[history->count++] = kept;
}

/* The file stops at the first failure: a file with a hole would be read as a run in which something did not
 * happen. */
static void write_line(struct history *history, const char *text, size_t len)
{
    while (history->fd >= 0 && len > 0 && history->write_error == 0) {
        ssize_t done = write(history->fd, text, len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0) {
            history->write_error = errno;
            return;
        }
        text += done;
        len -= (size_t)done;
    }
}

/* Under the lock. */
static int64_t note(struct history *history, enum history_kind kind, json_t *fields, struct history_time when)
{
    struct history_line line = {.n = (int64_t)history->count + 1,
                                .kind = kind,
                                .t_ms = when.mono_ms - history->start.mono_ms,
                                .real_us = when.real_us - history->start.real_us};
    history_record_fill(&line, when.wall_ms, fields);
    size_t len;
    char *text = history_record_write(&line, &len);
    bool fits = history->bytes + len <= (kind == HISTORY_LOG ? LOGS_MAX_BYTES : HISTORY_MAX_BYTES);
    if (fits) {
        history->bytes += len;
        write_line(history, text, len);
        keep_line(history, line);
        pthread_cond_broadcast(&history->changed);
    } else {
        json_decref(line.fields);
        *(kind == HISTORY_LOG ? &history->dropped_logs : &history->dropped_others) += 1;
    }
    mem_free(text);
    return fits ? line.n : 0;
}

int64_t history_add_at(struct history *history, enum history_kind kind, json_t *fields,
                       struct history_time when)
{
    REQUIRE(!history->read_back && (fields == NULL || json_is_object(fields)));
    lock(history);
    int64_t n = note(history, kind, fields, when);
    unlock(history);
    return n;
}

int64_t history_add(struct history *history, enum history_kind kind, json_t *fields)
{
    return history_add_at(history, kind, fields, history_now());
}

/* Our number of the simulator's event, 0 when it was not relayed. */
static int64_t relayed_find(const struct history *history, int64_t sim_n)
{
    size_t low = 0, high = history->relayed_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (history->relayed[middle].sim_n < sim_n)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < history->relayed_count && history->relayed[low].sim_n == sim_n;
    return found ? history->relayed[low].n : 0;
}

static void relayed_add(struct history *history, int64_t sim_n, int64_t n)
{
    if (history->relayed_count == history->relayed_room) {
        history->relayed_room = history->relayed_room == 0 ? FIRST_ROOM : history->relayed_room * 2;
        history->relayed = mem_resize(history->relayed, history->relayed_room * sizeof history->relayed[0]);
    }
    history->relayed[history->relayed_count++] = (struct relayed){.sim_n = sim_n, .n = n};
}

/* Takes a whole number out of the event. */
static bool take_int(json_t *event, const char *key, int64_t *ret)
{
    const json_t *value = json_object_get(event, key);
    if (!json_is_integer(value))
        return false;
    *ret = json_integer_value(value);
    json_object_del(event, key);
    return true;
}

static void since_start(json_t *event, const char *key, int64_t start_ms)
{
    const json_t *value = json_object_get(event, key);
    if (json_is_integer(value))
        json_set(event, key, json_integer(json_integer_value(value) - start_ms));
}

/* Under the lock: the event's causes and times in our numbers. */
static void translate(const struct history *history, json_t *event, int64_t sim_n)
{
    int64_t cause;
    if (take_int(event, "cause", &cause) && relayed_find(history, cause) != 0)
        json_set(event, "cause", json_integer(relayed_find(history, cause)));
    since_start(event, "start_ms", history->start.mono_ms);
    since_start(event, "end_ms", history->start.mono_ms);
    json_set(event, "sim_n", json_integer(sim_n));
}

bool history_relay(struct history *history, json_t *event, struct fail *why)
{
    REQUIRE(!history->read_back);
    struct history_time when;
    int64_t sim_n = 0;
    enum history_kind kind = history_kind_of(json_text(event, "kind"));
    if (kind == HISTORY_KINDS || !take_int(event, "n", &sim_n) ||
        !take_int(event, "mono_ms", &when.mono_ms) || !take_int(event, "wall_ms", &when.wall_ms) ||
        !take_int(event, "real_us", &when.real_us)) {
        fail_set(why, "the simulator's event %lld is none: kind, n, wall_ms, mono_ms and real_us are wanted",
                 (long long)sim_n);
        json_decref(event);
        return false;
    }
    static const char *const ours[] = {"v", "kind", "t_ms", "wall"};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        json_object_del(event, ours[i]);
    lock(history);
    translate(history, event, sim_n);
    int64_t n = note(history, kind, event, when);
    if (n != 0 && (history->relayed_count == 0 || history->relayed[history->relayed_count - 1].sim_n < sim_n))
        relayed_add(history, sim_n, n);
    unlock(history);
    return true;
}

size_t history_count(const struct history *history)
{
    lock(history);
    size_t count = history->count;
    unlock(history);
    return count;
}

const struct history_line *history_line(const struct history *history, size_t index)
{
    lock(history);
    REQUIRE(index < history->count);
    const struct history_line *line = history->lines[index];
    unlock(history);
    return line;
}

static int compare_moments(const void *a, const void *b)
{
    const struct history_line *one = *(const struct history_line *const *)a;
    const struct history_line *other = *(const struct history_line *const *)b;
    if (one->real_us != other->real_us)
        return one->real_us < other->real_us ? -1 : 1;
    return one->n < other->n ? -1 : one->n > other->n;
}

const struct history_line **history_in_order(const struct history *history, size_t *ret_count)
{
    lock(history);
    size_t count = history->count;
    const struct history_line **sorted = mem_new_array(count + 1, sizeof(struct history_line *));
    for (size_t i = 0; i < count; i++)
        sorted[i] = history->lines[i];
    unlock(history);
    qsort(sorted, count, sizeof(struct history_line *), compare_moments);
    *ret_count = count;
    return sorted;
}

bool history_wait(struct history *history, size_t seen, int64_t until_mono_ms)
{
    lock(history);
    while (history->count <= seen && clock_cond_wait(&history->changed, &history->lock, until_mono_ms))
        continue;
    bool more = history->count > seen;
    unlock(history);
    return more;
}

int64_t history_dropped(const struct history *history)
{
    lock(history);
    int64_t dropped = history->dropped_logs + history->dropped_others;
    unlock(history);
    return dropped;
}

bool history_sound(const struct history *history, struct fail *why)
{
    const char *path = history->path == NULL ? "" : history->path;
    lock(history);
    bool full = history->dropped_logs + history->dropped_others > 0;
    if (history->write_error != 0)
        fail_at(why, path, 0, 0, "the history stops early: %s", strerror(history->write_error));
    else if (full)
        fail_at(why, path, 0, 0, "the history is full: %lld log lines and %lld other lines were dropped",
                (long long)history->dropped_logs, (long long)history->dropped_others);
    else if (history->torn)
        fail_at(why, path, 0, 0, "the last line is torn: the run was killed");
    bool sound = history->write_error == 0 && !full && !history->torn;
    unlock(history);
    return sound;
}

/* The whole file as new bytes. */
static bool read_file(const char *path, char **ret_bytes, size_t *ret_len, struct fail *why)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0) {
        fail_at(why, path, 0, 0, "cannot be read: %s", strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool fine = S_ISREG(status.st_mode) && status.st_size <= HISTORY_MAX_BYTES;
    if (!fine) {
        close(fd);
        return fail_at(why, path, 0, 0, "no history: it is no file of at most %d MiB",
                       HISTORY_MAX_BYTES >> 20);
    }
    char *bytes = mem_new((size_t)status.st_size + 1);
    size_t len = 0;
    for (ssize_t got = 1; got > 0 && len<(size_t)status.st_size; len += got> 0 ? (size_t)got : 0)
        got = read(fd, bytes + len, (size_t)status.st_size - len);
    close(fd);
    *ret_bytes = bytes;
    *ret_len = len;
    return true;
}

/* Only a last line without its newline may be broken. */
static bool read_lines(struct history *history, struct text rest, struct fail *why)
{
    while (rest.len > 0) {
        size_t end = text_find(rest, '\n');
        bool whole = end < rest.len;
        struct history_line line;
        struct fail broken = {0};
        if (!history_record_read(text_first(rest, end), history->path, (int64_t)history->count + 1, &line,
                                 &broken)) {
            history->torn = !whole && history->count > 0;
            return history->torn || fail_at(why, broken.source, broken.line, broken.col, "%s", broken.text);
        }
        keep_line(history, line);
        history->bytes += end + 1;
        rest = text_from(rest, end + (whole ? 1 : 0));
    }
    return history->count > 0 || fail_at(why, history->path, 0, 0, "no history: it is empty");
}

struct history *history_read(const char *path, struct fail *why)
{
    char *bytes = NULL;
    size_t len = 0;
    if (!read_file(path, &bytes, &len, why))
        return NULL;
    struct history *history = history_new(path, (struct history_time){0});
    history->read_back = true;
    bool fine = read_lines(history, text_span(bytes, len), why);
    mem_free(bytes);
    if (fine)
        return history;
    history_free(history);
    return NULL;
}
