/* Requests against a listener of the test's own, which answers what the test says. */
#include "http_client.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "mem.h"
#include "test_support.h"

enum { REQUEST_MAX = 4096, REQUESTS_MAX = 16 };

/* ---- a server that answers each connection with the same bytes and remembers what it was asked */

struct server {
    int listener, port;
    const char *answer;
    size_t repeat; /* the answer is sent so often */
    bool hang;     /* reads and says nothing */
    size_t hold;   /* answers nobody before so many have asked */
    pthread_t thread;
    char requests[REQUESTS_MAX][REQUEST_MAX];
    char peers[REQUESTS_MAX][INET_ADDRSTRLEN];
    size_t count;
};

static void server_read(struct server *server, int fd, const struct sockaddr_in *peer)
{
    size_t index = server->count++ % REQUESTS_MAX;
    ssize_t got = recv(fd, server->requests[index], REQUEST_MAX - 1, 0);
    server->requests[index][got < 0 ? 0 : got] = '\0';
    inet_ntop(AF_INET, &peer->sin_addr, server->peers[index], INET_ADDRSTRLEN);
}

static void server_answer(struct server *server, int fd)
{
    char rest[REQUEST_MAX];
    for (size_t i = 0; i < server->repeat; i++)
        if (send(fd, server->answer, strlen(server->answer), MSG_NOSIGNAL) < 0)
            break;
    shutdown(fd, SHUT_WR);
    while (recv(fd, rest, sizeof rest, 0) > 0)
        ;
    close(fd);
}

static void *server_run(void *context)
{
    struct server *server = context;
    int held[REQUESTS_MAX];
    size_t held_count = 0;
    struct sockaddr_in peer;
    socklen_t len = sizeof peer;
    int fd;
    while ((fd = accept(server->listener, (struct sockaddr *)&peer, &len)) >= 0) {
        server_read(server, fd, &peer);
        held[held_count++] = fd;
        if (held_count < server->hold || server->hang)
            continue;
        while (held_count > 0)
            server_answer(server, held[--held_count]);
    }
    while (held_count > 0)
        close(held[--held_count]);
    return NULL;
}

static struct server *server_start(const char *answer)
{
    struct server *server = test_calloc(1, sizeof *server);
    server->answer = answer;
    server->repeat = 1;
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET}; /* 0.0.0.0: hears all of 127/8 */
    socklen_t len = sizeof address;
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(server->listener, 64), 0);
    getsockname(server->listener, (struct sockaddr *)&address, &len);
    server->port = ntohs(address.sin_port);
    return server;
}

static void server_go(struct server *server)
{
    assert_int_equal(pthread_create(&server->thread, NULL, server_run, server), 0);
}

static void server_end(struct server *server)
{
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
    test_free(server);
}

static const char *url_of(const struct server *server, const char *path)
{
    static char url[256];
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", server->port, path);
    return url;
}

/* ---- */

static void a_request_goes_out_as_given_and_the_answer_comes_back(void **state)
{
    (void)state;
    struct server *server = server_start("HTTP/1.1 201 Created\r\nX-One: 1\r\nx-one: 2\r\n"
                                         "Content-Length: 5\r\n\r\nhello");
    server_go(server);
    struct http_client *client = http_client_new(NULL);
    const struct http_header headers[] = {{"Content-Type", "application/json"}, {"X-Empty", ""}};
    struct http_call call = {
        .method = "POST",
        .url = url_of(server, "/a?b=c"),
        .headers = headers,
        .header_count = 2,
        .body = TEXT("{\"phone\":\"x\"}"),
    };
    struct http_result result;
    assert_true(http_client_run(client, &call, &result));
    assert_int_equal(result.status, 201);
    assert_text(text_buf_view(&result.body), "hello");
    assert_string_equal(http_result_header(&result, "X-ONE"), "1");
    assert_int_equal(result.header_count, 3);
    assert_true(result.connected.real_us <= result.sent.real_us &&
                result.sent.real_us <= result.ended.real_us);
    char expected[256];
    snprintf(expected, sizeof expected,
             "POST /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\nX-Empty:\r\n"
             "Content-Length: 13\r\n\r\n{\"phone\":\"x\"}",
             server->port);
    assert_string_equal(server->requests[0], expected);
    http_result_release(&result);
    http_client_free(client);
    server_end(server);
}

static void each_person_has_an_address_and_cookies_of_their_own(void **state)
{
    (void)state;
    struct server *server =
        server_start("HTTP/1.1 200 OK\r\nSet-Cookie: session=s1; Path=/\r\nContent-Length: 0\r\n\r\n");
    server_go(server);
    struct http_client *awa = http_client_new("127.3.0.1");
    struct http_client *ben = http_client_new("127.3.0.2");
    struct http_client *order[] = {awa, awa, ben, awa};
    struct http_call call = {.url = url_of(server, "/")};
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        struct http_result result;
        if (i == 3)
            http_client_forget(awa);
        assert_true(http_client_run(order[i], &call, &result));
        http_result_release(&result);
    }
    assert_string_equal(server->peers[0], "127.3.0.1");
    assert_string_equal(server->peers[2], "127.3.0.2");
    assert_null(strstr(server->requests[0], "Cookie"));
    assert_non_null(strstr(server->requests[1], "\r\nCookie: session=s1\r\n"));
    assert_null(strstr(server->requests[2], "Cookie"));
    assert_null(strstr(server->requests[3], "Cookie"));
    http_client_free(awa);
    http_client_free(ben);
    server_end(server);
}

static void each_failure_has_a_name(void **state)
{
    (void)state;
    static const struct {
        const char *answer;
        bool hang;
        enum http_error error;
        int status;
        const char *why;
    } rows[] = {
        {"", false, HTTP_LOST, 0, "closed without an answer"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", false, HTTP_LOST, 200, "closed in the middle"},
        {"nonsense\r\n\r\n", false, HTTP_LOST, 0, "no HTTP"},
        {"", true, HTTP_TIMED_OUT, 0, "silence"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct server *server = server_start(rows[i].answer);
        server->hang = rows[i].hang;
        server_go(server);
        struct http_client *client = http_client_new(NULL);
        struct http_call call = {.url = url_of(server, "/"), .within_ms = rows[i].hang ? 100 : 10000};
        struct http_result result;
        if (http_client_run(client, &call, &result) || result.error != rows[i].error ||
            result.status != rows[i].status)
            fail_msg("%s: %s, status %d", rows[i].why, http_error_name(result.error), result.status);
        assert_string_not_equal(result.error_text, "");
        http_result_release(&result);
        http_client_free(client);
        server_end(server);
    }
}

static void a_call_that_cannot_be_sent_is_refused(void **state)
{
    (void)state;
    static const struct http_header broken[] = {{"X", "a\r\nInjected: 1"}};
    static const struct http_header unnamed[] = {{"", "a"}};
    static const struct {
        const char *url;
        const struct http_header *header;
        enum http_error error;
    } rows[] = {
        {"ftp://127.0.0.1/", NULL, HTTP_BAD_CALL},        {"not a url", NULL, HTTP_BAD_CALL},
        {"http://127.0.0.1:99999/", NULL, HTTP_BAD_CALL}, {"http://127.0.0.1:9/", broken, HTTP_BAD_CALL},
        {"http://127.0.0.1:9/", unnamed, HTTP_BAD_CALL},  {"http://127.0.0.1:1/", NULL, HTTP_NO_CONNECT},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct http_client *client = http_client_new(NULL);
        struct http_call call = {
            .url = rows[i].url, .headers = rows[i].header, .header_count = rows[i].header != NULL};
        struct http_result result;
        assert_false(http_client_run(client, &call, &result));
        if (result.error != rows[i].error)
            fail_msg("%s: %s", rows[i].url, result.error_text);
        http_result_release(&result);
        http_client_free(client);
    }
}

static void an_endless_answer_is_cut_off(void **state)
{
    (void)state;
    char *megabyte = test_malloc(1024 * 1024 + 1);
    memset(megabyte, 'x', 1024 * 1024);
    memcpy(megabyte, "HTTP/1.1 200 OK\r\n\r\n", 19);
    megabyte[1024 * 1024] = '\0';
    struct server *server = server_start(megabyte);
    server->repeat = 10;
    server_go(server);
    struct http_client *client = http_client_new(NULL);
    struct http_call call = {.url = url_of(server, "/")};
    struct http_result result;
    assert_false(http_client_run(client, &call, &result));
    assert_int_equal(result.error, HTTP_TOO_LARGE);
    http_result_release(&result);
    http_client_free(client);
    server_end(server);
    test_free(megabyte);
}

/* The server answers nobody before all have asked: one after the other would never end. */
static void requests_held_at_the_barrier_go_out_together(void **state)
{
    (void)state;
    enum { COUNT = 8 };
    struct server *server = server_start("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    server->hold = COUNT;
    struct http_client *clients[COUNT];
    struct http_exchange *exchanges[COUNT];
    struct http_result results[COUNT];
    struct http_call call = {.url = url_of(server, "/")};
    for (size_t i = 0; i < COUNT; i++) {
        clients[i] = http_client_new(NULL);
        exchanges[i] = http_client_prepare(clients[i], &call);
    }
    server_go(server); /* the connections stand already, in the listener's queue */
    http_run_together(exchanges, COUNT, results);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(results[i].status, 200);
        assert_true(results[i].connected.real_us <= results[0].sent.real_us);
        http_result_release(&results[i]);
        http_exchange_free(exchanges[i]);
        http_client_free(clients[i]);
    }
    server_end(server);
}

static void a_prepared_request_that_never_runs_is_put_away(void **state)
{
    (void)state;
    struct server *server = server_start("");
    server_go(server);
    struct http_client *client = http_client_new(NULL);
    struct http_call call = {.url = url_of(server, "/"), .body = TEXT("x"), .method = "PUT"};
    http_exchange_free(http_client_prepare(client, &call));
    http_client_free(client);
    server_end(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_goes_out_as_given_and_the_answer_comes_back),
        cmocka_unit_test(each_person_has_an_address_and_cookies_of_their_own),
        cmocka_unit_test(each_failure_has_a_name),
        cmocka_unit_test(a_call_that_cannot_be_sent_is_refused),
        cmocka_unit_test(an_endless_answer_is_cut_off),
        cmocka_unit_test(requests_held_at_the_barrier_go_out_together),
        cmocka_unit_test(a_prepared_request_that_never_runs_is_put_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
