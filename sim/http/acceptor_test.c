/* What the first bytes decide: TLS, tunnels, silence, and too many at once. */
#include "acceptor.h"

#include <stdio.h>

#include "clock.h"
#include "mem.h"
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

static int open_impatient_site(void **state)
{
    (void)state;
    test_site_open(&site, &(struct http_config){.greeting_timeout_ms = 300});
    client_open(&client, site.port);
    return 0;
}

static int open_small_site(void **state)
{
    (void)state;
    test_site_open(&site, &(struct http_config){.connections_max = 8});
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

static void tls_is_served_with_a_leaf_for_the_name_asked_for(void **state)
{
    (void)state;
    static const char *const names[] = {"api.example.com", "api.dublin.ie1.example.com", "example.net",
                                        "localhost", NULL};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct client tls;
        client_open(&tls, site.port);
        assert_true(client_tls(&tls, authority_ca_pem(site.authority), names[i]));
        assert_int_equal(tls.verified, 0);
        client_get(&tls, "/echo");
        client_answer(&tls);
        assert_true(text_starts(text_of(client_body(&tls)),
                                "GET https://api.example.com:443 /echo ?  | probe= headers=1"));
        client_close(&tls);
    }
}

static void tls_for_a_strange_name_is_refused(void **state)
{
    (void)state;
    assert_false(client_tls(&client, authority_ca_pem(site.authority), "www.example.org"));
    test_site_wait_refusals(&site, 1);
    assert_string_equal(site.refused, "a connection that ended without a request");
}

static const char established[] = "HTTP/1.1 200 Connection established\r\n\r\n";

static void a_tunnel_carries_tls(void **state)
{
    (void)state;
    client_send(&client, "CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com:443\r\n\r\n");
    assert_string_equal(client_bytes(&client, sizeof established - 1), established);
    assert_true(client_tls(&client, authority_ca_pem(site.authority), "api.example.com"));
    assert_int_equal(client.verified, 0);
    for (int i = 0; i < 3; i++) {
        client_post(&client, "/echo", "a=b");
        client_answer(&client);
        assert_true(text_starts(text_of(client_body(&client)), "POST https://api.example.com:443 /echo"));
    }
}

static void a_tunnel_carries_plain_http(void **state)
{
    (void)state;
    client_send(&client, "CONNECT API.example.com:80 HTTP/1.1\r\n\r\nGET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_true(text_starts(text_of(client_bytes(&client, sizeof established - 1)), established));
    char rest[2048];
    snprintf(rest, sizeof rest, "%s", client.answer.at + sizeof established - 1);
    text_put_z(&client.got, rest);
    client_answer(&client);
    assert_string_equal(client_body(&client), "hello\n");
}

static void a_head_in_pieces_is_waited_for(void **state)
{
    (void)state;
    static const char *const pieces[] = {"C",          "ON", "NECT api.exa", "mple.com:443 HTTP/1.1\r\n",
                                         "A: b\r\n\r", "\n"};
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        struct client other;
        client_send(&client, pieces[i]);
        client_open(&other, site.port);
        client_get(&other, "/hello");
        client_answer(&other);
        client_close(&other);
    }
    assert_string_equal(client_bytes(&client, sizeof established - 1), established);
}

static void a_method_that_begins_like_connect_is_plain_http(void **state)
{
    (void)state;
    client_send(&client, "CO");
    client_send(&client, "PY /echo HTTP/1.1\r\nHost: h\r\n\r\n");
    client_answer(&client);
    assert_true(text_starts(text_of(client_body(&client)), "COPY http://h:80 /echo"));
}

static void a_tunnel_to_elsewhere_is_refused_and_told(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *answer, *refused;
    } cases[] = {
        {"CONNECT www.example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 403 FORBIDDEN\r\n",
         "CONNECT to www.example.org:443 is not allowed"},
        {"CONNECT nohost HTTP/1.1\r\n\r\n", "HTTP/1.1 400 BAD REQUEST\r\n",
         "a CONNECT whose head is broken or too long"},
        {"CONNECT e\x01il.org:1 HTTP/1.1\r\n\r\n", "HTTP/1.1 403 FORBIDDEN\r\n",
         "CONNECT to e?il.org:1 is not allowed"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct client other;
        client_open(&other, site.port);
        client_send(&other, cases[i].bytes);
        assert_int_equal(client_drain(&other), CLIENT_FIN);
        assert_true(text_starts(text_buf_view(&other.answer), cases[i].answer));
        test_site_wait_refusals(&site, (unsigned)i + 1);
        assert_string_equal(site.refused, cases[i].refused);
        client_close(&other);
    }
}

static bool loses_example_net(void *app, struct text client_address, struct text host)
{
    (void)app;
    (void)client_address;
    return text_is(host, "example.net");
}

static void a_tunnel_to_a_lost_name_is_unavailable(void **state)
{
    (void)state;
    struct test_site losing;
    struct client one, other;
    test_site_open(&losing, &(struct http_config){.tunnel_lost = loses_example_net});
    client_open(&one, losing.port);
    client_send(&one, "CONNECT Example.net:443 HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(client_drain(&one), CLIENT_FIN);
    assert_true(text_starts(text_buf_view(&one.answer), "HTTP/1.1 503 SERVICE UNAVAILABLE\r\n"));
    test_site_wait_refusals(&losing, 1);
    assert_string_equal(losing.refused, "CONNECT to example.net:443: the name cannot be resolved");
    client_open(&other, losing.port);
    client_send(&other, "CONNECT api.example.com:443 HTTP/1.1\r\n\r\n");
    client_answer(&other);
    assert_true(client_tls(&other, authority_ca_pem(losing.authority), "api.example.com"));
    client_close(&one);
    client_close(&other);
    test_site_close(&losing);
}

static void a_tunnel_within_a_tunnel_is_refused(void **state)
{
    (void)state;
    client_send(&client, "CONNECT api.example.com:443 HTTP/1.1\r\n\r\n");
    client_bytes(&client, sizeof established - 1);
    client_send(&client, "CONNECT api.example.com:443 HTTP/1.1\r\n\r\n");
    assert_int_equal(client_drain(&client), CLIENT_FIN);
    assert_true(text_starts(text_buf_view(&client.answer), "HTTP/1.1 403 FORBIDDEN\r\n"));
}

static void an_endless_connect_head_is_refused(void **state)
{
    (void)state;
    struct text_buf head;
    text_buf_init(&head, 64 * 1024);
    text_put_z(&head, "CONNECT api.example.com:443 HTTP/1.1\r\n");
    while (head.len < 8200)
        text_put_z(&head, "X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n");
    client_send_bytes(&client, head.at, head.len);
    assert_int_equal(client_drain(&client), CLIENT_FIN);
    assert_true(text_starts(text_buf_view(&client.answer), "HTTP/1.1 400 BAD REQUEST\r\n"));
    text_buf_release(&head);
}

static void a_silent_connection_is_closed_when_its_time_is_over(void **state)
{
    (void)state;
    int64_t start_us = clock_real_mono_us();
    client_send(&client, "CONNECT");
    assert_int_not_equal(client_drain(&client), CLIENT_TIMEOUT);
    assert_in_range(clock_real_mono_us() - start_us, 100000, 5000000);
    test_site_wait_refusals(&site, 1);
    assert_string_equal(site.refused, "nothing that can be understood came in time");
}

static void at_the_limit_silent_connections_give_way(void **state)
{
    (void)state;
    enum { SILENT = 20 };
    struct client silent[SILENT];
    for (size_t i = 0; i < SILENT; i++)
        client_open(&silent[i], site.port);
    client_get(&client, "/hello");
    struct client last;
    client_open(&last, site.port);
    client_get(&last, "/hello");
    client_answer(&last);
    assert_string_equal(client_body(&last), "hello\n");
    for (size_t i = 0; i < SILENT; i++)
        client_close(&silent[i]);
    client_close(&last);
}

static void at_the_limit_of_busy_connections_new_ones_wait_for_an_end(void **state)
{
    (void)state;
    enum { BUSY = 8 };
    struct client busy[BUSY];
    client_close(&client);
    for (size_t i = 0; i < BUSY; i++) {
        client_open(&busy[i], site.port);
        client_get(&busy[i], "/hello");
        client_answer(&busy[i]);
    }
    client_open(&client, site.port);
    client_get(&client, "/hello");
    client_get(&busy[0], "/hello");
    client_answer(&busy[0]);
    client_close(&busy[3]);
    client_answer(&client);
    assert_string_equal(client_body(&client), "hello\n");
    for (size_t i = 0; i < BUSY; i++)
        client_close(&busy[i]);
}

static void two_thousand_idle_connections_leave_room_for_a_request(void **state)
{
    (void)state;
    enum { IDLE = 2000 };
    struct client *idle = mem_new_array(IDLE, sizeof *idle);
    for (size_t i = 0; i < IDLE; i++)
        client_open(&idle[i], site.port);
    client_post(&client, "/hello", "a=b");
    client_answer(&client);
    assert_string_equal(client_body(&client), "hello\n");
    client_get(&idle[IDLE - 1], "/hello");
    client_answer(&idle[IDLE - 1]);
    for (size_t i = 0; i < IDLE; i++)
        client_close(&idle[i]);
    mem_free(idle);
}

#define WITH_SITE(test)           cmocka_unit_test_setup_teardown(test, open_site, close_site)
#define WITH_SMALL_SITE(test)     cmocka_unit_test_setup_teardown(test, open_small_site, close_site)
#define WITH_IMPATIENT_SITE(test) cmocka_unit_test_setup_teardown(test, open_impatient_site, close_site)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        WITH_SITE(tls_is_served_with_a_leaf_for_the_name_asked_for),
        WITH_SITE(tls_for_a_strange_name_is_refused),
        WITH_SITE(a_tunnel_carries_tls),
        WITH_SITE(a_tunnel_carries_plain_http),
        WITH_SITE(a_head_in_pieces_is_waited_for),
        WITH_SITE(a_method_that_begins_like_connect_is_plain_http),
        WITH_SITE(a_tunnel_to_elsewhere_is_refused_and_told),
        cmocka_unit_test(a_tunnel_to_a_lost_name_is_unavailable),
        WITH_SITE(a_tunnel_within_a_tunnel_is_refused),
        WITH_SITE(an_endless_connect_head_is_refused),
        WITH_IMPATIENT_SITE(a_silent_connection_is_closed_when_its_time_is_over),
        WITH_SMALL_SITE(at_the_limit_silent_connections_give_way),
        WITH_SMALL_SITE(at_the_limit_of_busy_connections_new_ones_wait_for_an_end),
        WITH_SITE(two_thousand_idle_connections_leave_room_for_a_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
