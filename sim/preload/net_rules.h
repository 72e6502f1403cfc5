/* net_rules: what a name or an address is to the preload way. Pure: no call, no memory, no errno.
 *
 *     if (net_name_judge("api.twilio.com", "twilio.com,example.org", "myhost") == NET_NAME_SIMULATED) ...
 *     switch (net_address_judge(to, size)) ...
 *
 * Names are compared without regard to case and to a dot at their end; a listed domain covers all below it.
 */
#ifndef NET_RULES_H
#define NET_RULES_H

#include <stdbool.h>
#include <sys/socket.h>

enum net_name {
    NET_NAME_SIMULATED, /* listed: the simulator, at 127.0.0.1 */
    NET_NAME_OWN,       /* this machine's: 127.0.0.1, whatever it is in the network */
    NET_NAME_LOCALHOST, /* as libc has it */
    NET_NAME_OTHER,     /* a number, or to be refused */
};

enum net_name net_name_judge(const char *name, const char *hosts, const char *own_name);

enum net_address {
    NET_ADDRESS_PASSES,  /* loopback, and families that stay on this machine */
    NET_ADDRESS_WEB,     /* loopback, port 80 or 443: a stream goes to the simulator */
    NET_ADDRESS_REFUSED, /* everything else; also port 53 on loopback: what listens there asks others */
};

/* What is too short to be an address passes: the kernel says no. */
enum net_address net_address_judge(const struct sockaddr *to, socklen_t size);

/* The same kind of address at 127.0.0.1 (as an IPv4-mapped one for IPv6) and this port. */
socklen_t net_address_at_port(const struct sockaddr *to, int port, struct sockaddr_storage *ret);

int net_address_port(const struct sockaddr *to);

enum { NET_ADDRESS_TEXT_BYTES = 48 };
/* "203.0.113.7", "2001:db8::7"; a mapped address as IPv4. */
void net_address_text(const struct sockaddr *to, char out[NET_ADDRESS_TEXT_BYTES]);

#endif
