/* Reads an HTTP answer that does not end: plain sockets, because libcurl's easy calls return only at the end
 * of one. What an event looks like in the history is event_shape.c's work. */
#include "event_pump.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "json.h"
#include "mem.h"

enum { HEAD_MAX_BYTES = 16 * 1024, READ_BYTES = 64 * 1024, HOST_BYTES = 128, CHUNK_HEAD_MAX_BYTES = 64 };

struct event_pump {
    struct event_pump_options options;
    int fd;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t moved;
    int64_t last_n;
    bool ended;
    struct fail why; /* of the end */
    /* of the thread alone */
    bool chunked;
    size_t chunk_left;
    struct text_buf chunk_head;
    struct text_buf line;
};

/* http://HOST:PORT */
static bool address_split(const char *address, char host[HOST_BYTES], char port[8], struct fail *why)
{
    struct text rest = text_of(address);
    if (!text_starts(rest, "http://"))
        return fail_set(why, "the simulator's address %s does not begin with http://", address);
    rest = text_from(rest, strlen("http://"));
    rest = text_first(rest, text_find(rest, '/'));
    size_t colon = text_find(rest, ':');
    snprintf(host, HOST_BYTES, "%.*s", TEXT_ARGS(text_first(rest, colon)));
    snprintf(port, 8, "%.*s", TEXT_ARGS(colon < rest.len ? text_from(rest, colon + 1) : TEXT("80")));
    return true;
}

static int connected(const char *address, struct fail *why)
{
    char host[HOST_BYTES], port[8];
    struct addrinfo *found = NULL, hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    if (!address_split(address, host, port, why))
        return -1;
    if (getaddrinfo(host, port, &hints, &found) != 0) {
        fail_set(why, "the simulator's address %s is not known", address);
        return -1;
    }
    int fd = -1;
    for (struct addrinfo *at = found; at != NULL && fd < 0; at = at->ai_next) {
        fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
        if (fd >= 0 && connect(fd, at->ai_addr, at->ai_addrlen) != 0) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(found);
    if (fd < 0)
        fail_set(why, "the simulator at %s does not answer: %s", address, strerror(errno));
    return fd;
}

static bool request_send(const struct event_pump *pump, struct fail *why)
{
    char host[HOST_BYTES], port[8], request[512];
    if (!address_split(pump->options.address, host, port, why))
        return false;
    int len = snprintf(
        request, sizeof request,
        "GET /sim/v1/events?after=%lld HTTP/1.1\r\nHost: %s:%s\r\nAccept: application/x-ndjson\r\n\r\n",
        (long long)pump->options.after, host, port);
    if (send(pump->fd, request, (size_t)len, MSG_NOSIGNAL) == len)
        return true;
    return fail_set(why, "the simulator at %s does not listen: %s", pump->options.address, strerror(errno));
}

/* Byte by byte, once for a stream: what follows the head is left for the reader. */
static bool head_read(struct event_pump *pump, struct fail *why)
{
    struct text_buf head;
    text_buf_init(&head, HEAD_MAX_BYTES);
    char byte;
    while (!head.overflowed && !text_ends(text_buf_view(&head), "\r\n\r\n") &&
           recv(pump->fd, &byte, 1, 0) == 1)
        text_put_char(&head, byte);
    struct text view = text_buf_view(&head);
    bool fine = text_starts(view, "HTTP/1.1 200") && text_ends(view, "\r\n\r\n");
    for (struct text rest = view, line; fine && text_split(&rest, '\n', &line);)
        if (text_starts(line, "Transfer-Encoding") || text_starts(line, "transfer-encoding"))
            pump->chunked = text_contains(line, TEXT("chunked"));
    if (!fine)
        fail_set(why, "the simulator does not give its events: %.*s",
                 TEXT_ARGS(text_first(view, text_find(view, '\r'))));
    text_buf_release(&head);
    return fine;
}

static void pump_end(struct event_pump *pump, const char *reason)
{
    pthread_mutex_lock(&pump->mutex);
    if (!pump->ended)
        fail_set(&pump->why, "%s", reason);
    pump->ended = true;
    pthread_cond_broadcast(&pump->moved);
    pthread_mutex_unlock(&pump->mutex);
}

static void line_take(struct event_pump *pump)
{
    struct fail why = {0};
    json_t *event = NULL;
    struct text line = text_trim(text_buf_view(&pump->line));
    if (line.len > 0 && json_read(line, "event", &event, &why)) {
        int64_t n = json_integer_value(json_object_get(event, "n"));
        event_shape(event, pump->options.code);
        if (pump->options.take != NULL) {
            pump->options.take(pump->options.context, event);
            json_decref(event);
        } else if (!history_relay(pump->options.history, event, &why))
            event = NULL;
        pthread_mutex_lock(&pump->mutex);
        pump->last_n = n;
        pthread_cond_broadcast(&pump->moved);
        pthread_mutex_unlock(&pump->mutex);
    }
    if (why.set) {
        char words[sizeof why.text];
        snprintf(words, sizeof words, "the simulator sent an event that cannot be read: %.600s", why.text);
        pump_end(pump, words);
    }
    text_buf_clear(&pump->line);
}

static void body_take(struct event_pump *pump, struct text bytes)
{
    while (bytes.len > 0 && !pump->ended) {
        size_t end = text_find(bytes, '\n');
        text_put(&pump->line, text_first(bytes, end));
        if (pump->line.overflowed)
            pump_end(pump, "the simulator sent an event that is too large");
        if (end < bytes.len)
            line_take(pump);
        bytes = text_from(bytes, end + 1);
    }
}

static bool chunk_begin(struct event_pump *pump, char byte)
{
    text_put_char(&pump->chunk_head, byte);
    struct text head = text_trim(text_buf_view(&pump->chunk_head));
    if (byte != '\n' || head.len == 0)
        return !pump->chunk_head.overflowed;
    size_t size = 0;
    for (size_t i = 0; i < head.len && head.at[i] != ';'; i++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF", *at = strchr(digits, head.at[i]);
        if (at == NULL || size > EVENT_MAX_BYTES)
            return false;
        size = size * 16 + (size_t)((at - digits) % 16);
    }
    pump->chunk_left = size;
    text_buf_clear(&pump->chunk_head);
    return size > 0;
}

static bool chunks_take(struct event_pump *pump, struct text bytes)
{
    while (bytes.len > 0) {
        if (pump->chunk_left == 0) {
            if (!chunk_begin(pump, bytes.at[0]))
                return false;
            bytes = text_from(bytes, 1);
            continue;
        }
        struct text part = text_first(bytes, pump->chunk_left);
        pump->chunk_left -= part.len;
        body_take(pump, part);
        bytes = text_from(bytes, part.len);
    }
    return true;
}

static void *pump_run(void *context)
{
    struct event_pump *pump = context;
    char *bytes = mem_new(READ_BYTES);
    ssize_t got;
    while ((got = recv(pump->fd, bytes, READ_BYTES, 0)) > 0 || (got < 0 && errno == EINTR)) {
        struct text part = text_span(bytes, got < 0 ? 0 : (size_t)got);
        if (!pump->chunked)
            body_take(pump, part);
        else if (!chunks_take(pump, part))
            break;
        if (pump->ended)
            break;
    }
    pump_end(pump, "the simulator's stream of events ended");
    mem_free(bytes);
    return NULL;
}

struct event_pump *event_pump_new(const struct event_pump_options *options, struct fail *why)
{
    struct event_pump *pump = mem_new(sizeof *pump);
    pump->options = *options;
    pump->last_n = options->after;
    text_buf_init(&pump->chunk_head, CHUNK_HEAD_MAX_BYTES);
    text_buf_init(&pump->line, EVENT_MAX_BYTES);
    pthread_mutex_init(&pump->mutex, NULL);
    clock_cond_init(&pump->moved);
    pump->fd = connected(options->address, why);
    bool fine = pump->fd >= 0 && request_send(pump, why) && head_read(pump, why);
    if (fine && pthread_create(&pump->thread, NULL, pump_run, pump) == 0)
        return pump;
    if (fine)
        fail_set(why, "no thread for the simulator's events");
    if (pump->fd >= 0)
        close(pump->fd);
    pump->fd = -1;
    event_pump_free(pump);
    return NULL;
}

void event_pump_free(struct event_pump *pump)
{
    if (pump == NULL)
        return;
    if (pump->fd >= 0) {
        shutdown(pump->fd, SHUT_RDWR);
        pthread_join(pump->thread, NULL);
        close(pump->fd);
    }
    text_buf_release(&pump->chunk_head);
    text_buf_release(&pump->line);
    pthread_cond_destroy(&pump->moved);
    pthread_mutex_destroy(&pump->mutex);
    mem_free(pump);
}

bool event_pump_reach(struct event_pump *pump, int64_t n, int64_t within_real_ms, struct fail *why)
{
    int64_t until_us = clock_real_mono_us() + within_real_ms * 1000;
    pthread_mutex_lock(&pump->mutex);
    while (pump->last_n < n && !pump->ended && clock_real_mono_us() < until_us)
        clock_cond_wait_real(&pump->moved, &pump->mutex, until_us);
    bool reached = pump->last_n >= n;
    if (!reached && pump->ended)
        fail_set(why, "%s", pump->why.text);
    else if (!reached)
        fail_set(why, "the simulator's events do not arrive (%lld of %lld)", (long long)pump->last_n,
                 (long long)n);
    pthread_mutex_unlock(&pump->mutex);
    return reached;
}
