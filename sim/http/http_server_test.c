/* What clients send in the plain cases, and how the server starts and stops. */
#include "http_server.h"

#include <stdio.h>
#include <sys/socket.h>

#include "ids.h"
#include "raw_client.h"
#include "test_site.h"
#include "test_support.h"

static struct test_site site;
static struct client client;

static int open_site(void **state)
{
    (void)state;
    test_site_open(&site, &(struct http_config){0});
    client_open(&client, site.port);
    return 0;
}

static int close_site(void **state)
{
    (void)state;
    client_close(&client);
    test_site_close(&site);
    return 0;
}

static void a_request_reaches_the_handler_as_it_was_sent(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *body;
    } cases[] = {
        {"GET /echo HTTP/1.1\r\nHost: API.Example.com\r\n\r\n",
         "GET http://api.example.com:80 /echo ?  | probe= headers=1 body=0: too_large=0 client=127.0.0.1:"},
        {"POST /echo/a%20b?x=%2B&y=1&y=2 HTTP/1.1\r\nHost: h:4010\r\nx-probe: v\r\nContent-Length: "
         "3\r\n\r\na=b",
         "POST http://h:4010 /echo/a%20b ? x=%2B&y=1&y=2 | probe=v headers=3 body=3:a=b too_large=0 "
         "client=127.0.0.1:"},
        {"POST https://api.example.com/echo?q HTTP/1.1\r\nHost: proxy.invalid:1\r\nContent-Length: 0\r\n\r\n",
         "POST https://api.example.com:443 /echo ? q | probe= headers=2 body=0: too_large=0 "
         "client=127.0.0.1:"},
        {"GET http://api.example.com:8080/echo HTTP/1.1\r\n\r\n",
         "GET http://api.example.com:8080 /echo ?  | probe= headers=0 body=0: too_large=0 client=127.0.0.1:"},
        {"DELETE /echo HTTP/1.1\r\n\r\n",
         "DELETE http://:80 /echo ?  | probe= headers=0 body=0: too_large=0 client=127.0.0.1:"},
        {"POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
         "chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n",
         "POST http://h:80 /echo ?  | probe= headers=2 body=5:abcde too_large=0 client=127.0.0.1:"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        client_send(&client, cases[i].bytes);
        client_answer(&client);
        assert_string_equal(client_body(&client), cases[i].body);
    }
}

static void a_nul_byte_in_a_body_is_kept(void **state)
{
    (void)state;
    static const char bytes[] = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na\0b";
    client_send_bytes(&client, bytes, sizeof bytes - 1);
    client_answer(&client);
    assert_memory_equal(strstr(client_body(&client), "body=3:"), "body=3:a\0b too", 14);
}

static void a_connection_serves_many_requests(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++) {
        client_post(&client, "/hello", "x=1");
        client_answer(&client);
        assert_string_equal(client_body(&client), "hello\n");
    }
}

static void pipelined_requests_are_answered_in_order(void **state)
{
    (void)state;
    client_send(&client, "GET /echo?1 HTTP/1.1\r\nHost: h\r\n\r\nGET /delay?30 HTTP/1.1\r\nHost: h\r\n\r\n"
                         "GET /echo?3 HTTP/1.1\r\nHost: h\r\n\r\n");
    static const char *const beginnings[] = {"GET http://h:80 /echo ? 1", "late\n",
                                             "GET http://h:80 /echo ? 3"};
    for (size_t i = 0; i < COUNT_OF(beginnings); i++) {
        client_answer(&client);
        assert_true(text_starts(text_of(client_body(&client)), beginnings[i]));
    }
}

static void bytes_that_are_no_http_get_an_end_and_are_told(void **state)
{
    (void)state;
    client_send(&client, "SSH-2.0-client\r\n\r\n");
    client_drain(&client);
    test_site_wait_refusals(&site, 1);
    client_open(&client, site.port);
    client_get(&client, "/hello");
    client_answer(&client);
    assert_string_equal(client_body(&client), "hello\n");
}

/* Sound requests with a few bytes changed, cut or doubled: whatever comes back, the server lives and answers
 * the next. */
static void nonsense_of_every_kind_leaves_it_alive(void **state)
{
    (void)state;
    static const char *const sound[] = {
        "POST /echo?a=b&c HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nConnection: close\r\n\r\na=b&c",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX: y\r\n\r\n",
        "CONNECT api.example.com:443 HTTP/1.1\r\nHost: h\r\n\r\n\x16\x03\x01\x02",
        "\x16\x03\x01\x01\x40\x01\x01\x3c\x03\x03 not a hello",
        "GET https://api.example.com/echo HTTP/1.0\r\nExpect: 100-continue\r\nCookie: a=b; c\r\n\r\n",
    };
    struct ids ids;
    ids_init(&ids, 7);
    for (int round = 0; round < 400; round++) {
        char bytes[512];
        struct client other;
        const char *from = sound[ids_below(&ids, COUNT_OF(sound))];
        size_t len = strlen(from);
        memcpy(bytes, from, len);
        for (uint64_t changes = ids_below(&ids, 6); changes > 0; changes--)
            bytes[ids_below(&ids, len)] = (char)ids_below(&ids, 256);
        len -= ids_below(&ids, 4) == 0 ? ids_below(&ids, len) : 0;
        client_open(&other, site.port);
        client_send_bytes(&other, bytes, len);
        shutdown(other.fd, SHUT_WR);
        assert_int_not_equal(client_drain(&other), CLIENT_TIMEOUT);
        client_close(&other);
    }
    client_get(&client, "/hello");
    client_answer(&client);
    assert_string_equal(client_body(&client), "hello\n");
}

static void an_interim_answer_comes_when_the_client_expects_it(void **state)
{
    (void)state;
    client_send(&client,
                "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
    assert_true(text_starts(text_of(client_answer(&client)), "HTTP/1.1 100 "));
    client_send(&client, "abc");
    client_answer(&client);
    assert_non_null(strstr(client_body(&client), "body=3:abc "));
}

static void an_answer_to_head_has_no_body(void **state)
{
    (void)state;
    client_send(&client, "HEAD /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert_int_equal(client_drain(&client), CLIENT_FIN);
    assert_non_null(strstr(client.answer.at, "Content-Length: 6\r\n"));
    assert_true(text_ends(text_buf_view(&client.answer), "\r\n\r\n"));
}

static void a_taken_port_is_said_in_words(void **state)
{
    (void)state;
    struct fail why = {0};
    int port;
    char expected[96];
    snprintf(expected, sizeof expected, "port %d on 127.0.0.1 is taken by another program", site.port);
    assert_false(http_server_listen(site.server, "127.0.0.1", site.port, &port, &why));
    assert_string_equal(why.text, expected);
}

static void several_addresses_are_served(void **state)
{
    (void)state;
    struct fail why = {0};
    int second;
    struct client other;
    assert_true(http_server_listen(site.server, "127.0.0.1", 0, &second, &why));
    assert_int_not_equal(second, site.port);
    client_open(&other, second);
    client_get(&other, "/hello");
    client_answer(&other);
    assert_string_equal(client_body(&other), "hello\n");
    client_close(&other);
}

static void it_stops_while_connections_park_hang_stream_and_greet(void **state)
{
    (void)state;
    static const char *const paths[] = {"/park", "/hang", "/stream", "/delay?600000", "/drip"};
    struct client clients[COUNT_OF(paths)], silent, half, tls;
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        client_open(&clients[i], site.port);
        client_get(&clients[i], paths[i]);
    }
    client_open(&silent, site.port);
    client_open(&half, site.port);
    client_send(&half, "CONNECT api.exam");
    client_open(&tls, site.port);
    assert_true(client_tls(&tls, authority_ca_pem(site.authority), "api.example.com"));
    client_get(&tls, "/hang");
    client_get(&client, "/hello");
    client_answer(&client);
    test_site_wait_parked(&site, 1);
    http_server_free(site.server);
    site.server = NULL;
    assert_true(site.ended[HTTP_END_STOPPED] + site.ended[HTTP_END_CLIENT_LEFT] >= 1);
    assert_int_equal(site.streams_ended, 1);
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        assert_int_not_equal(client_drain(&clients[i]), CLIENT_TIMEOUT);
        client_close(&clients[i]);
    }
    client_close(&silent);
    client_close(&half);
    client_close(&tls);
}

#define WITH_SITE(test) cmocka_unit_test_setup_teardown(test, open_site, close_site)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        WITH_SITE(a_request_reaches_the_handler_as_it_was_sent),
        WITH_SITE(a_nul_byte_in_a_body_is_kept),
        WITH_SITE(a_connection_serves_many_requests),
        WITH_SITE(pipelined_requests_are_answered_in_order),
        WITH_SITE(bytes_that_are_no_http_get_an_end_and_are_told),
        WITH_SITE(nonsense_of_every_kind_leaves_it_alive),
        WITH_SITE(an_interim_answer_comes_when_the_client_expects_it),
        WITH_SITE(an_answer_to_head_has_no_body),
        WITH_SITE(a_taken_port_is_said_in_words),
        WITH_SITE(several_addresses_are_served),
        WITH_SITE(it_stops_while_connections_park_hang_stream_and_greet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
