/* name_server: the sandbox's DNS, on UDP 127.0.0.1:53 (no TCP: its answers fit a datagram, who asks by TCP is
 * refused at once).
 *
 *     struct name_server *server = name_server_new(hosts, &events, &why);
 *     name_server_free(server);
 *
 * Once it knows the simulator's port, each look-up of one of the hosts (name_lookups.h says what one is) is
 * asked of the simulator first, where planned faults are counted: it may be answered "no such name" or
 * "server failure". Asking is a loopback connection of our own, without any wait on the clock, so that
 * virtual time cannot jump over a query.
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
/* On 127.0.0.1; 0: nobody is asked, which it is at first. Thread-safe. */
void name_server_ask(struct name_server *server, int simulator_port);
void name_server_free(struct name_server *server);

#endif
