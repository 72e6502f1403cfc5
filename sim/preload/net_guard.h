/* net_guard: where a connection or a datagram may go.
 *
 *     struct net_goal goal = {.to = to, .size = size};
 *     if (net != NULL && !net_guard_pass(net, fd, &goal))
 *         return -1;                                   // named; errno is ECONNREFUSED
 *     return net_real_connect(fd, goal.to, goal.size);
 *
 * Loopback passes, but for a stream to port 80 or 443, which goes to the simulator's port, and for port 53;
 * families that stay on the machine pass; everything else is refused. Async-signal-safe, no lock. */
#ifndef NET_GUARD_H
#define NET_GUARD_H

#include <stdbool.h>
#include <sys/socket.h>

#include "net_settings.h"

struct net_goal {
    const struct sockaddr *to; /* in: the caller's; out: the same, or `other` */
    socklen_t size;
    bool is_datagram; /* sent, not connected to: an address without a family then means IPv4 */
    struct sockaddr_storage other;
};

bool net_guard_pass(const struct net_settings *net, int fd, struct net_goal *goal);

#endif
