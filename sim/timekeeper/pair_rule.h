/* pair_rule: from what all TCP sockets of a machine say, which of them has something under way. Pure.
 *
 * The kinds and the reasons stand in loopback_pairs.h. */
#ifndef PAIR_RULE_H
#define PAIR_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAIR_ADDRESS_BYTES = 16, PAIR_NAME_BYTES = 2 * (PAIR_ADDRESS_BYTES + 2) };

/* The kernel's numbers of the states. */
enum pair_state {
    PAIR_ESTABLISHED = 1,
    PAIR_SYN_SENT = 2,
    PAIR_SYN_RECV = 3,
    PAIR_FIN_WAIT1 = 4,
    PAIR_FIN_WAIT2 = 5,
    PAIR_CLOSE_WAIT = 8,
    PAIR_LAST_ACK = 9,
    PAIR_CLOSING = 11,
    PAIR_NEW_SYN_RECV = 12,
};

/* One socket. IPv4 addresses are mapped into IPv6; all bytes in network order. */
struct pair_end {
    uint8_t here[PAIR_ADDRESS_BYTES];
    uint8_t here_port[2];
    uint8_t there[PAIR_ADDRESS_BYTES];
    uint8_t there_port[2];
    uint8_t state;
    uint8_t resends;   /* retransmissions without an answer so far */
    uint32_t unacked;  /* segments */
    uint32_t not_sent; /* bytes */
    uint64_t sent;     /* bytes, each counted once */
    uint64_t received; /* bytes; a FIN may count as one */
    uint64_t cookie;   /* the kernel's name of the socket */
};

enum pair_verdict {
    PAIR_AT_REST,
    PAIR_UNDER_WAY,
    PAIR_MAY_NEVER_END, /* under way, but to be believed for a while only */
};

/* In the order in which pair_rule_judge() finds the other end of each. */
void pair_rule_sort(struct pair_end *ends, size_t count);
enum pair_verdict pair_rule_judge(const struct pair_end *ends, size_t count, const struct pair_end *end);

#endif
