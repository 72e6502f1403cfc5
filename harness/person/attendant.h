/* attendant: stands outside, beside a stack that is in a person's hands: carries its ports out of the
 * sandbox, prints what it tells, and passes orders on.
 *
 *     struct attendant_options options = {.folder = desks, .hello = hello, .orders_fd = commands, …};
 *     struct attendant *attendant = attendant_new(&options, &why);      // says where everything is
 *     size_t count = attendant_poll(attendant, polled);  ...poll...  attendant_turn(attendant, polled);
 *     attendant_take(attendant, line);                                  // each line that the stack tells
 *     attendant_free(attendant);                                        // nothing is forwarded any more
 *
 * `hello` is what the runner's hold says at its beginning: backend, backend_port, inbox_port, sealed, runs,
 * people, clock. Where the stack is not sealed its ports are plain ones of this machine already: then a port
 * is forwarded only when one is asked for. The caller must have one thread when it makes one. */
#ifndef ATTENDANT_H
#define ATTENDANT_H

#include "desk.h"

enum { ATTENDANT_POLLED_MAX = DESK_POLLED_MAX };

struct attendant;

struct attendant_options {
    const char *folder;   /* of the desks */
    const char *name;     /* of the stack */
    const char *project;  /* the backend's folder, absolute */
    const char *what;     /* "up", "paused" */
    const char *farewell; /* the last line of the greeting: how it ends */
    const json_t *hello;
    int orders_fd;        /* lines of JSON go down to the stack */
    int channel;          /* of the dialer inside; -1: none */
    int port, inbox_port; /* wanted; 0: any */
    int out;              /* a file descriptor */
    bool colour;
};

/* New; NULL with *why. Everything in the options is borrowed until it is freed. */
struct attendant *attendant_new(const struct attendant_options *options, struct fail *why);
/* NULL is allowed. */
void attendant_free(struct attendant *attendant);

size_t attendant_poll(const struct attendant *attendant, struct pollfd ret_polled[ATTENDANT_POLLED_MAX]);
void attendant_turn(struct attendant *attendant, const struct pollfd *polled);
/* A note, an event or the reply to an order. Borrowed. */
void attendant_take(struct attendant *attendant, const json_t *line);

/* False with *why when a port that is asked for is not free. */
bool attendant_ports_are_free(int port, int inbox_port, struct fail *why);

#endif
