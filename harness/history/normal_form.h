/* normal_form: a history as text without what chance makes, so that two histories of the same behaviour
 * compare byte for byte.
 *
 *     char *a = history_normal_form(first, (struct normal_form){.any_clock = true});
 *     same = strcmp(a, b) == 0;
 *
 * In it, a line of JSON each: lines in an order that is behaviour, not the order in which they were noted
 * (normal_order.h); codes, SIDs, UUIDs, tokens, ids, ports and process ids numbered as they appear in that
 * order (`code#1`; normal_text.h says which words); a `cause` as the id of the line that it points to. Left
 * out: line numbers, real times, the simulator's numbers, signatures, the run's seed and file, the client's
 * address, headers that repeat the body (Content-Length, ETag), jumps of the clock, log
 * lines about the path of `ready`, and how often an
 * invariant was exercised (of requests at once, chance decides which came first): only `broken` is said.
 *
 * With `times` (runs on the virtual clock) t_ms, start_ms and end_ms count from the phase `steps`, until the
 * end; 0 and what is outside is left out, and `wall` stands only where it is apart from t_ms. Pure. */
#ifndef NORMAL_FORM_H
#define NORMAL_FORM_H

#include "history.h"

struct normal_form {
    bool times;     /* keep virtual times: for two runs on the virtual clock */
    bool any_clock; /* leave out on which clock it ran: for a real and a virtual run */
};

/* New text, a line each. */
char *history_normal_form(const struct history *history, struct normal_form options);

#endif
