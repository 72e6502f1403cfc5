/* tunnel: the two answers to a CONNECT, on the bare socket. The tunnel leads to ourselves: after a yes, the
 * client's next bytes are looked at as if it had just connected. */
#ifndef TUNNEL_H
#define TUNNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "target.h"

enum { TUNNEL_HEAD_MAX_BYTES = 8192, TUNNEL_HOST_MAX_BYTES = 256 };

/* The host in lower case, what cannot be printed as '?'. False when it is too long for a host. */
bool tunnel_host(const struct connect_head *head, char out[TUNNEL_HOST_MAX_BYTES]);

/* Takes the head off the socket and says yes. The answer has no header: PHP's client needs that (DESIGN).
 * False when the client is gone. */
bool tunnel_accept(int fd, size_t head_bytes);

/* Says no (403, 400, or 503, which is what a proxy says of a host that it cannot find), with `what` as its
 * text. The caller closes. */
void tunnel_refuse(int fd, int status, const char *what);

#endif
