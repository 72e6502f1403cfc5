/* net_report: says what was refused, to whoever started the program.
 *
 *     net_report_name(net, "db.example.com");
 *     net_report_address(net, "tcp", "203.0.113.7", 443);
 *
 * One datagram to the socket that the environment names (refusal_inbox.h, sim/base, has its form), and a wait
 * of at most a second for the empty one that answers it: the error that the program gets next has its reason
 * recorded by then. Silent where no socket is named or nobody listens. errno is left alone;
 * async-signal-safe. */
#ifndef NET_REPORT_H
#define NET_REPORT_H

#include "net_settings.h"

void net_report_name(const struct net_settings *net, const char *name);
void net_report_address(const struct net_settings *net, const char *protocol, const char *address, int port);

/* The datagram; how long it is. Pure. */
size_t net_report_write(const char *kind, const char *protocol, int port, int pid, const char *target,
                        const char *process, char out[REFUSAL_DATAGRAM_BYTES]);

#endif
