/* One request over a connection that is already open, by libcurl's multi interface, so that the time limit is
 * the clock's. Connecting is http_connect's; several at once are http_together's. */
#include "http_client.h"

#include <curl/curl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "clock.h"
#include "http_connect.h"
#include "mem.h"

enum { WITHIN_DEFAULT_MS = 10000, URL_MAX_BYTES = 64 * 1024 };

struct http_client {
    char *source_address;
    CURLSH *cookies;
    pthread_mutex_t cookie_mutex;
};

struct http_exchange {
    struct http_client *client;
    CURL *easy;
    struct curl_slist *headers;
    struct curl_slist *resolve;
    char *body;
    int fd; /* connected; libcurl's once it has asked for it */
    bool handed_over;
    int64_t until_mono_ms;
    int64_t within_ms;
    size_t header_bytes;
    struct http_result result; /* being filled */
};

/* ---- the client: a source address and cookies */

static void cookies_lock(CURL *easy, curl_lock_data data, curl_lock_access access, void *context)
{
    (void)easy;
    (void)data;
    (void)access;
    struct http_client *client = context;
    pthread_mutex_lock(&client->cookie_mutex);
}

static void cookies_unlock(CURL *easy, curl_lock_data data, void *context)
{
    (void)easy;
    (void)data;
    struct http_client *client = context;
    pthread_mutex_unlock(&client->cookie_mutex);
}

static void curl_start(void)
{
    REQUIRE(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

struct http_client *http_client_new(const char *source_address)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, curl_start);
    struct http_client *client = mem_new(sizeof *client);
    client->source_address = mem_string(source_address);
    client->cookies = curl_share_init();
    REQUIRE(client->cookies != NULL);
    pthread_mutex_init(&client->cookie_mutex, NULL);
    curl_share_setopt(client->cookies, CURLSHOPT_LOCKFUNC, cookies_lock);
    curl_share_setopt(client->cookies, CURLSHOPT_UNLOCKFUNC, cookies_unlock);
    curl_share_setopt(client->cookies, CURLSHOPT_USERDATA, client);
    curl_share_setopt(client->cookies, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
    return client;
}

void http_client_free(struct http_client *client)
{
    if (client == NULL)
        return;
    curl_share_cleanup(client->cookies);
    pthread_mutex_destroy(&client->cookie_mutex);
    mem_free(client->source_address);
    mem_free(client);
}

void http_client_forget(struct http_client *client)
{
    CURL *easy = curl_easy_init();
    REQUIRE(easy != NULL);
    curl_easy_setopt(easy, CURLOPT_SHARE, client->cookies);
    curl_easy_setopt(easy, CURLOPT_COOKIELIST, "ALL");
    curl_easy_cleanup(easy);
}

/* ---- what comes back */

static bool result_fail(struct http_result *result, enum http_error error, const char *text)
{
    if (result->error == HTTP_OK) {
        result->error = error;
        snprintf(result->error_text, sizeof result->error_text, "%.255s", text);
    }
    return false;
}

static size_t body_come(char *bytes, size_t size, size_t count, void *context)
{
    struct http_exchange *exchange = context;
    text_put(&exchange->result.body, text_span(bytes, size * count));
    if (!exchange->result.body.overflowed)
        return size * count;
    result_fail(&exchange->result, HTTP_TOO_LARGE, "the body is larger than 8 MiB");
    return 0;
}

static void headers_clear(struct http_result *result)
{
    for (size_t i = 0; i < result->header_count; i++) {
        mem_free((char *)result->headers[i].name);
        mem_free((char *)result->headers[i].value);
    }
    mem_free(result->headers);
    result->headers = NULL;
    result->header_count = 0;
}

static void header_add(struct http_result *result, struct text line)
{
    size_t colon = text_find(line, ':');
    if (colon == line.len)
        return;
    result->headers = mem_resize(result->headers, (result->header_count + 1) * sizeof *result->headers);
    result->headers[result->header_count++] = (struct http_header){
        .name = text_copy(text_trim(text_first(line, colon))),
        .value = text_copy(text_trim(text_from(line, colon + 1))),
    };
}

static size_t header_come(char *bytes, size_t size, size_t count, void *context)
{
    struct http_exchange *exchange = context;
    struct text line = text_span(bytes, size * count);
    exchange->header_bytes += line.len;
    if (text_starts(line, "HTTP/"))
        headers_clear(&exchange->result); /* of a 100 Continue before it */
    else if (exchange->header_bytes <= HTTP_HEADERS_MAX_BYTES &&
             exchange->result.header_count < HTTP_HEADERS_KEPT_MAX)
        header_add(&exchange->result, line);
    else if (text_trim(line).len > 0) {
        result_fail(&exchange->result, HTTP_TOO_LARGE, "the answer has too many headers");
        return 0;
    }
    return line.len;
}

/* ---- what goes out */

static curl_socket_t socket_hand_over(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)purpose;
    (void)address;
    struct http_exchange *exchange = context;
    if (exchange->handed_over)
        return CURL_SOCKET_BAD;
    exchange->handed_over = true;
    return exchange->fd;
}

static int socket_is_connected(void *context, curl_socket_t fd, curlsocktype purpose)
{
    (void)context;
    (void)fd;
    (void)purpose;
    return CURL_SOCKOPT_ALREADY_CONNECTED;
}

/* libcurl adds these on its own unless told not to. */
static void headers_silence(struct http_exchange *exchange, const struct http_call *call)
{
    static const char *const own[] = {"Accept", "Content-Type", "Expect", "User-Agent"};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        bool given = false;
        for (size_t j = 0; j < call->header_count; j++)
            given = given || strcasecmp(call->headers[j].name, own[i]) == 0;
        char line[64];
        snprintf(line, sizeof line, "%s:", own[i]);
        if (!given)
            exchange->headers = curl_slist_append(exchange->headers, line);
    }
}

static bool headers_put(struct http_exchange *exchange, const struct http_call *call)
{
    for (size_t i = 0; i < call->header_count; i++) {
        const struct http_header *header = &call->headers[i];
        if (header->name[0] == '\0' || strpbrk(header->name, ":\r\n \t") != NULL ||
            strpbrk(header->value, "\r\n") != NULL)
            return result_fail(&exchange->result, HTTP_BAD_CALL, "a header has a line break, or a bad name");
        struct text_buf line;
        text_buf_init(&line, HTTP_HEADERS_MAX_BYTES);
        /* "Name;" is libcurl's word for a header without a value. */
        text_putf(&line, header->value[0] == '\0' ? "%s;%s" : "%s: %s", header->name, header->value);
        exchange->headers = curl_slist_append(exchange->headers, text_buf_z(&line));
        text_buf_release(&line);
    }
    headers_silence(exchange, call);
    return true;
}

static void body_put(struct http_exchange *exchange, const struct http_call *call, const char *method)
{
    static const char *const with_body[] = {"POST", "PUT", "PATCH"};
    bool sends = call->body.at != NULL;
    for (size_t i = 0; i < sizeof with_body / sizeof with_body[0]; i++)
        sends = sends || strcmp(method, with_body[i]) == 0;
    if (!sends)
        return;
    exchange->body = mem_copy(call->body.at == NULL ? "" : call->body.at, call->body.len);
    curl_easy_setopt(exchange->easy, CURLOPT_POSTFIELDS, exchange->body);
    curl_easy_setopt(exchange->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.len);
}

static void easy_set(struct http_exchange *exchange, const struct http_call *call)
{
    CURL *easy = exchange->easy;
    const char *method = call->method == NULL ? "GET" : call->method;
    curl_easy_setopt(easy, CURLOPT_URL, call->url);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(easy, CURLOPT_SHARE, exchange->client->cookies);
    curl_easy_setopt(easy, CURLOPT_COOKIEFILE, "");
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, socket_hand_over);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, socket_is_connected);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body_come);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, header_come);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange->headers);
    body_put(exchange, call, method);
    if (strcmp(method, "HEAD") == 0)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    else
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
}

/* Opens the connection and tells libcurl the address that it leads to, so that it does not look the name up
 * again. */
static void exchange_connect(struct http_exchange *exchange, const char *url)
{
    struct http_place place;
    struct fail why = {0};
    bool timed_out = false;
    if (!http_place_read(url, &place, &why)) {
        result_fail(&exchange->result, HTTP_BAD_CALL, why.text);
        return;
    }
    exchange->fd =
        http_connect(&place, exchange->client->source_address, exchange->until_mono_ms, &timed_out, &why);
    if (exchange->fd < 0) {
        result_fail(&exchange->result, timed_out ? HTTP_TIMED_OUT : HTTP_NO_CONNECT, why.text);
        return;
    }
    exchange->result.connected = drive_time_now();
    char entry[512];
    snprintf(entry, sizeof entry, "%s:%s:%s", place.host, place.port, place.address);
    exchange->resolve = curl_slist_append(NULL, entry);
    curl_easy_setopt(exchange->easy, CURLOPT_RESOLVE, exchange->resolve);
}

struct http_exchange *http_client_prepare(struct http_client *client, const struct http_call *call)
{
    struct http_exchange *exchange = mem_new(sizeof *exchange);
    exchange->client = client;
    exchange->fd = -1;
    exchange->within_ms = call->within_ms > 0 ? call->within_ms : WITHIN_DEFAULT_MS;
    exchange->until_mono_ms = clock_mono_ms() + exchange->within_ms;
    exchange->easy = curl_easy_init();
    REQUIRE(exchange->easy != NULL);
    text_buf_init(&exchange->result.body, HTTP_BODY_MAX_BYTES);
    if (strlen(call->url) > URL_MAX_BYTES)
        result_fail(&exchange->result, HTTP_BAD_CALL, "the URL is longer than 64 KiB");
    else if (headers_put(exchange, call)) {
        easy_set(exchange, call);
        exchange_connect(exchange, call->url);
    }
    return exchange;
}

/* ---- running */

static void outcome_take(struct http_exchange *exchange, CURLcode code)
{
    long status = 0;
    curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
    exchange->result.status = (int)status;
    if (code != CURLE_OK) /* the call itself was checked before: what is wrong came from the other side */
        result_fail(&exchange->result, HTTP_LOST, curl_easy_strerror(code));
}

static void multi_wake(void *multi)
{
    curl_multi_wakeup(multi);
}

/* Until the answer is whole or the clock says that time is over. */
static void transfer_loop(struct http_exchange *exchange, CURLM *multi)
{
    for (;;) {
        int running = 0, left = 0;
        curl_multi_perform(multi, &running);
        CURLMsg *message = curl_multi_info_read(multi, &left);
        if (message != NULL && message->msg == CURLMSG_DONE) {
            outcome_take(exchange, message->data.result);
            return;
        }
        int wait_ms = clock_poll_timeout_ms(exchange->until_mono_ms);
        if (wait_ms == 0) {
            char text[64];
            snprintf(text, sizeof text, "no whole answer within %lld ms", (long long)exchange->within_ms);
            result_fail(&exchange->result, HTTP_TIMED_OUT, text);
            return;
        }
        curl_multi_poll(multi, NULL, 0, wait_ms < 0 ? INT_MAX : wait_ms, NULL);
    }
}

static void transfer_run(struct http_exchange *exchange, CURLM *multi)
{
    struct clock_alarm alarm;
    clock_alarm_begin(&alarm, exchange->until_mono_ms, multi_wake, multi);
    transfer_loop(exchange, multi);
    clock_alarm_end(&alarm);
}

bool http_exchange_run(struct http_exchange *exchange, struct http_result *ret_result)
{
    exchange->until_mono_ms = clock_mono_ms() + exchange->within_ms;
    exchange->result.sent = drive_time_now();
    if (exchange->fd >= 0 && exchange->result.error == HTTP_OK) {
        CURLM *multi = curl_multi_init();
        REQUIRE(multi != NULL);
        curl_multi_add_handle(multi, exchange->easy);
        transfer_run(exchange, multi);
        curl_multi_remove_handle(multi, exchange->easy);
        curl_multi_cleanup(multi);
    }
    exchange->result.ended = drive_time_now();
    *ret_result = exchange->result;
    exchange->result = (struct http_result){0};
    return ret_result->error == HTTP_OK;
}

void http_exchange_free(struct http_exchange *exchange)
{
    if (exchange == NULL)
        return;
    curl_easy_cleanup(exchange->easy);
    curl_slist_free_all(exchange->headers);
    curl_slist_free_all(exchange->resolve);
    if (exchange->fd >= 0 && !exchange->handed_over)
        close(exchange->fd);
    http_result_release(&exchange->result);
    mem_free(exchange->body);
    mem_free(exchange);
}

bool http_client_run(struct http_client *client, const struct http_call *call, struct http_result *ret_result)
{
    struct http_exchange *exchange = http_client_prepare(client, call);
    bool answered = http_exchange_run(exchange, ret_result);
    http_exchange_free(exchange);
    return answered;
}

void http_result_release(struct http_result *result)
{
    headers_clear(result);
    text_buf_release(&result->body);
}

const char *http_result_header(const struct http_result *result, const char *name)
{
    for (size_t i = 0; i < result->header_count; i++)
        if (strcasecmp(result->headers[i].name, name) == 0)
            return result->headers[i].value;
    return NULL;
}

const char *http_error_name(enum http_error error)
{
    static const char *const names[] = {"ok", "bad-call", "no-connect", "lost", "timed-out", "too-large"};
    return names[error];
}
