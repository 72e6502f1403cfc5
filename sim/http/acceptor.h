/* acceptor: one thread that listens, looks at the first bytes of each new connection (without taking them)
 * and hands the socket on: TLS (0x16, once the hello is whole), plain HTTP, or a CONNECT, which it answers
 * itself and whose inner bytes it looks at again.
 *
 * A newcomer that is slow costs a descriptor and about 150 bytes until its greeting is complete or its time
 * is over. At the limit whoever has waited longest gives way: the newcomer is closed, or make_room() ends a
 * connection. When nobody can, listening pauses until a connection ends. The tunnel's answer has no header:
 * PHP's client needs that (DESIGN). Thread-safe but for acceptor_free(). */
#ifndef ACCEPTOR_H
#define ACCEPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "fail.h"
#include "text.h"

struct acceptor;

struct acceptor_config {
    void *context; /* given to hand_over, tunnel_allowed and refused */
    size_t connections_max;
    int greeting_timeout_ms;
    /* Steals the descriptor. `host`: whom a client that speaks TLS asks for (SNI), "" when it names none or
       its hello cannot be read. On the acceptor's thread. */
    void (*hand_over)(void *context, int fd, const struct address *peer, bool tls, struct text host);
    bool (*tunnel_allowed)(void *context, struct text host);
    /* True: the host of an allowed tunnel cannot be found now. Asked once a CONNECT. */
    bool (*tunnel_lost)(void *context, struct text client, struct text host);
    void (*refused)(void *context, struct text client, const char *what);
    /* At the limit: ends a connection that was handed over and has owed its request since before `since_us`
       (real time). True when there was one; it will be told as ended. */
    bool (*make_room)(void *context, int64_t since_us);
    /* One more descriptor to watch: on_extra(extra_context) is called while it is readable. */
    int extra_fd;
    void (*on_extra)(void *extra_context);
    void *extra_context;
};

/* Starts the thread. */
struct acceptor *acceptor_new(const struct acceptor_config *config, struct fail *why);
/* Ends the thread: nothing is accepted or handed over any more. NULL is allowed; so is stopping twice. */
void acceptor_stop(struct acceptor *acceptor);
/* Stops and closes what is still held. NULL is allowed. */
void acceptor_free(struct acceptor *acceptor);

bool acceptor_listen(struct acceptor *acceptor, const char *ip, int port, int *ret_port, struct fail *why)
    __attribute__((warn_unused_result));

/* Connections that were handed over and are open count against the limit. */
void acceptor_began(struct acceptor *acceptor);
void acceptor_ended(struct acceptor *acceptor);

#endif
