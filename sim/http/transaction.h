/* transaction: one request and its answer, from the first line to the last byte; what libmicrohttpd calls
 * back for.
 *
 * A desk owns the transactions of a server: they are taken for a request and put back afterwards with their
 * memory, so that a busy server does not allocate. A link is a connection; it outlives its transactions.
 *
 * The order of calls for one request, all on the connection's worker thread: desk_begin (the first line is
 * there), desk_continue (the head, each piece of the body, the end, and once after each wait), desk_end.
 *
 * A transaction's states: HEAD -> BODY -> (PARKED -> handled again)* -> (DELAYED) -> REPLYING or HANGING or
 * gone. */
#ifndef TRANSACTION_H
#define TRANSACTION_H

#include <microhttpd.h>

#include "http_server.h"
#include "links.h"
#include "lobby.h"

enum {
    /* Header lines of an answer; libmicrohttpd keeps them in CONNECTION_MEMORY_BYTES, beside the request's
       head. */
    ANSWER_LINES_MAX_BYTES = 8 * 1024,
};

enum phase { PHASE_HEAD, PHASE_BODY, PHASE_PARKED, PHASE_DELAYED, PHASE_HANGING, PHASE_REPLYING };

struct transaction {
    struct transaction *next_spare;
    struct desk *desk;
    struct link *link;
    struct MHD_Connection *connection;
    struct guest guest;
    enum phase phase;
    bool http_1_1;
    bool refused; /* 413 before the body was read */
    bool handled; /* the handler saw the request: `finished` is owed */
    bool planned; /* the end below was decided by us */
    enum http_end end;
    struct text_buf uri, body;
    size_t body_bytes;
    char host[256];
    struct request request;
    struct request_header headers[HEADERS_MAX];
    struct response response;
    char lines[ANSWER_LINES_MAX_BYTES]; /* header lines of the answer */
    int64_t next_byte_mono_ms;          /* WIRE_DRIP */
};

struct desk;

/* Both borrowed. */
struct desk *desk_new(const struct http_config *config, struct lobby *lobby);
/* All transactions have ended. */
void desk_free(struct desk *desk);

struct transaction *desk_begin(struct desk *desk, const char *uri, struct MHD_Connection *connection);
enum MHD_Result desk_continue(struct transaction *transaction, const char *method, const char *version,
                              const char *data, size_t *data_bytes);
void desk_end(struct transaction *transaction, enum MHD_RequestTerminationCode code);

#endif
