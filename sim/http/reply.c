/* Heads, bodies from a reader (streams, drips, truncated ones), and raw bytes. When an answer is due is decided in
 * transaction.c. */
#include "reply.h"

#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "clock.h"
#include "log.h"
#include "reason.h"

enum {
    READER_BLOCK_BYTES = 4096,
    DRIP_MS = 1000,
    LINES_MAX = RESPONSE_HEADERS_MAX + 1, /* and Date */
};

/* The header lines of an answer while they are put together: one text with a placeholder at each line break. */
struct lines {
    struct text_buf *text;
    size_t breaks[LINES_MAX];
    size_t break_count;
};

static const char *http_date(void)
{
    static _Thread_local int64_t second;
    static _Thread_local char text[CLOCK_TEXT_BYTES];
    int64_t now_ms = clock_wall_ms();
    if (text[0] == '\0' || now_ms / 1000 != second) {
        second = now_ms / 1000;
        clock_http_date(now_ms, text);
    }
    return text;
}

static void put_clean(struct text_buf *out, const char *value)
{
    size_t from = out->len;
    text_put_z(out, value);
    for (size_t i = from; i < out->len; i++)
        if ((unsigned char)out->at[i] < ' ')
            out->at[i] = ' ';
}

/* A line that would pass the maximum is left out, and that is said. */
static void add_line(struct lines *lines, const char *name, const char *value)
{
    size_t len = lines->text->len;
    if (len > 0) {
        text_put(lines->text, TEXT("  "));
        text_put_z(lines->text, name);
        text_put(lines->text, TEXT(": "));
    }
    put_clean(lines->text, value);
    if (lines->text->overflowed) {
        log_line(LOG_ERROR, "http", "the header %s does not fit into an answer and is left out", name);
        lines->text->len = len;
        lines->text->overflowed = false;
    } else if (len > 0) {
        lines->breaks[lines->break_count++] = len;
    }
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (strcasecmp(name, *names) == 0)
            return true;
    return false;
}

/* Does the connection stay, as far as the client is concerned? */
static bool stays(const struct transaction *t)
{
    struct text asked = request_header(&t->request, "Connection");
    struct text part;
    while (t->http_1_1 && text_split(&asked, ',', &part))
        if (text_is_nocase(text_trim(part), "close"))
            return false;
    return t->http_1_1;
}

/* The Date comes first, as the header that carries the others. */
static void add_headers(struct transaction *t, struct MHD_Response *out)
{
    static const char *const not_ours[] = {"Date", "Content-Length", "Transfer-Encoding", NULL};
    static const char *const connection[] = {"Connection", NULL};
    struct lines lines = {.text = &t->head};
    const char *date = response_get_header(&t->response, "Date");
    text_buf_clear(&t->head);
    add_line(&lines, "Date", date != NULL && date[0] != '\0' ? date : http_date());
    for (size_t i = 0; i < t->response.header_count; i++) {
        const struct response_header *header = &t->response.headers[i];
        if (is_one_of(header->name, not_ours))
            continue;
        if (!is_one_of(header->name, connection))
            add_line(&lines, header->name, header->value);
        else if (strcasecmp(header->value, "close") == 0)
            MHD_add_response_header(out, "Connection", "close");
        else if (stays(t))
            add_line(&lines, header->name, header->value);
    }
    if (MHD_add_response_header(out, "Date", text_buf_z(&t->head)) != MHD_YES)
        return;
    char *kept = (char *)(uintptr_t)MHD_get_response_header(out, "Date");
    for (size_t i = 0; i < lines.break_count; i++)
        memcpy(kept + lines.breaks[i], "\r\n", 2);
}

/* What a head without its body left in the kernel goes out now, not when more comes or 200 ms have passed. */
static void push_out(const struct transaction *t)
{
    int on = 1;
    setsockopt(t->link->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* Waits within a reader; 0 = libmicrohttpd asks again later. */
static ssize_t wait_for_more(struct transaction *t, int64_t until_mono_ms, bool on_poke, bool *ret_again)
{
    push_out(t);
    enum lobby_result result = lobby_wait(t->guest.lobby, &t->guest, until_mono_ms, on_poke);
    *ret_again = result == LOBBY_AGAIN;
    return result == LOBBY_CLOSED ? MHD_CONTENT_READER_END_WITH_ERROR : 0;
}

static ssize_t read_stream(void *context, uint64_t position, char *out, size_t room)
{
    struct transaction *t = context;
    struct response_stream *stream = &t->response.stream;
    bool again = true;
    (void)position;
    if (!lobby_back(t->guest.lobby, &t->guest))
        return MHD_CONTENT_READER_END_WITH_ERROR;
    ssize_t count = 0;
    while (again && count == 0) {
        lobby_look(t->guest.lobby, &t->guest);
        count = stream->read(stream->context, out, room);
        if (count == 0)
            count = wait_for_more(t, CLOCK_NEVER, true, &again);
        else if (count < 0)
            count = MHD_CONTENT_READER_END_OF_STREAM;
    }
    return count;
}

static ssize_t read_drip(void *context, uint64_t position, char *out, size_t room)
{
    struct transaction *t = context;
    bool again;
    (void)room;
    if (!lobby_back(t->guest.lobby, &t->guest))
        return MHD_CONTENT_READER_END_WITH_ERROR;
    int64_t now = clock_mono_ms();
    if (now < t->next_byte_mono_ms)
        return wait_for_more(t, t->next_byte_mono_ms, false, &again);
    t->next_byte_mono_ms = now + DRIP_MS;
    out[0] = t->response.body.at[position];
    return 1;
}

static ssize_t read_half(void *context, uint64_t position, char *out, size_t room)
{
    struct transaction *t = context;
    size_t half = t->response.body.len / 2;
    if (position >= half) {
        t->planned = true;
        t->end = HTTP_END_CUT;
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    size_t count = half - position < room ? half - position : room;
    memcpy(out, t->response.body.at + position, count);
    return (ssize_t)count;
}

/* The body stays in the transaction, which outlives the answer: nothing is copied. */
static struct MHD_Response *make_response(struct transaction *t)
{
    struct text_buf *body = &t->response.body;
    MHD_ContentReaderCallback reader = NULL;
    uint64_t size = body->len;
    if (t->response.stream.read != NULL) {
        reader = read_stream;
        size = MHD_SIZE_UNKNOWN;
    } else if (body->len > 0 && t->response.wire == WIRE_DRIP) {
        reader = read_drip;
    } else if (body->len > 0 && t->response.wire == WIRE_TRUNCATE) {
        reader = read_half;
    }
    if (reader == NULL)
        return MHD_create_response_from_buffer(body->len, body->at, MHD_RESPMEM_PERSISTENT);
    return MHD_create_response_from_callback(size, READER_BLOCK_BYTES, reader, t, NULL);
}

enum MHD_Result reply_queue(struct transaction *t)
{
    struct MHD_Response *out = make_response(t);
    int status = t->response.status;
    if (status < 200 || status > 999) {
        log_line(LOG_ERROR, "http", "%d is not the status of an answer, 500 is sent", status);
        status = 500;
    }
    if (out == NULL)
        return MHD_NO;
    t->next_byte_mono_ms = clock_mono_ms();
    add_headers(t, out);
    if (t->response.wire == WIRE_TRUNCATE && t->response.body.len == 0)
        MHD_add_response_header(out, "Connection", "close");
    reason_set(status, t->response.reason);
    enum MHD_Result result = MHD_queue_response(t->connection, (unsigned)status, out);
    MHD_destroy_response(out);
    return result;
}

enum MHD_Result reply_too_large(struct transaction *t)
{
    static char text[] = "The body is too large.\n";
    struct MHD_Response *out = MHD_create_response_from_buffer(sizeof text - 1, text, MHD_RESPMEM_PERSISTENT);
    if (out == NULL)
        return MHD_NO;
    reason_set(413, NULL);
    MHD_add_response_header(out, "Content-Type", "text/plain; charset=utf-8");
    MHD_add_response_header(out, "Date", http_date());
    enum MHD_Result result = MHD_queue_response(t->connection, 413, out);
    MHD_destroy_response(out);
    return result;
}

void reply_reset(struct transaction *t)
{
    struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    if (connect(t->link->fd, &nobody, sizeof nobody) != 0)
        log_line(LOG_WARN, "http", "%s could not be reset", t->link->client);
}

void reply_garbage(struct transaction *t)
{
    static const char bytes[] = "\x00\xff\xfe\x01 these bytes are no HTTP \r\n\r\n\x7f\x80";
    const union MHD_ConnectionInfo *tls = MHD_get_connection_info(t->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    ssize_t sent = tls != NULL && tls->tls_session != NULL
                       ? gnutls_record_send(tls->tls_session, bytes, sizeof bytes - 1)
                       : send(t->link->fd, bytes, sizeof bytes - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0)
        log_line(LOG_DEBUG, "http", "%s left before its garbage came", t->link->client);
}
