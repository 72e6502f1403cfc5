/* http_connect: a TCP connection to where a URL points, opened before the request.
 *
 *     struct http_place place;
 *     if (!http_place_read(url, &place, &why)) ...                       // host, port
 *     int fd = http_connect(&place, "127.3.0.1", until_mono_ms, &timed_out, &why);   // connected, or -1
 *
 * Tries the addresses of the host one after the other, IPv4 first; the source address is bound for IPv4
 * loopback targets. */
#ifndef HTTP_CONNECT_H
#define HTTP_CONNECT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "fail.h"

struct http_place {
    char host[256];
    char port[8];
    char address[INET6_ADDRSTRLEN]; /* set by http_connect() */
};

/* False for what is no http or https URL. */
bool http_place_read(const char *url, struct http_place *ret_place, struct fail *why);

/* A connected socket, in non-blocking mode with TCP_NODELAY, or -1. */
int http_connect(struct http_place *place, const char *source_address, int64_t until_mono_ms,
                 bool *ret_timed_out, struct fail *why);

#endif
