/* serving: what the transport asks a server: which part answers a request, what becomes of a connection or of
 * a look-up, and what is noted at the end.
 *
 *     struct http_config config = {.timers = ..., .threads = ...};
 *     serving_fill(&config, &server);
 *
 * Called by the transport's threads, many at once. */
#ifndef SERVING_H
#define SERVING_H

#include "server.h"

/* The functions, and the server that they are given (borrowed). */
void serving_fill(struct http_config *config, struct server *server);

/* What a look-up of a simulated name comes to: 0 = it is answered, else the fault (call_resolving()).
 * `server` is a struct server; the store's lock is held. */
int serving_resolve(void *server, struct text client, struct text host);

#endif
