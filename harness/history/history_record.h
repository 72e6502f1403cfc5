/* history_record: one line of a history, as a value. history.h keeps many of them; this is their form alone.
 * Pure.
 *
 * FORMAT.md describes the keys. A line is immutable once it is made; `fields` is the whole object, as in the
 * file. */
#ifndef HISTORY_RECORD_H
#define HISTORY_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "fail.h"
#include "text.h"

enum { HISTORY_VERSION = 1 };

enum history_kind {
    HISTORY_RUN,
    HISTORY_PHASE,
    HISTORY_PROCESS,
    HISTORY_LOG,
    HISTORY_STEP,
    HISTORY_REQUEST,
    HISTORY_ANSWER,
    HISTORY_CALL,
    HISTORY_REPLY,
    HISTORY_MESSAGE,
    HISTORY_STATUS,
    HISTORY_CALLBACK,
    HISTORY_REFUSED,
    HISTORY_FAULT,
    HISTORY_UNREAD,
    HISTORY_RECEIVED,
    HISTORY_ADVANCE,
    HISTORY_JUMP,
    HISTORY_CHECK,
    HISTORY_INVARIANT,
    HISTORY_END,
    HISTORY_KINDS
};

/* "run", "phase", … */
const char *history_kind_name(enum history_kind kind);
/* HISTORY_KINDS when there is no such kind. */
enum history_kind history_kind_of(struct text name);

struct history_line {
    int64_t n; /* from 1 */
    enum history_kind kind;
    int64_t t_ms;    /* virtual, since the start */
    int64_t real_us; /* real, since the start */
    json_t *fields;
};

/* A string field, or TEXT_NONE. Borrowed. */
struct text history_text(const struct history_line *line, const char *key);
/* A whole-number field, or `fallback`. */
int64_t history_int(const struct history_line *line, const char *key, int64_t fallback);

/* Puts the common keys (of `line`, and the wall time) before the fields of `more`, an object or NULL, and
 * gives the whole to line->fields. `more` is stolen; it must not hold a common key but `cause`. */
void history_record_fill(struct history_line *line, int64_t wall_ms, json_t *more);
/* The line as text with its newline. New. */
char *history_record_write(const struct history_line *line, size_t *ret_len);
/* Reads one line of a file (without its newline): what n it must have is known. False with the place. On
 * success ret->fields is new. */
bool history_record_read(struct text line_text, const char *path, int64_t n, struct history_line *ret,
                         struct fail *why);

#endif
