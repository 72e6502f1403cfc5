/* greeting: what `twilio-sim` says when it is ready, to a person at a terminal. */
#ifndef GREETING_H
#define GREETING_H

#include "server.h"

/* Address, inbox, account, and how a backend is pointed at it. A token that came with a request is not shown.
 */
void greeting_print(const struct server *server, FILE *out);

#endif
