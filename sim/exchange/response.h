/* response: an answer under construction, and what shall happen on the wire instead of (or around) it.
 *
 *     response->status = 201;
 *     response->reason = "CREATED";
 *     response_header(response, "Content-Type", "application/json");
 *     text_put_z(&response->body, "{}");
 *
 * A handler that cannot answer yet calls response_park(response, until): the transport keeps the connection,
 * and calls the handler again (request->called_again) when http_server_poke() is called or when `until` has
 * come. A handler that answers with a stream sets `stream`: the transport asks it for bytes, parks it while
 * it has none, and asks again after a poke. Owned by the transport; header texts are copied into the
 * request's arena by response_header(). */
#ifndef RESPONSE_H
#define RESPONSE_H

#include <sys/types.h>

#include "arena.h"
#include "bounds.h"
#include "text.h"

/* What a fault does to the connection (LANGUAGE: wire). */
enum wire_fault {
    WIRE_NONE,
    WIRE_RESET,    /* a true RST instead of an answer */
    WIRE_CLOSE,    /* the connection is closed, no byte of an answer */
    WIRE_HANG,     /* nothing, for ever (until the client leaves) */
    WIRE_TRUNCATE, /* head and half of the body, then closed */
    WIRE_DRIP,     /* the body byte by byte, a second apart */
    WIRE_GARBAGE,  /* bytes that are no HTTP, then closed */
};

/* What a fault does to a TLS handshake (LANGUAGE: tls). */
enum tls_fault {
    TLS_FINE,
    TLS_EXPIRED,    /* a certificate that was valid until 2001 */
    TLS_WRONG_HOST, /* one for another host */
    TLS_UNKNOWN_CA, /* one that an authority signed which nobody trusts */
    TLS_ABORT,      /* no certificate: the handshake is broken off with a fatal alert */
};

/* What a fault does to a client that begins to speak TLS: at most one of the two. */
struct connect_fault {
    enum wire_fault wire; /* WIRE_RESET or WIRE_CLOSE; anything else lets it go on */
    enum tls_fault tls;
};

struct response_header {
    const char *name;
    const char *value;
};

/* Bytes of a stream: > 0 bytes written to `out`, 0 = none now, -1 = over. Called from the transport's
 * threads, one call at a time; `end` (may be NULL) once, when the client is gone or the stream is over. */
struct response_stream {
    ssize_t (*read)(void *context, char *out, size_t room);
    void (*end)(void *context);
    void *context;
};

struct response {
    int status;
    const char *reason; /* NULL: the standard phrase */
    struct response_header headers[RESPONSE_HEADERS_MAX];
    size_t header_count;
    /* Headers that many answers share: a table that outlives the server, which puts it together once. */
    const struct response_header *usual_headers;
    size_t usual_header_count;
    struct text_buf body;
    int64_t delay_ms; /* wait so long before the answer (or the wire fault) */
    enum wire_fault wire;
    bool parked;
    int64_t parked_until_mono_ms;
    struct response_stream stream; /* read == NULL: none */
    struct arena *arena;           /* the request's */
};

void response_init(struct response *response, struct arena *arena);
void response_release(struct response *response);

/* Adds a header; `name` must outlive the response (a literal), `value` is copied. Ours are few: too many is a
 * bug. */
void response_header(struct response *response, const char *name, const char *value);
/* The same without a copy: `value` outlives the response. */
void response_header_literal(struct response *response, const char *name, const char *value);
/* The value, or NULL. */
const char *response_get_header(const struct response *response, const char *name);

/* Takes back everything that was said; the arena and the body's memory stay. */
void response_restart(struct response *response);

void response_park(struct response *response, int64_t until_mono_ms);

/* A plain-text answer with a line break behind it: for misuse of the simulator, which cannot be taken for
 * Twilio's. */
void response_plain(struct response *response, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
