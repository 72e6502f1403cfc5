/* The life of a request: it is gathered, handled, parked, delayed and ended here. How an answer is put on the
 * wire is reply.c's business, and waiting itself the lobby's. */
#include "transaction.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "mem.h"
#include "reply.h"
#include "request_head.h"

enum {
    SPARES_MAX = 256,
    /* A buffer that grew beyond this is not kept for the next request. */
    KEEP_BYTES = 32 * 1024,
};

struct desk {
    const struct http_config *config;
    struct lobby *lobby;
    pthread_mutex_t lock;
    struct transaction *spares;
    size_t spare_count;
};

static void transaction_free(struct transaction *transaction)
{
    text_buf_release(&transaction->uri);
    text_buf_release(&transaction->body);
    response_release(&transaction->response);
    arena_free(transaction->request.arena);
    mem_free(transaction);
}

struct desk *desk_new(const struct http_config *config, struct lobby *lobby)
{
    struct desk *desk = mem_new(sizeof *desk);
    desk->config = config;
    desk->lobby = lobby;
    pthread_mutex_init(&desk->lock, NULL);
    return desk;
}

void desk_free(struct desk *desk)
{
    if (desk == NULL)
        return;
    while (desk->spares != NULL) {
        struct transaction *next = desk->spares->next_spare;
        transaction_free(desk->spares);
        desk->spares = next;
    }
    pthread_mutex_destroy(&desk->lock);
    mem_free(desk);
}

static struct transaction *take(struct desk *desk)
{
    pthread_mutex_lock(&desk->lock);
    struct transaction *transaction = desk->spares;
    if (transaction != NULL) {
        desk->spares = transaction->next_spare;
        desk->spare_count--;
    }
    pthread_mutex_unlock(&desk->lock);
    if (transaction != NULL)
        return transaction;
    transaction = mem_new(sizeof *transaction);
    transaction->desk = desk;
    transaction->request.arena = arena_new(REQUEST_ARENA_MAX_BYTES);
    text_buf_init(&transaction->uri, 2 * HTTP_HEAD_MAX_BYTES);
    text_buf_init(&transaction->body, BODY_MAX_BYTES);
    response_init(&transaction->response, transaction->request.arena);
    return transaction;
}

static void clear_buffer(struct text_buf *buf)
{
    if (buf->room > KEEP_BYTES)
        text_buf_release(buf);
    text_buf_clear(buf);
}

static void put_back(struct transaction *transaction)
{
    struct desk *desk = transaction->desk;
    arena_reset(transaction->request.arena);
    clear_buffer(&transaction->uri);
    clear_buffer(&transaction->body);
    clear_buffer(&transaction->response.body);
    pthread_mutex_lock(&desk->lock);
    bool keep = desk->spare_count < SPARES_MAX;
    if (keep) {
        transaction->next_spare = desk->spares;
        desk->spares = transaction;
        desk->spare_count++;
    }
    pthread_mutex_unlock(&desk->lock);
    if (!keep)
        transaction_free(transaction);
}

struct transaction *desk_begin(struct desk *desk, const char *uri, struct MHD_Connection *connection)
{
    struct transaction *t = take(desk);
    t->link = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    t->link->said_something = true;
    link_is(t->link, LINK_GATHERING);
    t->connection = connection;
    t->phase = PHASE_HEAD;
    t->handled = t->planned = t->refused = false;
    t->body_bytes = 0;
    lobby_enter(desk->lobby, &t->guest, connection, t->link->fd);
    text_put_z(&t->uri, uri);
    t->request = (struct request){.arena = t->request.arena, .received_mono_ms = clock_mono_ms()};
    return t;
}

/* What is too large is refused before its body is waited for. */
static enum MHD_Result begin_body(struct transaction *t, const char *method)
{
    int64_t announced = 0;
    request_head_fill(t, method);
    if (request_head_is_too_large(t))
        return reply_refusal(t, 431, "The request line and headers are too large.\n");
    t->phase = PHASE_BODY;
    struct text length = request_header(&t->request, "Content-Length");
    t->refused = length.len > 0 && !text_to_int(length, 0, HTTP_BODY_DRAIN_MAX_BYTES, &announced);
    return t->refused ? reply_refusal(t, 413, "The body is too large.\n") : MHD_YES;
}

static enum MHD_Result take_body(struct transaction *t, const char *data, size_t bytes)
{
    t->body_bytes += bytes;
    if (t->body_bytes <= BODY_MAX_BYTES)
        text_put(&t->body, text_span(data, bytes));
    t->refused = t->body_bytes > HTTP_BODY_DRAIN_MAX_BYTES;
    return t->refused ? MHD_NO : MHD_YES;
}

static enum MHD_Result end_as(struct transaction *t, enum http_end end)
{
    t->end = end;
    t->planned = true;
    return MHD_NO;
}

/* Waits; libmicrohttpd calls again. */
static enum MHD_Result wait_in(struct transaction *t, enum phase phase, int64_t until_mono_ms)
{
    t->phase = phase;
    if (lobby_wait(t->desk->lobby, &t->guest, until_mono_ms, false) == LOBBY_CLOSED)
        return end_as(t, HTTP_END_STOPPED);
    return MHD_YES;
}

/* Does what the response asks for, now that its time has come. */
static enum MHD_Result deliver(struct transaction *t)
{
    t->phase = PHASE_REPLYING;
    switch (t->response.wire) {
    case WIRE_RESET:
        reply_reset(t);
        return end_as(t, HTTP_END_RESET);
    case WIRE_CLOSE:
        return end_as(t, HTTP_END_CLOSED);
    case WIRE_GARBAGE:
        reply_garbage(t);
        return end_as(t, HTTP_END_CUT);
    case WIRE_HANG:
        return wait_in(t, PHASE_HANGING, CLOCK_NEVER);
    case WIRE_NONE:
    case WIRE_TRUNCATE:
    case WIRE_DRIP:
        break;
    }
    return reply_queue(t);
}

/* Calls the handler until it answers or waits for more than a poke that has come already. */
static enum MHD_Result handle(struct transaction *t)
{
    const struct http_config *config = t->desk->config;
    link_is(t->link, LINK_BUSY);
    for (;;) {
        arena_reset(t->request.arena);
        response_restart(&t->response);
        t->handled = true;
        lobby_look(t->desk->lobby, &t->guest);
        config->handle(config->app, &t->request, &t->response);
        if (!t->response.parked)
            break;
        t->request.called_again = true;
        t->phase = PHASE_PARKED;
        enum lobby_result result =
            lobby_wait(t->desk->lobby, &t->guest, t->response.parked_until_mono_ms, true);
        if (result == LOBBY_CLOSED)
            return end_as(t, HTTP_END_STOPPED);
        if (result == LOBBY_WAITING)
            return MHD_YES;
    }
    if (t->response.body.overflowed) {
        log_line(LOG_ERROR, "http", "an answer passed %d bytes, 500 is sent instead", RESPONSE_MAX_BYTES);
        t->response.header_count = 0;
        response_plain(&t->response, 500, "The answer is too large.");
    }
    if (t->response.delay_ms > 0)
        return wait_in(t, PHASE_DELAYED, clock_mono_ms() + t->response.delay_ms);
    return deliver(t);
}

static enum MHD_Result go_on(struct transaction *t)
{
    if (!lobby_back(t->desk->lobby, &t->guest))
        return end_as(t, HTTP_END_CLIENT_LEFT);
    switch (t->phase) {
    case PHASE_PARKED:
        return handle(t);
    case PHASE_DELAYED:
        return deliver(t);
    case PHASE_HEAD:
    case PHASE_BODY:
    case PHASE_HANGING:
    case PHASE_REPLYING:
        break;
    }
    return end_as(t, HTTP_END_STOPPED);
}

enum MHD_Result desk_continue(struct transaction *t, const char *method, const char *version,
                              const char *data, size_t *data_bytes)
{
    if (t->phase == PHASE_HEAD) {
        t->http_1_1 = strcmp(version, "HTTP/1.1") == 0;
        return begin_body(t, method);
    }
    if (*data_bytes > 0) {
        size_t bytes = *data_bytes;
        *data_bytes = 0;
        return take_body(t, data, bytes);
    }
    if (t->phase != PHASE_BODY)
        return go_on(t);
    t->request.body_too_large = t->body_bytes > BODY_MAX_BYTES;
    t->request.body = t->request.body_too_large ? TEXT("") : text_buf_view(&t->body);
    return handle(t);
}

static enum http_end end_of(const struct transaction *t, enum MHD_RequestTerminationCode code)
{
    if (t->planned)
        return t->end;
    if (code == MHD_REQUEST_TERMINATED_COMPLETED_OK)
        return HTTP_END_SENT;
    return code == MHD_REQUEST_TERMINATED_DAEMON_SHUTDOWN ? HTTP_END_STOPPED : HTTP_END_CLIENT_LEFT;
}

/* Why the handler never saw it. */
static const char *why_unheard(const struct transaction *t)
{
    if (link_is_put_out(t->link))
        return "closed without a whole request, to make room for others";
    if (t->refused)
        return "a body too large to be read to its end";
    return t->phase == PHASE_HEAD ? "a head that is broken or too large"
                                  : "a request whose body did not come whole";
}

void desk_end(struct transaction *t, enum MHD_RequestTerminationCode code)
{
    const struct http_config *config = t->desk->config;
    struct response_stream *stream = &t->response.stream;
    lobby_leave(t->desk->lobby, &t->guest);
    link_is(t->link, LINK_IDLE);
    if (t->handled) {
        if (stream->read != NULL && stream->end != NULL)
            stream->end(stream->context);
        if (config->finished != NULL)
            config->finished(config->app, &t->request, &t->response, end_of(t, code));
    } else if (config->refused != NULL) {
        config->refused(config->app, text_of(t->link->client), why_unheard(t));
    }
    put_back(t);
}
