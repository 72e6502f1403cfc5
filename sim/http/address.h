/* address: IP addresses with a port, to and from text. Numbers only: names are not looked up. Pure. */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "fail.h"

struct address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    };
    socklen_t len;
};

enum { ADDRESS_TEXT_BYTES = 64 };

bool address_parse(const char *ip, int port, struct address *ret_address, struct fail *why);
/* "127.0.0.1:4010", "[::1]:4010"; IPv4 in IPv6's clothes is shown as IPv4. */
const char *address_text(const struct sockaddr *any, char out[ADDRESS_TEXT_BYTES]);
int address_port(const struct address *address);

#endif
