/* hold: leaves the stack of a scene in a person's hands until it is let go: time runs at real speed, what
 * happens is told, orders are carried out, and who is outside reaches its ports.
 *
 *     struct hold_plan plan = {.orders_fd = commands, .lines_fd = results, .channel = channel};
 *     json_t *hello = hold_hello(&scene);           // where everything is, for who is outside
 *     bool go_on = hold_scene(&scene, &plan);       // false: end everything
 *
 * Orders come as lines of JSON, {"id": 3, "order": {"clock": "advance", "ms": 660000}}; the reply to each
 * goes back as {"id": 3, "reply": {…}}. {"go-on": true} lets the scene go; so does the end of orders_fd.
 * Between them stand notes: lines of the backend, refused connections, processes that end, the simulator's
 * events (stack_words.h). What happens meanwhile is no part of the scene's history, and its time limit stands
 * still.
 *
 * Orders: clock show|advance|to|freeze|resume (stack_order.h), restart. An advance that comes no further for
 * HOLD_PATIENCE_MS of real time fails, with the reason; it ends at once when orders_fd does, and none of them
 * but show is carried out when the simulator has ended. */
#ifndef HOLD_H
#define HOLD_H

#include "scene.h"

enum { HOLD_PATIENCE_MS = 30000, HOLD_SLICE_MS = 500, HOLD_ORDER_MAX_BYTES = 4096 };

struct hold_plan {
    int orders_fd, lines_fd;
    int channel; /* for a dialer; -1: none */
};

/* New. */
json_t *hold_hello(const struct scene *scene);
bool hold_scene(struct scene *scene, const struct hold_plan *plan);

#endif
