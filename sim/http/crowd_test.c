/* Too many connections that have begun a request and do not end it: others are answered all the same. */
#include "http_server.h"

#include <stdio.h>

#include "mem.h"
#include "raw_client.h"
#include "test_site.h"
#include "test_support.h"

enum { CONNECTIONS_MAX_HERE = 8, SLOW = 40 };

static struct test_site site;
static struct client slow[SLOW];

static int open_site(void **state)
{
    (void)state;
    test_site_open(&site, &(struct http_config){.connections_max = CONNECTIONS_MAX_HERE});
    return 0;
}

static int close_site(void **state)
{
    (void)state;
    for (size_t i = 0; i < SLOW; i++)
        client_close(&slow[i]);
    test_site_close(&site);
    return 0;
}

static void crowd_with(const char *bytes)
{
    for (size_t i = 0; i < SLOW; i++) {
        client_open(&slow[i], site.port);
        client_send(&slow[i], bytes);
    }
}

static void expect_an_answer(void)
{
    struct client client;
    client_open(&client, site.port);
    client_get(&client, "/hello");
    client_answer(&client);
    assert_string_equal(client_body(&client), "hello\n");
    client_close(&client);
}

static void half_heads_give_way(void **state)
{
    (void)state;
    crowd_with("POST /hello HTTP/1.1\r\nX-Slow: ");
    expect_an_answer();
    assert_string_equal(site.refused, "closed without a whole request, to make room for others");
}

static void half_bodies_give_way(void **state)
{
    (void)state;
    crowd_with("POST /hello HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\na=");
    expect_an_answer();
    assert_string_equal(site.refused, "closed without a whole request, to make room for others");
}

static void half_handshakes_give_way(void **state)
{
    (void)state;
    crowd_with("\x16\x03\x01");
    expect_an_answer();
}

static void those_that_left_make_room(void **state)
{
    (void)state;
    crowd_with("POST /hello HTTP/1.1\r\nX-Slow: ");
    for (size_t i = 0; i < SLOW; i++) {
        client_close(&slow[i]);
        client_open(&slow[i], site.port);
    }
    expect_an_answer();
}

static void a_request_that_waits_for_its_answer_does_not_give_way(void **state)
{
    (void)state;
    struct client patient;
    client_open(&patient, site.port);
    client_get(&patient, "/park");
    test_site_wait_parked(&site, 1);
    crowd_with("POST /hello HTTP/1.1\r\nX-Slow: ");
    expect_an_answer();
    test_site_release(&site);
    client_answer(&patient);
    assert_string_equal(client_body(&patient), "released, called again: 1");
    client_close(&patient);
}

#define WITH_SITE(test) cmocka_unit_test_setup_teardown(test, open_site, close_site)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        WITH_SITE(half_heads_give_way),
        WITH_SITE(half_bodies_give_way),
        WITH_SITE(half_handshakes_give_way),
        WITH_SITE(those_that_left_make_room),
        WITH_SITE(a_request_that_waits_for_its_answer_does_not_give_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
