/* desk: where orders to a stack that is up are taken, and how a later command finds it: a Unix socket named
 * after the process, in one folder of the user.
 *
 *     struct desk *desk = desk_open(folder, about, &why);       // about: {"name", "folder", "what", …};
 * stolen size_t count = desk_poll(desk, polled);  ...poll...  desk_turn(desk, polled, take_order, context);
 *     desk_answer(desk, id, reply);                             // when the order is carried out
 *     desk_close(desk);
 *
 *     char *path = desk_find(folder, "shop", cwd, &why);        // in another process
 *     json_t *reply = desk_ask(path, order, &why);
 *
 * One order a connection: a line of JSON in, a line of JSON out. The order {"who": true} is answered by the
 * desk itself, with `about` and the pid. Bounds: DESK_CLIENTS_MAX at once (further ones wait),
 * DESK_ORDER_MAX_BYTES an order. The folder is made for its owner alone, and refused when it is another's.
 * Sockets of processes that are gone are taken away by whoever finds them. One thread at a time. */
#ifndef DESK_H
#define DESK_H

#include <poll.h>

#include "fail.h"
#include "json.h"

enum {
    DESK_CLIENTS_MAX = 16,
    DESK_POLLED_MAX = DESK_CLIENTS_MAX + 1,
    DESK_ORDER_MAX_BYTES = 2048,
    DESK_REPLY_MAX_BYTES = 64 * 1024
};

struct desk;

/* New; NULL with *why. */
struct desk *desk_open(const char *folder, json_t *about, struct fail *why);
/* NULL is allowed. */
void desk_close(struct desk *desk);

size_t desk_poll(const struct desk *desk, struct pollfd ret_polled[DESK_POLLED_MAX]);
/* `take` gets each order with the number under which it is to be answered; the order is borrowed. */
void desk_turn(struct desk *desk, const struct pollfd *polled,
               void (*take)(void *context, int64_t id, const json_t *order), void *context);
/* Nothing when that client left. The reply is borrowed. */
void desk_answer(struct desk *desk, int64_t id, const json_t *reply);

enum desk_found { DESK_FOUND, DESK_NONE, DESK_MANY };

/* The stack called `wanted` (its name or pid); NULL: the only one, else the one whose folder is the nearest
 * at or above `cwd`. *ret_path is new. *why lists those that there are. */
enum desk_found desk_find(const char *folder, const char *wanted, const char *cwd, char **ret_path,
                          struct fail *why);
/* Waits for the reply, however long; new, NULL with *why. */
json_t *desk_ask(const char *path, const json_t *order, struct fail *why);

#endif
