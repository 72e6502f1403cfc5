/* name_server: the sandbox's DNS, on UDP 127.0.0.1:53 (no TCP: its answers fit a datagram, who asks by TCP is
 * refused at once).
 *
 *     struct name_server *server = name_server_new(hosts, &events, &why);
 *     name_server_free(server);
 *
 * Answers as dns_answer says, on a thread of its own; every name that is not listed is reported as refused,
 * once for the A and AAAA queries of one look-up. `hosts` and `events` are borrowed. */
#ifndef NAME_SERVER_H
#define NAME_SERVER_H

#include "drive_events.h"
#include "fail.h"

struct name_server;

/* New; NULL with *why (port 53 cannot be bound). */
struct name_server *name_server_new(const char *const *hosts, const struct drive_events *events,
                                    struct fail *why);
void name_server_free(struct name_server *server);

#endif
