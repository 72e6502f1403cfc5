/* refusal_packet: what an IP packet wanted, and the packet that says no to it.
 *
 *     struct packet_target target;
 *     if (packet_target(bytes, len, &target)) ...                       // "1.1.1.1", 443, "tcp"
 *     uint8_t answer[PACKET_REFUSAL_MAX_BYTES];
 *     size_t answer_len = packet_refusal(bytes, len, answer);            // 0: there is nothing to say
 *
 * Pure. TCP gets a reset (RFC 9293 3.10.7.1: sequence 0, ACK of what was sent), UDP "port unreachable" (RFC
 * 792, RFC 4443); both end a connect() or the next send at once with ECONNREFUSED. Multicast, broadcast and
 * other protocols get nothing. IPv6 extension headers are not walked: such a packet is named "ip" and gets no
 * answer. */
#ifndef REFUSAL_PACKET_H
#define REFUSAL_PACKET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PACKET_REFUSAL_MAX_BYTES = 256 };

struct packet_target {
    int family; /* AF_INET, AF_INET6 */
    char address[INET6_ADDRSTRLEN];
    int port;             /* 0 when the protocol has none */
    int from_port;        /* likewise */
    const char *protocol; /* "tcp", "udp", "ip" */
    bool opens;           /* it starts something: a TCP SYN, any datagram */
    struct in6_addr from; /* who asked; IPv4 in its first four bytes */
};

/* False when it is no whole IP packet. */
bool packet_target(const uint8_t *packet, size_t len, struct packet_target *ret_target);

/* Writes the answer, from the address that was asked to the one that asked, with its IP header. */
size_t packet_refusal(const uint8_t *packet, size_t len, uint8_t ret_answer[PACKET_REFUSAL_MAX_BYTES]);

#endif
