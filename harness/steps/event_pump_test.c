/* The simulator's stream of events, from a server of the test's own: how it is cut must not matter. */
#include "test_support.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "event_pump.h"
#include "json.h"
#include "mem.h"

enum { WITHIN_MS = 5000 };

/* Answers one connection with `pieces`, one send each, then closes it or keeps it open until told. */
struct server {
    int listener, port, hold_fd[2];
    const char *const *pieces;
    bool keep_open;
    pthread_t thread;
    char request[1024];
};

static void *server_run(void *context)
{
    struct server *server = context;
    char byte;
    int fd = accept(server->listener, NULL, NULL);
    ssize_t got = recv(fd, server->request, sizeof server->request - 1, 0);
    server->request[got > 0 ? got : 0] = '\0';
    for (size_t i = 0; server->pieces[i] != NULL; i++)
        send(fd, server->pieces[i], strlen(server->pieces[i]), MSG_NOSIGNAL);
    if (server->keep_open)
        assert_int_equal(read(server->hold_fd[0], &byte, 1), 0);
    close(fd);
    return NULL;
}

static void server_start(struct server *server, const char *const *pieces, bool keep_open)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof address;
    *server = (struct server){.pieces = pieces, .keep_open = keep_open};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(server->listener, 1), 0);
    getsockname(server->listener, (struct sockaddr *)&address, &len);
    server->port = ntohs(address.sin_port);
    assert_int_equal(pipe(server->hold_fd), 0);
    pthread_create(&server->thread, NULL, server_run, server);
}

static void server_stop(struct server *server)
{
    close(server->hold_fd[1]);
    pthread_join(server->thread, NULL);
    close(server->hold_fd[0]);
    close(server->listener);
}

static struct event_pump *pump_to(const struct server *server, struct history *history, struct fail *why)
{
    char address[64];
    snprintf(address, sizeof address, "http://127.0.0.1:%d", server->port);
    struct event_pump_options options = {.address = address, .after = 4, .history = history};
    return event_pump_new(&options, why);
}

#define HEAD  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
#define TIMES "\"wall_ms\":1700000000000,\"mono_ms\":1,\"real_us\":1"

static void events_arrive_however_they_are_cut(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "HTTP/1.1 200 OK\r\nTransfer-Enc",
        "oding: chunked\r\n\r\n6",
        "4\r\n{\"n\":5,\"kind\":\"status\",\"sid\":\"SM1\",\"status\":\"sent\",",
        TIMES "}\n\r\n7",
        "\r\n{\"n\":6,\r\n5F\r\n\"kind\":\"status\",\"sid\":\"SM1\",\"status\":\"read\"," TIMES "}\n\n\n\r\n",
        NULL,
    };
    struct server server;
    struct fail why = {0};
    struct history *history = history_open(NULL, history_now(), &why);
    server_start(&server, pieces, true);
    struct event_pump *pump = pump_to(&server, history, &why);
    assert_non_null(pump);
    if (!event_pump_reach(pump, 6, WITHIN_MS, &why))
        fail_msg("%s", why.text);
    assert_int_equal(history_count(history), 2);
    assert_text(history_text(history_line(history, 0), "status"), "sent");
    assert_text(history_text(history_line(history, 1), "status"), "read");
    assert_true(
        text_starts(text_of(server.request), "GET /sim/v1/events?after=4 HTTP/1.1\r\nHost: 127.0.0.1:"));
    event_pump_free(pump); /* while the stream is open */
    server_stop(&server);
    history_free(history);
}

static void a_stream_that_breaks_says_why(void **state)
{
    (void)state;
    static const struct {
        const char *pieces[3];
        const char *why;
    } rows[] = {
        {{HEAD, NULL}, "the simulator's stream of events ended"},
        {{HEAD "5\r\nnope\n\r\n", NULL}, "the simulator sent an event that cannot be read: "},
        {{HEAD "zz\r\n", NULL}, "the simulator's stream of events ended"},
        {{HEAD "0\r\n\r\n", NULL}, "the simulator's stream of events ended"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct server server;
        struct fail why = {0};
        struct history *history = history_open(NULL, history_now(), &why);
        server_start(&server, rows[i].pieces, false);
        struct event_pump *pump = pump_to(&server, history, &why);
        assert_non_null(pump);
        assert_false(event_pump_reach(pump, 5, WITHIN_MS, &why));
        if (!text_starts(text_of(why.text), rows[i].why))
            fail_msg("%zu: %s", i, why.text);
        event_pump_free(pump);
        server_stop(&server);
        history_free(history);
    }
}

static void an_answer_that_is_no_stream_is_refused(void **state)
{
    (void)state;
    static const char *const pieces[] = {"HTTP/1.1 404 Not Found\r\n\r\n", NULL};
    struct server server;
    struct fail why = {0};
    struct history *history = history_open(NULL, history_now(), &why);
    server_start(&server, pieces, false);
    assert_null(pump_to(&server, history, &why));
    assert_string_equal(why.text, "the simulator does not give its events: HTTP/1.1 404 Not Found");
    server_stop(&server);
    history_free(history);
}

static void an_address_where_nobody_listens_is_named(void **state)
{
    (void)state;
    struct fail refused = {0}, https = {0};
    struct event_pump_options options = {.address = "http://127.0.0.1:1"};
    assert_null(event_pump_new(&options, &refused));
    assert_true(text_starts(text_of(refused.text), "the simulator at http://127.0.0.1:1 does not answer: "));
    options.address = "https://127.0.0.1:1";
    assert_null(event_pump_new(&options, &https));
    assert_string_equal(https.text,
                        "the simulator's address https://127.0.0.1:1 does not begin with http://");
}

static void compact_events_take_the_form_of_the_history(void **state)
{
    (void)state;
    static const struct {
        const char *event, *shaped;
    } rows[] = {
        {"{\"kind\":\"call\",\"to\":\"whatsapp:+243810000001\",\"from\":\"+15005550006\",\"text\":\"code "
         "123456\","
         "\"outcome\":\"status 503\",\"rule\":2}",
         "{\"kind\":\"call\",\"to\":\"+243810000001\",\"from\":\"+15005550006\",\"text\":\"code 123456\","
         "\"code_text\":\"123456\",\"fault\":{\"rule\":2,\"outcome\":\"status 503\"}}"},
        {"{\"kind\":\"call\",\"text\":null,\"outcome\":null,\"rule\":null}",
         "{\"kind\":\"call\",\"text\":null,\"fault\":null}"},
        {"{\"kind\":\"message\",\"text\":\"your code: 654321.\"}",
         "{\"kind\":\"message\",\"text\":\"your code: 654321.\",\"code_text\":\"654321\"}"},
        {"{\"kind\":\"callback\",\"forged\":1}", "{\"kind\":\"callback\",\"forged\":true}"},
        {"{\"kind\":\"callback\",\"forged\":0}", "{\"kind\":\"callback\",\"forged\":false}"},
        {"{\"kind\":\"status\",\"text\":\"123456\"}", "{\"kind\":\"status\",\"text\":\"123456\"}"},
    };
    struct fail why = {0};
    struct pattern *code = pattern_new(TEXT("\\b(\\d{6})\\b"), &why);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        json_t *event = NULL;
        assert_true(json_read(text_of(rows[i].event), "row", &event, &why));
        event_shape(event, code);
        char *shaped = json_write(event);
        assert_string_equal(shaped, rows[i].shaped);
        mem_free(shaped);
        json_decref(event);
    }
    pattern_free(code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_arrive_however_they_are_cut),
        cmocka_unit_test(a_stream_that_breaks_says_why),
        cmocka_unit_test(an_answer_that_is_no_stream_is_refused),
        cmocka_unit_test(an_address_where_nobody_listens_is_named),
        cmocka_unit_test(compact_events_take_the_form_of_the_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
