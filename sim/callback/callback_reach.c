/* The address blocks, as two tables. Nothing is looked up or opened here. */
#include "callback_reach.h"

#include <string.h>

/* The first block that holds the address decides. 0.0.0.0 is loopback: connecting to it reaches this machine.
 */
static const struct {
    uint32_t network;
    int bits;
    enum callback_reach reach;
} ipv4_blocks[] = {
    {0x7f000000, 8, REACH_LOOPBACK}, {0x00000000, 32, REACH_LOOPBACK}, {0x0a000000, 8, REACH_PRIVATE},
    {0xac100000, 12, REACH_PRIVATE}, {0xc0a80000, 16, REACH_PRIVATE},  {0x64400000, 10, REACH_PRIVATE},
    {0xa9fe0000, 16, REACH_PRIVATE},
};

/* First byte, and the mask on the two first bytes. */
static const struct {
    uint16_t network, mask;
} ipv6_private_blocks[] = {{0xfc00, 0xfe00}, {0xfe80, 0xffc0}};

enum callback_reach callback_reach_ipv4(struct in_addr address)
{
    uint32_t host = ntohl(address.s_addr);
    for (size_t i = 0; i < sizeof ipv4_blocks / sizeof ipv4_blocks[0]; i++) {
        uint32_t mask = ~(uint32_t)0 << (32 - ipv4_blocks[i].bits);
        if ((host & mask) == ipv4_blocks[i].network)
            return ipv4_blocks[i].reach;
    }
    return REACH_PUBLIC;
}

enum callback_reach callback_reach_ipv6(const struct in6_addr *address)
{
    if (IN6_IS_ADDR_V4MAPPED(address)) {
        struct in_addr mapped;
        memcpy(&mapped, &address->s6_addr[12], sizeof mapped);
        return callback_reach_ipv4(mapped);
    }
    if (IN6_IS_ADDR_LOOPBACK(address) || IN6_IS_ADDR_UNSPECIFIED(address))
        return REACH_LOOPBACK;
    unsigned first = (unsigned)address->s6_addr[0] << 8 | address->s6_addr[1];
    for (size_t i = 0; i < sizeof ipv6_private_blocks / sizeof ipv6_private_blocks[0]; i++)
        if ((first & ipv6_private_blocks[i].mask) == ipv6_private_blocks[i].network)
            return REACH_PRIVATE;
    return REACH_PUBLIC;
}

enum callback_reach callback_reach_of(const struct sockaddr *address)
{
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
    switch (address->sa_family) {
    case AF_INET:
        memcpy(&ipv4, address, sizeof ipv4);
        return callback_reach_ipv4(ipv4.sin_addr);
    case AF_INET6:
        memcpy(&ipv6, address, sizeof ipv6);
        return callback_reach_ipv6(&ipv6.sin6_addr);
    default:
        return REACH_PUBLIC;
    }
}
