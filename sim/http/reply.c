/* Heads, bodies from a reader (streams, drips, truncated ones), and raw bytes. When an answer is due is
 * decided in transaction.c. */
#include "reply.h"

#include <gnutls/gnutls.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "clock.h"
#include "fail.h"
#include "log.h"
#include "reason.h"

enum {
    READER_BLOCK_BYTES = 4096,
    DRIP_MS = 1000,
    DATE_MAX_BYTES = 64,
    USUAL_LINES_MAX_BYTES = 2048,
    LINES_MAX = 2 * RESPONSE_HEADERS_MAX + 1, /* own ones, usual ones, and Date */
};

/* The header lines of an answer while they are put together: one text with two spaces for each line break. */
struct lines {
    char *at;
    size_t len;
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

static void put(struct lines *lines, const char *bytes, size_t len)
{
    memcpy(lines->at + lines->len, bytes, len);
    lines->len += len;
}

/* A line that would pass the maximum is left out, and that is said. */
static void add_line(struct lines *lines, const char *name, const char *value)
{
    size_t name_len = strlen(name), value_len = strlen(value);
    if (name_len + value_len + 5 > ANSWER_LINES_MAX_BYTES - lines->len) {
        log_line(LOG_ERROR, "http", "the header %s does not fit into an answer and is left out", name);
        return;
    }
    lines->breaks[lines->break_count++] = lines->len;
    put(lines, "  ", 2);
    put(lines, name, name_len);
    put(lines, ": ", 2);
    put(lines, value, value_len);
}

enum line_kind { LINE_USUAL, LINE_DATE, LINE_CONNECTION, LINE_NOT_OURS };

/* Most names are told apart by their first letter: this runs for every header of every answer. */
static enum line_kind kind_of(const char *name)
{
    static const struct {
        const char *name;
        enum line_kind kind;
    } special[] = {
        {"Date", LINE_DATE},
        {"Connection", LINE_CONNECTION},
        {"Content-Length", LINE_NOT_OURS},
        {"Transfer-Encoding", LINE_NOT_OURS},
    };
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++)
        if ((name[0] | 0x20) == (special[i].name[0] | 0x20) && strcasecmp(name, special[i].name) == 0)
            return special[i].kind;
    return LINE_USUAL;
}

static const char *date_of(const struct response *response)
{
    for (size_t i = 0; i < response->header_count; i++)
        if (kind_of(response->headers[i].name) == LINE_DATE && response->headers[i].value[0] != '\0')
            return response->headers[i].value;
    return http_date();
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

/* The usual headers' lines, put together when a thread first meets their table. */
static const struct lines *usual_lines(const struct response *response)
{
    static _Thread_local char bytes[USUAL_LINES_MAX_BYTES];
    static _Thread_local struct lines lines;
    static _Thread_local const struct response_header *table;
    if (table == response->usual_headers)
        return &lines;
    table = response->usual_headers;
    lines = (struct lines){.at = bytes};
    for (size_t i = 0; i < response->usual_header_count; i++) {
        const struct response_header *header = &table[i];
        REQUIRE(kind_of(header->name) == LINE_USUAL);
        REQUIRE(lines.len + strlen(header->name) + strlen(header->value) + 5 < sizeof bytes);
        add_line(&lines, header->name, header->value);
    }
    return &lines;
}

static void add_usual(struct lines *lines, const struct response *response)
{
    const struct lines *usual = usual_lines(response);
    if (usual->len + 1 > ANSWER_LINES_MAX_BYTES - lines->len) {
        log_line(LOG_ERROR, "http", "the usual headers do not fit into an answer and are left out");
        return;
    }
    for (size_t i = 0; i < usual->break_count; i++)
        lines->breaks[lines->break_count++] = lines->len + usual->breaks[i];
    put(lines, usual->at, usual->len);
}

/* All lines behind the Date's value, whose header carries them. */
static void gather(struct transaction *t, struct MHD_Response *out, struct lines *lines)
{
    const char *date = date_of(&t->response);
    size_t date_len = strnlen(date, DATE_MAX_BYTES);
    put(lines, date, date_len);
    for (size_t i = 0; i < t->response.header_count; i++) {
        const struct response_header *header = &t->response.headers[i];
        enum line_kind kind = kind_of(header->name);
        if (kind == LINE_CONNECTION && strcasecmp(header->value, "close") == 0)
            MHD_add_response_header(out, "Connection", "close");
        else if (kind == LINE_USUAL || (kind == LINE_CONNECTION && stays(t)))
            add_line(lines, header->name, header->value);
    }
    if (t->response.usual_headers != NULL)
        add_usual(lines, &t->response);
    lines->at[lines->len] = '\0';
}

static void add_headers(struct transaction *t, struct MHD_Response *out)
{
    struct lines lines = {.at = t->lines};
    gather(t, out, &lines);
    if (MHD_add_response_header(out, "Date", lines.at) != MHD_YES) {
        for (size_t i = 0; i < lines.len; i++)
            if (lines.at[i] == '\r' || lines.at[i] == '\n')
                lines.at[i] = ' ';
        MHD_add_response_header(out, "Date", lines.at);
    }
    char *kept = (char *)(uintptr_t)MHD_get_response_header(out, "Date");
    for (size_t i = 0; kept != NULL && i < lines.break_count; i++)
        memcpy(kept + lines.breaks[i], "\r\n", 2);
}

/* Waits within a reader; 0 = libmicrohttpd asks again later. */
static ssize_t wait_for_more(struct transaction *t, int64_t until_mono_ms, bool on_poke, bool *ret_again)
{
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

enum MHD_Result reply_refusal(struct transaction *t, int status, const char *text)
{
    struct MHD_Response *out =
        MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT);
    if (out == NULL)
        return MHD_NO;
    reason_set(status, NULL);
    MHD_add_response_header(out, "Content-Type", "text/plain; charset=utf-8");
    MHD_add_response_header(out, "Date", http_date());
    enum MHD_Result result = MHD_queue_response(t->connection, (unsigned)status, out);
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
    const union MHD_ConnectionInfo *tls =
        MHD_get_connection_info(t->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    ssize_t sent = tls != NULL && tls->tls_session != NULL
                       ? gnutls_record_send(tls->tls_session, bytes, sizeof bytes - 1)
                       : send(t->link->fd, bytes, sizeof bytes - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0)
        log_line(LOG_DEBUG, "http", "%s left before its garbage came", t->link->client);
}
