/* target: reads what a first line says: the request target ("/path?query", "https://host/path"), a Host
 * value, a CONNECT head. Pure; every result is a view into what was given. Source: RFC 9112 section 3.2, RFC
 * 9110 sections 7.2 and 9.3.6. */
#ifndef TARGET_H
#define TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

struct target {
    struct text scheme;    /* "http" or "https" of the absolute form, else "" */
    struct text authority; /* "host:port" of the absolute form, else "" */
    struct text path;      /* at least "/" */
    struct text query;     /* without '?' */
};

struct target target_of(struct text uri);

/* "user@host:port" to host and port; *ret_port stays as it is where there is none (or none in 1..65535).
 * Brackets of an IPv6 host are taken off. */
struct text target_host(struct text authority, int *ret_port);

enum connect_result {
    CONNECT_NOT,    /* these bytes cannot become a CONNECT */
    CONNECT_PART,   /* more bytes are needed to tell, or to have the whole head */
    CONNECT_BROKEN, /* a CONNECT that names no host and port */
    CONNECT_WHOLE,
};

struct connect_head {
    struct text host; /* as sent */
    int port;
    size_t len_bytes; /* of the head with its empty line */
};

enum connect_result connect_read(struct text bytes, struct connect_head *ret_head);

#endif
