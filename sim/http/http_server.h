/* http_server: the transport. One address serves plain HTTP (also the absolute form `POST
 * http(s)://host/path` that proxies get), TLS and CONNECT tunnels: the first bytes tell which. It turns what
 * arrives into a `struct request`, calls the handler, and does with the `struct response` what that asks for:
 * send, delay, park, stream, or break the wire.
 *
 *     struct http_config config = {.handle = answer, .app = sim, .timers = timers, .authority = authority,
 *                                  .tunnel_allowed = is_ours};
 *     struct http_server *server = http_server_new(&config, &why);
 *     int port;
 *     if (server == NULL || !http_server_listen(server, "127.0.0.1", 0, &port, &why)) ...
 *     ...
 *     http_server_poke(server);                  // something changed: parked handlers and streams look again
 *     http_server_free(server);
 *
 * Ownership: the config is copied; app, timers and authority are borrowed and outlive the server (timers are
 * freed after it). A request and its response belong to the server and die when `finished` has returned.
 *
 * Threads: `handle`, `finished` and the functions of a stream are called on `threads` worker threads at the
 * same time (one request: one call at a time); `tunnel_allowed` and `refused` on the thread that accepts,
 * too. A handler that blocks blocks its worker: it parks instead. `finished` comes exactly once for every
 * request that the handler saw. All functions here are thread-safe except http_server_free(), which is called
 * last.
 *
 * Time: delays and park deadlines are calls of `timers`, so they follow the clock. Only the guards against
 * idle strangers (HTTP_GREETING_TIMEOUT_MS, HTTP_IDLE_TIMEOUT_S) use the real clock.
 *
 * TLS: no session is ever resumed (no tickets, no cache), so that a client sees the certificate in each
 * connection and a flaw in it cannot hide behind an earlier handshake.
 *
 * Limits: a body over BODY_MAX_BYTES is drained (up to HTTP_BODY_DRAIN_MAX_BYTES) and reported as
 * body_too_large; a head over HTTP_HEAD_MAX_BYTES gets 431 (or 414 when it is the request line) and
 * `refused`; header lines after HEADERS_MAX are not kept. At connections_max the connection that has waited
 * longest without a byte is closed, else the one that owes the rest of its request longest; when there is
 * none, new ones wait in the kernel's queue until one ends.
 * The soft limit of open files is raised to fit.
 *
 * A client that shuts down its sending side while its request is parked, delayed or hanging is taken to have
 * left.
 *
 * Reason phrases are Twilio's capitals ("201 CREATED"), also for the answers that libmicrohttpd makes on its
 * own; response->reason is used when it is set. libmicrohttpd has no option for it: reason.h says how it is
 * done. What libmicrohttpd 0.9.75 does and does not do: DESIGN, "How an unmodified backend reaches the
 * simulator". */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "authority.h"
#include "fail.h"
#include "request.h"
#include "response.h"
#include "text.h"
#include "timers.h"

/* How an exchange ended. */
enum http_end {
    HTTP_END_SENT,        /* the whole answer was handed to the kernel */
    HTTP_END_RESET,       /* as planned: WIRE_RESET */
    HTTP_END_CLOSED,      /* as planned: WIRE_CLOSE */
    HTTP_END_CUT,         /* as planned: WIRE_TRUNCATE or WIRE_GARBAGE, then closed */
    HTTP_END_CLIENT_LEFT, /* the client was gone before the answer was out; also how WIRE_HANG ends */
    HTTP_END_STOPPED,     /* the server was stopped first */
};

typedef void http_handler(void *app, const struct request *request, struct response *response);

struct http_config {
    http_handler *handle;
    void *app; /* given to every function below */
    struct timers *timers;
    struct authority *authority; /* NULL: no TLS, such connections are closed and logged */
    /* May a CONNECT go to this host (lower case, no port)? Others get 403, a log line and `refused`. NULL:
     * none may. */
    bool (*tunnel_allowed)(void *app, struct text host);
    /* A client begins to speak TLS and asks for `host` (SNI; lower or upper case as sent, "" when it names
     * none): WIRE_RESET and WIRE_CLOSE end its connection there, a tls_fault spoils its handshake and no
     * other, anything else lets it go on. On the thread that accepts. NULL: all go on. */
    struct connect_fault (*connecting)(void *app, struct text client, struct text host);
    /* The name of a CONNECT's host is looked up, which is the proxy's part: true when a planned fault has
     * lost it. The client gets 503, a log line and `refused`. On the thread that accepts. NULL: none is lost.
     */
    bool (*tunnel_lost)(void *app, struct text client, struct text host);
    /* After the answer left or the connection died; may be NULL. */
    void (*finished)(void *app, const struct request *request, const struct response *response,
                     enum http_end how);
    /* Something arrived that never became a request: `what` says it in words, for the journal. May be NULL.
     */
    void (*refused)(void *app, struct text client, const char *what);
    unsigned threads;        /* 0: half the cores: the clients are on the same machine */
    size_t connections_max;  /* 0: CONNECTIONS_MAX */
    int greeting_timeout_ms; /* 0: HTTP_GREETING_TIMEOUT_MS */
};

enum {
    /* How long a new connection may take until its first bytes (a whole CONNECT head) are there. */
    HTTP_GREETING_TIMEOUT_MS = 60 * 1000,
    /* How long a connection may stand without traffic, between requests or within one. */
    HTTP_IDLE_TIMEOUT_S = 180,
    /* Of a body that is too large this much is read and thrown away, so that the client gets its answer. */
    HTTP_BODY_DRAIN_MAX_BYTES = 16 * 1024 * 1024,
    /* Request line and headers, counted with what libmicrohttpd keeps for each header and each query
       parameter (64). */
    HTTP_HEAD_MAX_BYTES = 12 * 1024,
};

/* A new server that listens nowhere yet; NULL and why when threads or descriptors cannot be had. */
struct http_server *http_server_new(const struct http_config *config, struct fail *why);

/* Listens on one more address ("127.0.0.1", "::1", "0.0.0.0"); port 0 takes a free one. `why` says it when
 * the port is taken or may not be used. */
bool http_server_listen(struct http_server *server, const char *address, int port, int *ret_port,
                        struct fail *why) __attribute__((warn_unused_result));

/* Something changed: parked handlers are called again and streams are asked for bytes. From any thread, also
 * from a handler; costs two atomic operations while nothing is parked. */
void http_server_poke(struct http_server *server);

/* Stops: no new connection, parked and hanging ones end (HTTP_END_STOPPED), then everything is released. NULL
 * is allowed. */
void http_server_free(struct http_server *server);

#endif
