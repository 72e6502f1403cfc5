/* request: an HTTP request as plain data, free of any transport. All views are borrowed and live as long as
 * the request is handled; `arena` dies with it. */
#ifndef REQUEST_H
#define REQUEST_H

#include "arena.h"
#include "text.h"

struct request_header {
    struct text name;
    struct text value;
};

struct request {
    struct text method; /* as sent: "POST" */
    struct text scheme; /* "http" or "https" */
    struct text host;   /* of Host or the absolute form, lower case, without port; "" when there was none */
    int port;           /* of Host, or the scheme's default */
    struct text path;   /* as sent, percent-encoded, without the query */
    struct text query;  /* as sent, without '?' */
    const struct request_header *headers;
    size_t header_count;
    struct text body;
    bool body_too_large; /* it passed BODY_MAX_BYTES; `body` is empty then */
    struct text client;  /* the peer's address and port, for the journal: "127.0.0.1:51824" */
    int64_t received_mono_ms;
    /* Set when the handler is called again after response_park(). */
    bool called_again;
    struct arena *arena;
};

/* The value of a header (names in any case), or TEXT_NONE. */
struct text request_header(const struct request *request, const char *name);

#endif
