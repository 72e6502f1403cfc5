/* normal_order: the lines of a history put together by what they belong to, so that only orders remain that
 * are behaviour.
 *
 * A block is: a request with its answer; a call with its fault, its message, the reply, the message's
 * statuses, its callbacks and those that steps made; a log line with those that go on with it (a line that
 * was too long; one that begins with a blank, as stack traces have); a process's events; any other line
 * alone. Inside a block lines stand by rank and as they happened: what one observer saw.
 *
 * Blocks stand in sections. Ordered by what came first: the run (phases, steps, requests, checks, verdicts),
 * and the calls and messages of one person. In no order, because chance decides: what was done inside a
 * `parallel` step, calls to different people, log lines (handlers of one process run side by side), refused
 * connections. Pure. */
#ifndef NORMAL_ORDER_H
#define NORMAL_ORDER_H

#include "history.h"

enum order_section { ORDER_RUN, ORDER_PROCESS, ORDER_PROVIDER, ORDER_LOG, ORDER_REFUSED };

struct order_line {
    const struct history_line *line;
    int rank;
    int64_t at; /* among those of the same rank */
};

struct order_block {
    enum order_section section;
    char *key;     /* of the group in the section: a process, a number */
    int64_t order; /* in its group; the same number: in no order */
    struct order_line *lines;
    size_t count, room;
};

struct order_blocks {
    struct order_block *blocks;
    size_t count, room;
};

/* All lines of the history but jumps, and log lines that name the path of the run's `ready`. Sorted by
 * nothing but as found; lines are borrowed. */
void order_blocks_init(struct order_blocks *blocks, const struct history *history);
void order_blocks_release(struct order_blocks *blocks);

/* By section, key and order; 0 when they are in no order. */
int order_compare(const struct order_block *a, const struct order_block *b);

#endif
