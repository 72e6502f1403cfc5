/* timeline: a history as a table that a person reads: line number, seconds, actor, what happened.
 *
 *      12    0.812  provider     message.create sms +243810000001 -> 503
 *
 * Actors: client, backend, provider, callback, clock, harness (log lines stand under their process's name).
 * Sorted by when things happened. At most `rows` rows: what is left out in the middle is counted and said.
 * Rows are cut at `columns`. Seconds are virtual ones; real ones are said where they are far from them: at
 * the end of a run, and where the stack took long to come to rest before the clock jumped. Jumps in a row are
 * one row, with the line number of the last. Pure. */
#ifndef TIMELINE_H
#define TIMELINE_H

#include "history.h"

struct timeline_options {
    size_t rows;        /* 0: all */
    size_t columns;     /* 0: 110 */
    const char *indent; /* before each row; NULL: none */
};

/* Appends the table to `out`. */
void timeline_write(const struct history *history, const struct timeline_options *options,
                    struct text_buf *out);

#endif
