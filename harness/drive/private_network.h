/* private_network: the routes of a sandbox's network: loopback works, everything else leads nowhere.
 *
 *     if (!private_network_set_up(&why)) ...        // inside a new network namespace, with its capabilities
 *
 * How, as measured on Linux 6.18: the IPv4 default route goes out through `lo` as an ordinary (not a
 * "local") route; such a packet comes back marked "not for here" and is dropped, even where a listener is
 * bound to every address. A connection therefore never succeeds, and a packet socket sees what it wanted
 * (refuser). IPv6 does not allow that trick: its default route goes to a device of its own whose packets
 * go nowhere (dummy, else veth); where the kernel has neither there is no IPv6 route: refused at once all
 * the same, but not named. */
#ifndef PRIVATE_NETWORK_H
#define PRIVATE_NETWORK_H

#include "fail.h"

bool private_network_set_up(struct fail *why);

#endif
