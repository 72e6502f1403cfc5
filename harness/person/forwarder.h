/* forwarder: carries connections from loopback ports of this machine into a sandbox.
 *
 *     int listener = forwarder_listen(0, &port, &why);       // 0: a free port
 *     struct forward forwards[] = {{listener, 3000, "the backend"}};
 *     pid_t pid = forwarder_start(forwards, 1, channel, &why);
 *     forwarder_stop(pid);
 *
 * A process of its own, which does nothing else and ends with its parent. Each connection that is accepted
 * gets a socket of the inside from the dialer at the channel's other end; bytes go through two buffers of
 * FORWARD_BUFFER_BYTES, and who reads slowly slows the other down. Ends of one direction (half-closed
 * connections) and resets are passed on. Where nobody listens inside, a client gets an HTTP answer 502 that
 * says so. Bounds: FORWARD_CONNECTIONS_MAX at once; further ones wait in the listener's queue, which is said
 * on stderr. Only 127.0.0.1 is listened on. The caller must have one thread. */
#ifndef FORWARDER_H
#define FORWARDER_H

#include <stddef.h>
#include <sys/types.h>

#include "fail.h"

enum { FORWARD_BUFFER_BYTES = 32 * 1024, FORWARD_CONNECTIONS_MAX = 256, FORWARDS_MAX = 4 };

struct forward {
    int listener; /* borrowed */
    int port;     /* inside */
    const char *name;
};

/* A listening socket, the caller's to close; -1 with *why, which names the port. */
int forwarder_listen(int port, int *ret_port, struct fail *why);

/* The pid; -1 with *why. */
pid_t forwarder_start(const struct forward *forwards, size_t count, int channel, struct fail *why);
/* Open connections end. Nothing for pid <= 0. */
void forwarder_stop(pid_t pid);

#endif
