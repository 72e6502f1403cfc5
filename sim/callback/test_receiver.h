/* test_receiver: who callbacks are sent to, and who is told about them (tests only).
 *
 *     struct receiver receiver;                                    // a real HTTP server, answers by script
 *     receiver_start(&receiver, (const int[]){500, 204}, 2, NULL, NULL);
 *     struct raw_server raw;                                       // writes given bytes whatever it is asked
 *     raw_start(&raw, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", false);
 *     int silent = listen_only(&port);                             // accepts (in the kernel) and says
 * nothing struct notebook notes;                                       // all attempts, copied
 *
 * Waiting has a guard of GUARD_MS real time; a guard that ends fails the test. */
#ifndef TEST_RECEIVER_H
#define TEST_RECEIVER_H

#include "test_support.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "callback_sender.h"
#include "clock.h"
#include "mem.h"

enum { GUARD_MS = 30000, RECEIVED_MAX = 2000, HEAD_MAX_BYTES = 2048, SCRIPT_MAX = 8 };

/* ---- the notebook: a copy of every attempt */

struct noted {
    char id[32], text[256], target[256], signature[64], notes[256], answer[CALLBACK_ANSWER_KEPT_BYTES + 1];
    int number, status;
    int64_t started_ms, ended_ms;
    enum callback_error error;
    bool last;
};

struct notebook {
    pthread_mutex_t lock;
    struct noted *rows;
    size_t count, lasts;
};

static inline void notebook_init(struct notebook *notebook)
{
    *notebook = (struct notebook){.rows = mem_new_array(RECEIVED_MAX, sizeof(struct noted))};
    pthread_mutex_init(&notebook->lock, NULL);
}

static inline void notebook_release(struct notebook *notebook)
{
    pthread_mutex_destroy(&notebook->lock);
    mem_free(notebook->rows);
}

static inline void notebook_note(void *context, const struct callback_attempt *attempt)
{
    struct notebook *notebook = context;
    pthread_mutex_lock(&notebook->lock);
    REQUIRE(notebook->count < RECEIVED_MAX);
    struct noted *row = &notebook->rows[notebook->count++];
    *row = (struct noted){0};
    snprintf(row->id, sizeof row->id, "%s", attempt->id);
    snprintf(row->text, sizeof row->text, "%s", attempt->text);
    snprintf(row->target, sizeof row->target, "%s", attempt->target);
    snprintf(row->signature, sizeof row->signature, "%s", attempt->signature);
    snprintf(row->notes, sizeof row->notes, "%s", attempt->notes);
    memcpy(row->answer, attempt->answer.at, attempt->answer.len);
    row->number = attempt->number;
    row->status = attempt->status;
    row->started_ms = attempt->started_mono_ms;
    row->ended_ms = attempt->ended_mono_ms;
    row->error = attempt->error;
    row->last = attempt->last;
    notebook->lasts += attempt->last;
    pthread_mutex_unlock(&notebook->lock);
}

/* ---- the receiver: libmicrohttpd; the n-th request gets the n-th status of the script, later ones its last
 */

struct received {
    char url[1024];
    char method[8];
    char content_type[128], signature[64], token[64], user_agent[64], host[128], forwarded_proto[16];
    char *body;
    size_t body_len;
};

struct receiver {
    struct MHD_Daemon *daemon;
    int port;
    int script[SCRIPT_MAX];
    size_t script_len;
    const char *answer; /* its body */
    size_t answer_bytes;
    const char *location; /* a header of the answer, NULL = none */
    pthread_mutex_t lock;
    struct received *received;
    size_t count;
};

static inline void *receiver_begin(void *context, const char *uri, struct MHD_Connection *connection)
{
    (void)context, (void)connection;
    struct received *request = mem_new(sizeof *request);
    snprintf(request->url, sizeof request->url, "%s", uri);
    return request;
}

static inline void receiver_header(struct MHD_Connection *connection, const char *name, char *out,
                                   size_t size)
{
    const char *value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
    snprintf(out, size, "%s", value == NULL ? "(none)" : value);
}

static inline enum MHD_Result receiver_answer(struct receiver *receiver, struct MHD_Connection *connection,
                                              size_t index)
{
    int status = receiver->script[index < receiver->script_len ? index : receiver->script_len - 1];
    struct MHD_Response *response = MHD_create_response_from_buffer(
        receiver->answer_bytes, (void *)(uintptr_t)receiver->answer, MHD_RESPMEM_PERSISTENT);
    if (receiver->location != NULL)
        MHD_add_response_header(response, "Location", receiver->location);
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)status, response);
    MHD_destroy_response(response);
    return result;
}

static inline enum MHD_Result receiver_handle(void *context, struct MHD_Connection *connection,
                                              const char *url, const char *method, const char *version,
                                              const char *data, size_t *data_len, void **request_context)
{
    struct receiver *receiver = context;
    struct received *request = *request_context;
    (void)url, (void)version;
    if (request->method[0] == '\0') {
        snprintf(request->method, sizeof request->method, "%s", method);
        return MHD_YES;
    }
    if (*data_len > 0) {
        request->body = mem_resize(request->body, request->body_len + *data_len + 1);
        memcpy(request->body + request->body_len, data, *data_len);
        request->body_len += *data_len;
        request->body[request->body_len] = '\0';
        *data_len = 0;
        return MHD_YES;
    }
    receiver_header(connection, "Content-Type", request->content_type, sizeof request->content_type);
    receiver_header(connection, "X-Twilio-Signature", request->signature, sizeof request->signature);
    receiver_header(connection, "I-Twilio-Idempotency-Token", request->token, sizeof request->token);
    receiver_header(connection, "User-Agent", request->user_agent, sizeof request->user_agent);
    receiver_header(connection, "Host", request->host, sizeof request->host);
    receiver_header(connection, "X-Forwarded-Proto", request->forwarded_proto,
                    sizeof request->forwarded_proto);
    pthread_mutex_lock(&receiver->lock);
    REQUIRE(receiver->count < RECEIVED_MAX);
    size_t index = receiver->count++;
    receiver->received[index] = *request;
    request->body = NULL;
    pthread_mutex_unlock(&receiver->lock);
    return receiver_answer(receiver, connection, index);
}

static inline void receiver_end(void *context, struct MHD_Connection *connection, void **request_context,
                                enum MHD_RequestTerminationCode why)
{
    (void)context, (void)connection, (void)why;
    struct received *request = *request_context;
    if (request != NULL)
        mem_free(request->body);
    mem_free(request);
    *request_context = NULL;
}

/* key and cert (PEM): serve TLS. Not MHD_USE_EPOLL: with it libmicrohttpd 0.9.75 sleeps on unread requests
 * when exactly 128 (or 256, ...) connections become readable at once. Set `answer` and `location` before the
 * first request. */
static inline void receiver_start(struct receiver *receiver, const int *script, size_t script_len,
                                  const char *key, const char *cert)
{
    *receiver = (struct receiver){.script_len = script_len, .answer = ""};
    memcpy(receiver->script, script, script_len * sizeof *script);
    receiver->received = mem_new_array(RECEIVED_MAX, sizeof *receiver->received);
    pthread_mutex_init(&receiver->lock, NULL);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    unsigned flags =
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | (key != NULL ? (unsigned)MHD_USE_TLS : 0);
    struct MHD_OptionItem tls[] = {{MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key},
                                   {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)cert},
                                   {MHD_OPTION_END, 0, NULL}};
    receiver->daemon =
        MHD_start_daemon(flags, 0, NULL, NULL, receiver_handle, receiver, MHD_OPTION_SOCK_ADDR, &address,
                         MHD_OPTION_URI_LOG_CALLBACK, receiver_begin, NULL, MHD_OPTION_NOTIFY_COMPLETED,
                         receiver_end, NULL, MHD_OPTION_ARRAY, key != NULL ? tls : tls + 2, MHD_OPTION_END);
    assert_non_null(receiver->daemon);
    receiver->port = MHD_get_daemon_info(receiver->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

static inline void receiver_stop(struct receiver *receiver)
{
    MHD_stop_daemon(receiver->daemon);
    for (size_t i = 0; i < receiver->count; i++)
        mem_free(receiver->received[i].body);
    mem_free(receiver->received);
    pthread_mutex_destroy(&receiver->lock);
}

/* ---- sockets without HTTP */

/* A listening socket on a free port. Without accept() the kernel takes connections and bytes, and nobody
 * answers. */
static inline int listen_only(int *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 1000), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    *ret_port = ntohs(address.sin_port);
    return fd;
}

/* A port that nobody listens on. */
static inline int closed_port(void)
{
    int port;
    close(listen_only(&port));
    return port;
}

/* Reads a request whose body has body_len bytes, writes `answer`, closes (or, with keep_open, waits for the
 * other side to close). The head of the last request is kept. */
struct raw_server {
    int fd, port;
    pthread_t thread;
    struct text answer;
    bool keep_open;
    size_t body_len;
    char head[HEAD_MAX_BYTES];
};

static inline void raw_serve(struct raw_server *server, int connection)
{
    size_t got = 0;
    char *end = NULL;
    memset(server->head, 0, sizeof server->head);
    while (end == NULL || got < (size_t)(end + 4 - server->head) + server->body_len) {
        ssize_t n = recv(connection, server->head + got, sizeof server->head - 1 - got, 0);
        if (n <= 0)
            return;
        got += (size_t)n;
        end = strstr(server->head, "\r\n\r\n");
    }
    if (server->answer.len > 0)
        assert_int_equal(send(connection, server->answer.at, server->answer.len, MSG_NOSIGNAL),
                         server->answer.len);
    char rest;
    while (server->keep_open && recv(connection, &rest, 1, 0) > 0)
        continue;
}

static inline void *raw_thread(void *context)
{
    struct raw_server *server = context;
    for (int connection; (connection = accept(server->fd, NULL, NULL)) >= 0; close(connection))
        raw_serve(server, connection);
    return NULL;
}

static inline void raw_start(struct raw_server *server, struct text answer, size_t body_len, bool keep_open)
{
    *server = (struct raw_server){.answer = answer, .body_len = body_len, .keep_open = keep_open};
    server->fd = listen_only(&server->port);
    assert_int_equal(pthread_create(&server->thread, NULL, raw_thread, server), 0);
}

static inline void raw_stop(struct raw_server *server)
{
    shutdown(server->fd, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->fd);
}

/* ---- sending */

/* Sends one job, told to the notebook. */
static inline void send_url(struct callback_sender *sender, struct notebook *notebook, const char *url)
{
    struct callback_job job = {.id = TEXT("job"),
                               .url = text_of(url),
                               .body = TEXT("MessageStatus=sent"),
                               .auth_token = TEXT("simtoken"),
                               .idempotency_token = TEXT("11111111-2222-4333-8444-555555555555"),
                               .attempted = notebook_note,
                               .context = notebook};
    struct fail why = {0};
    if (!callback_sender_send(sender, &job, &why))
        fail_msg("%s", why.text);
}

/* The same, to http://127.0.0.1:PORT and a path. */
static inline void send_to(struct callback_sender *sender, struct notebook *notebook, int port,
                           const char *path)
{
    char url[1024];
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", port, path);
    send_url(sender, notebook, url);
}

static inline void wait_idle(struct callback_sender *sender)
{
    if (!callback_sender_wait_idle(sender, clock_real_mono_us() + (int64_t)GUARD_MS * 1000))
        fail_msg("not idle after %d ms", GUARD_MS);
}

#endif
