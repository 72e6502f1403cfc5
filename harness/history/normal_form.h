/* normal_form: a history as text in which what differs from run to run by chance is numbered by first
 * appearance, so that two histories of the same behaviour compare byte for byte.
 *
 *     char *a = history_normal_form(first, (struct normal_form){.times = true});
 *     same = strcmp(a, b) == 0;
 *
 * Numbered: one-time codes (code#1: those in the `code`, `code_text` fields, wherever they then stand as
 * digits of their own), SIDs (SM#1: two capitals and 32 hex digits), UUIDs (uuid#1), other hex of 32 digits
 * and more (hex#1), other words of 40 letters, capitals and digits and more (token#1), request and call ids
 * (id#1), ports (port#1) and process ids (pid#1). Left out: real times, the simulator's numbers and
 * signatures; virtual times too unless asked for: then dates inside texts become "date" as well. Pure. */
#ifndef NORMAL_FORM_H
#define NORMAL_FORM_H

#include "history.h"

struct normal_form {
    bool times;    /* keep virtual times: for runs on the virtual clock */
    bool in_order; /* lines by when they happened, not by when they were noted */
};

/* New text, a line each. */
char *history_normal_form(const struct history *history, struct normal_form options);

#endif
