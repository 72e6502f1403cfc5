/* The tests' server. It uses the transport as main does. */
#include "test_site.h"

#include <stdio.h>

#include "clock.h"
#include "test_support.h"

enum { GUARD_S = 20 };

static void say_echo(struct test_site *site, const struct request *request, struct response *response)
{
    (void)site;
    struct text_buf *out = &response->body;
    struct text probe = request_header(request, "X-Probe");
    text_putf(out, "%.*s %.*s://%.*s:%d %.*s ? %.*s", TEXT_ARGS(request->method), TEXT_ARGS(request->scheme),
              TEXT_ARGS(request->host), request->port, TEXT_ARGS(request->path), TEXT_ARGS(request->query));
    text_putf(out, " | probe=%.*s headers=%zu body=%zu:", TEXT_ARGS(probe), request->header_count,
              request->body.len);
    text_put(out, text_first(request->body, 64));
    text_putf(out, " too_large=%d client=%.*s", request->body_too_large,
              TEXT_ARGS(text_first(request->client, 10)));
}

static void say_headers(struct test_site *site, const struct request *request, struct response *response)
{
    (void)site;
    (void)request;
    response->status = 201;
    response_header_literal(response, "Content-Type", "application/json");
    response_header_literal(response, "Connection", "keep-alive");
    response_header_literal(response, "X-Empty", "");
    response_header(response, "X-Broken", "a\r\nb");
    response_header_literal(response, "Content-Length", "7");
    response_header_literal(response, "X-Last", "last");
    text_put_z(&response->body, "{}");
}

static void say_reason(struct test_site *site, const struct request *request, struct response *response)
{
    (void)site;
    (void)request;
    response->status = 429;
    response->reason = "Slow Down";
}

static void park(struct test_site *site, const struct request *request, struct response *response)
{
    int64_t until_ms = CLOCK_NEVER, wait_ms;
    if (text_to_int(request->query, 0, 60000, &wait_ms) && request->query.len > 0)
        until_ms = request->received_mono_ms + wait_ms;
    pthread_mutex_lock(&site->lock);
    if (site->released || clock_mono_ms() >= until_ms) {
        text_putf(&response->body, "%s, called again: %d", site->released ? "released" : "deadline",
                  request->called_again);
    } else {
        response_park(response, until_ms);
        site->parked++;
        pthread_cond_broadcast(&site->changed);
    }
    pthread_mutex_unlock(&site->lock);
}

static void delay(struct test_site *site, const struct request *request, struct response *response)
{
    int64_t wait_ms = 0;
    (void)site;
    text_to_int(request->query, 0, 600000, &wait_ms);
    response->delay_ms = wait_ms;
    text_put_z(&response->body, "late\n");
}

static ssize_t stream_read(void *context, char *out, size_t room)
{
    struct test_site *site = context;
    pthread_mutex_lock(&site->lock);
    size_t count = site->stream.len < room ? site->stream.len : room;
    if (count > 0) {
        memcpy(out, site->stream.at, count);
        memmove(site->stream.at, site->stream.at + count, site->stream.len - count);
        site->stream.len -= count;
    }
    bool over = site->stream_over;
    pthread_mutex_unlock(&site->lock);
    return count > 0 ? (ssize_t)count : over ? -1 : 0;
}

static void stream_end(void *context)
{
    struct test_site *site = context;
    pthread_mutex_lock(&site->lock);
    site->streams_ended++;
    pthread_mutex_unlock(&site->lock);
}

static void stream(struct test_site *site, const struct request *request, struct response *response)
{
    (void)request;
    response_header_literal(response, "Content-Type", "application/x-ndjson");
    response->stream = (struct response_stream){stream_read, stream_end, site};
}

static void say_hello(struct test_site *site, const struct request *request, struct response *response)
{
    (void)site;
    (void)request;
    text_put_z(&response->body, "hello\n");
}

static const struct {
    const char *path;
    enum wire_fault wire;
    void (*say)(struct test_site *site, const struct request *request, struct response *response);
} pages[] = {
    {"/hello", WIRE_NONE, say_hello},
    {"/echo", WIRE_NONE, say_echo},
    {"/headers", WIRE_NONE, say_headers},
    {"/reason", WIRE_NONE, say_reason},
    {"/park", WIRE_NONE, park},
    {"/delay", WIRE_NONE, delay},
    {"/stream", WIRE_NONE, stream},
    {"/reset", WIRE_RESET, say_hello},
    {"/close", WIRE_CLOSE, say_hello},
    {"/hang", WIRE_HANG, say_hello},
    {"/truncate", WIRE_TRUNCATE, say_hello},
    {"/drip", WIRE_DRIP, say_hello},
    {"/garbage", WIRE_GARBAGE, say_hello},
    {"/late-reset", WIRE_RESET, delay},
};

static void handle(void *app, const struct request *request, struct response *response)
{
    struct test_site *site = app;
    pthread_mutex_lock(&site->lock);
    site->calls++;
    pthread_mutex_unlock(&site->lock);
    for (size_t i = 0; i < COUNT_OF(pages); i++) {
        bool echo = text_starts(request->path, "/echo") && pages[i].say == say_echo;
        if (!echo && !text_is(request->path, pages[i].path))
            continue;
        pages[i].say(site, request, response);
        response->wire = pages[i].wire;
        return;
    }
    response_plain(response, 404, "no such page");
}

static void finished(void *app, const struct request *request, const struct response *response,
                     enum http_end how)
{
    struct test_site *site = app;
    assert_true(request->path.len > 0 && response->status >= 200);
    pthread_mutex_lock(&site->lock);
    site->ended[how]++;
    pthread_cond_broadcast(&site->changed);
    pthread_mutex_unlock(&site->lock);
}

static void refused(void *app, struct text client, const char *what)
{
    struct test_site *site = app;
    assert_true(text_starts(client, "127.0.0.1:"));
    pthread_mutex_lock(&site->lock);
    site->refusals++;
    snprintf(site->refused, sizeof site->refused, "%s", what);
    pthread_cond_broadcast(&site->changed);
    pthread_mutex_unlock(&site->lock);
}

static bool tunnel_allowed(void *app, struct text host)
{
    (void)app;
    return text_is(host, "api.example.com") || text_is(host, "example.net");
}

void test_site_open(struct test_site *site, const struct http_config *given)
{
    static const char *const domains[] = {"example.com", "example.net", NULL};
    struct http_config config = *given;
    struct fail why = {0};
    *site = (struct test_site){.timers = timers_new()};
    pthread_mutex_init(&site->lock, NULL);
    clock_cond_init(&site->changed);
    text_buf_init(&site->stream, 1024 * 1024);
    site->authority = authority_new(NULL, domains, &why);
    assert_non_null(site->authority);
    config.handle = handle;
    config.app = site;
    config.timers = site->timers;
    config.authority = site->authority;
    config.tunnel_allowed = tunnel_allowed;
    config.finished = finished;
    config.refused = refused;
    if (config.threads == 0)
        config.threads = 2;
    site->server = http_server_new(&config, &why);
    assert_non_null(site->server);
    assert_true(http_server_listen(site->server, "127.0.0.1", 0, &site->port, &why));
}

void test_site_close(struct test_site *site)
{
    http_server_free(site->server);
    timers_free(site->timers);
    authority_free(site->authority);
    text_buf_release(&site->stream);
    pthread_cond_destroy(&site->changed);
    pthread_mutex_destroy(&site->lock);
}

static void wait_until(struct test_site *site, const unsigned *counter, unsigned least)
{
    int64_t guard_us = clock_real_mono_us() + GUARD_S * 1000000LL;
    pthread_mutex_lock(&site->lock);
    bool in_time = true;
    while (*counter < least && in_time)
        in_time = clock_cond_wait_real(&site->changed, &site->lock, guard_us);
    unsigned reached = *counter;
    pthread_mutex_unlock(&site->lock);
    assert_true(reached >= least);
}

void test_site_wait(struct test_site *site, enum http_end how)
{
    wait_until(site, &site->ended[how], 1);
    pthread_mutex_lock(&site->lock);
    site->ended[how]--;
    pthread_mutex_unlock(&site->lock);
}

void test_site_wait_parked(struct test_site *site, unsigned count)
{
    wait_until(site, &site->parked, count);
}

void test_site_wait_refusals(struct test_site *site, unsigned count)
{
    wait_until(site, &site->refusals, count);
}

void test_site_release(struct test_site *site)
{
    pthread_mutex_lock(&site->lock);
    site->released = true;
    pthread_mutex_unlock(&site->lock);
    http_server_poke(site->server);
}

void test_site_stream(struct test_site *site, const char *bytes, bool over)
{
    pthread_mutex_lock(&site->lock);
    text_put_z(&site->stream, bytes);
    site->stream_over = over;
    pthread_mutex_unlock(&site->lock);
    http_server_poke(site->server);
}
