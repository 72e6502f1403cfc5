/* normal_text: a text of a history (a log line, a body, an URL) with the words of chance in it named.
 *
 * Named (normal_words.h): one-time codes where they stand as digits of their own, SIDs, UUIDs, long hex,
 * tokens, ports behind this machine's names. Without times: dates become "date", numbers that a key calls a
 * time
 * (`tookMs`, `duration`, `timestamp`, …, in JSON, in a form and as key=value) become "time", and so do "12.5
 * ms" and "+5ms". With times, moments are told since a start: "T+600.000". Pure. */
#ifndef NORMAL_TEXT_H
#define NORMAL_TEXT_H

#include "normal_words.h"
#include "text.h"

struct normal_text {
    struct words *words;
    bool times;
    int64_t start_wall_ms; /* what moments are told from; also tells which numbers are moments */
    bool durations;        /* all numbers with a unit are times ("3s") */
    bool line_numbers;     /* numbers behind "line" are those of this history */
};

/* Reads a date with its milliseconds; false when it is none, or has none. */
bool normal_text_moment(struct text date, int64_t *ret_wall_ms);

/* Appends `text` in normal form. */
void normal_text_put(const struct normal_text *how, struct text text, struct text_buf *out);

#endif
