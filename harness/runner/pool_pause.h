/* pool_pause: a run that stands at a failing scenario until a person has looked (`--pause-on-failure`).
 *
 *     struct pool_pause pause = {.stand = stand};
 *     pool_pause_begin(&pause, hello, orders_fd, channel);       // says where everything is, and what Enter
 * does count = pool_pause_poll(&pause, polled);  ...poll... if (pool_pause_turn(&pause, polled)) ... //
 * Enter: go on pool_pause_take(&pause, line);                             // what the paused worker tells
 *     pool_pause_end(&pause);
 *
 * One at a time. Whoever is paused meanwhile waits for its turn, which is the pool's affair. The end of stdin
 * counts as Enter. */
#ifndef POOL_PAUSE_H
#define POOL_PAUSE_H

#include "attendant.h"

enum { POOL_PAUSE_POLLED_MAX = 1 + ATTENDANT_POLLED_MAX };

/* What stays the same in a run; borrowed. */
struct pool_pause_stand {
    const char *folder; /* of the desks */
    const char *name, *project;
    int out;
    bool colour;
};

struct pool_pause {
    const struct pool_pause_stand *stand; /* NULL: nobody pauses */
    struct attendant *attendant;
    json_t *hello;
    bool is_on;
};

/* hello is borrowed. What cannot be forwarded is said; the pause is on all the same. */
void pool_pause_begin(struct pool_pause *pause, const json_t *hello, int orders_fd, int channel);
/* Nothing when none is on. */
void pool_pause_end(struct pool_pause *pause);

size_t pool_pause_poll(const struct pool_pause *pause, struct pollfd *ret_polled);
bool pool_pause_turn(struct pool_pause *pause, const struct pollfd *polled);
void pool_pause_take(struct pool_pause *pause, const json_t *line);

#endif
