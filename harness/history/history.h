/* history: what happened in one run of a scenario, a line each, written while it goes. FORMAT.md describes
 * the lines.
 *
 *     struct history_time start = history_now();
 *     struct history *history = history_open("otp-report/x.ndjson", start, &why);
 *     history_add(history, HISTORY_PHASE, json_pack("{s:s}", "name", "steps"));
 *     history_relay(history, event, &why); // of the simulator's stream
 *     size_t seen = 0;
 *     while (!found && history_wait(history, seen, deadline_mono_ms))
 *         for (; seen < history_count(history); seen++)
 *             found = is_it(history_line(history, seen));
 *     history_free(history);
 *
 * Lines never change and are never removed: what history_line() gives is borrowed until history_free(), also
 * while other threads add. They stand in the order in which they were noted; an answer can be noted before
 * the call that came before it, so whoever judges sorts by `real_us` (history_in_order).
 *
 * Ownership: `fields` and events are stolen, also on failure. Thread-safe, except open, read and free.
 * Limits: HISTORY_MAX_BYTES of lines; log lines are dropped a quarter earlier, so that a backend that logs
 * without end does not push the rest out. What was dropped is counted (history_dropped) and said by
 * history_sound(). A file line is one write(2); nothing is buffered, so a killed run leaves all its lines.
 * Nothing is redacted. */
#ifndef HISTORY_H
#define HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "fail.h"
#include "history_record.h"
#include "text.h"

enum { HISTORY_MAX_BYTES = 64 * 1024 * 1024 };

/* One moment on three clocks, all absolute. */
struct history_time {
    int64_t mono_ms; /* virtual */
    int64_t wall_ms; /* virtual */
    int64_t real_us; /* real monotonic */
};

struct history_time history_now(void);

struct history;

/* path NULL: in memory alone. An existing file is replaced. New; NULL with *why when the file cannot be
 * made. */
struct history *history_open(const char *path, struct history_time start, struct fail *why);

/* Reads a file back (its last line may be torn: it is left out, and history_sound() says so). The result
 * takes no more lines. New; NULL with *why (file and line) when it is no history of version 1. */
struct history *history_read(const char *path, struct fail *why);
void history_free(struct history *history);

/* Notes a line that happens now. `fields` is an object without the common keys (`cause` is allowed); NULL for
 * none. Returns its n, 0 when it was dropped. */
int64_t history_add(struct history *history, enum history_kind kind, json_t *fields);
/* The same for something that happened at another moment. */
int64_t history_add_at(struct history *history, enum history_kind kind, json_t *fields,
                       struct history_time when);

/* Notes one event of the simulator's stream: {n, kind, wall_ms, mono_ms, real_us, cause?, …}, its times
 * absolute as history_now() gives them (one machine, one clock). Its number becomes `sim_n`; a `cause` that
 * is a number becomes ours; `start_ms` and `end_ms` (virtual monotonic) become times since the start. False
 * when it is no such event. */
bool history_relay(struct history *history, json_t *event, struct fail *why);

size_t history_count(const struct history *history);
/* The line at index (from 0). Borrowed until history_free(). */
const struct history_line *history_line(const struct history *history, size_t index);

/* All lines sorted by when they happened (real time, then n). New array of history_count() entries; lines
 * borrowed. */
const struct history_line **history_in_order(const struct history *history, size_t *ret_count);

/* Waits until there are more than `seen` lines; false when clock_mono_ms() has reached until_mono_ms
 * without. */
bool history_wait(struct history *history, size_t seen, int64_t until_mono_ms);

int64_t history_dropped(const struct history *history);
/* False, and why, when lines were dropped, the file could not be written or its end was torn. */
bool history_sound(const struct history *history, struct fail *why);

#endif
