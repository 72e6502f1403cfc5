/* callback_reach: how far away an address is. Pure; any thread.
 *
 * "Private" is what no router of the internet carries: RFC 1918, shared address space (RFC 6598), link-local,
 * unique local (RFC 4193). IPv4 in IPv6 (mapped) is judged as IPv4. */
#ifndef CALLBACK_REACH_H
#define CALLBACK_REACH_H

#include <netinet/in.h>
#include <sys/socket.h>

enum callback_reach { REACH_LOOPBACK, REACH_PRIVATE, REACH_PUBLIC };

enum callback_reach callback_reach_ipv4(struct in_addr address);
enum callback_reach callback_reach_ipv6(const struct in6_addr *address);

/* Of any socket address; what is neither IPv4 nor IPv6 counts as public. */
enum callback_reach callback_reach_of(const struct sockaddr *address);

#endif
