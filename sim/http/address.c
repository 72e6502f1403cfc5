/* Addresses and their text. Sockets are opened elsewhere. */
#include "address.h"

#include <arpa/inet.h>
#include <stdio.h>

bool address_parse(const char *ip, int port, struct address *ret_address, struct fail *why)
{
    struct address address = {.len = sizeof address.v4};
    if (port < 0 || port > 65535)
        return fail_set(why, "port %d is not within 0 and 65535", port);
    if (inet_pton(AF_INET, ip, &address.v4.sin_addr) == 1) {
        address.v4.sin_family = AF_INET;
        address.v4.sin_port = htons((uint16_t)port);
    } else if (inet_pton(AF_INET6, ip, &address.v6.sin6_addr) == 1) {
        address.v6.sin6_family = AF_INET6;
        address.v6.sin6_port = htons((uint16_t)port);
        address.len = sizeof address.v6;
    } else {
        return fail_set(why, "\"%s\" is not an IP address", ip);
    }
    *ret_address = address;
    return true;
}

const char *address_text(const struct sockaddr *any, char out[ADDRESS_TEXT_BYTES])
{
    char ip[INET6_ADDRSTRLEN] = "?";
    const struct sockaddr_in *v4 = (const void *)any;
    const struct sockaddr_in6 *v6 = (const void *)any;
    if (any->sa_family == AF_INET) {
        inet_ntop(AF_INET, &v4->sin_addr, ip, sizeof ip);
        snprintf(out, ADDRESS_TEXT_BYTES, "%s:%d", ip, ntohs(v4->sin_port));
    } else if (any->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
        inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], ip, sizeof ip);
        snprintf(out, ADDRESS_TEXT_BYTES, "%s:%d", ip, ntohs(v6->sin6_port));
    } else if (any->sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &v6->sin6_addr, ip, sizeof ip);
        snprintf(out, ADDRESS_TEXT_BYTES, "[%s]:%d", ip, ntohs(v6->sin6_port));
    } else {
        snprintf(out, ADDRESS_TEXT_BYTES, "?");
    }
    return out;
}

int address_port(const struct address *address)
{
    return ntohs(address->any.sa_family == AF_INET6 ? address->v6.sin6_port : address->v4.sin_port);
}
