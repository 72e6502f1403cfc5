/* What happens on the wire, over TLS: the same as in the clear. */
#include "http_server.h"

#include <stdio.h>
#include <sys/resource.h>

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
    assert_true(client_tls(&client, authority_ca_pem(site.authority), "api.example.com"));
    return 0;
}

static int close_site(void **state)
{
    (void)state;
    client_close(&client);
    test_site_close(&site);
    return 0;
}

static void each_wire_fault_ends_as_planned(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        enum http_end end;
        enum client_end seen;
    } cases[] = {
        {"/reset", HTTP_END_RESET, CLIENT_RST},
        {"/close", HTTP_END_CLOSED, CLIENT_FIN},
        {"/truncate", HTTP_END_CUT, CLIENT_FIN},
        {"/garbage", HTTP_END_CUT, CLIENT_FIN},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        client_get(&client, cases[i].path);
        assert_int_equal(client_drain(&client), cases[i].seen);
        test_site_wait(&site, cases[i].end);
        close_site(NULL);
        open_site(NULL);
    }
}

static void a_parked_request_is_answered_when_poked(void **state)
{
    (void)state;
    client_get(&client, "/park");
    test_site_wait_parked(&site, 1);
    test_site_release(&site);
    client_answer(&client);
    assert_string_equal(client_body(&client), "released, called again: 1");
    client_get(&client, "/hello");
    client_answer(&client);
    assert_string_equal(client_body(&client), "hello\n");
}

static void a_hanging_client_that_leaves_is_noticed(void **state)
{
    (void)state;
    client_get(&client, "/hang");
    client_close(&client);
    test_site_wait(&site, HTTP_END_CLIENT_LEFT);
    client_open(&client, site.port);
}

static void a_stream_goes_on_after_a_pause(void **state)
{
    (void)state;
    client_get(&client, "/stream");
    test_site_stream(&site, "one\n", false);
    test_site_stream(&site, "two\n", true);
    client_answer(&client);
    assert_string_equal(client_body(&client), "one\ntwo\n");
}

static int64_t cpu_ms(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000LL +
           (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
}

static void a_handshake_that_stops_costs_nothing(void **state)
{
    (void)state;
    struct client stopped;
    client_open(&stopped, site.port);
    client_send_bytes(&stopped, "\x16\x03\x01\x02", 4);
    int64_t before_ms = cpu_ms();
    client_get(&client, "/delay?1000");
    client_answer(&client);
    assert_string_equal(client_body(&client), "late\n");
    assert_in_range(cpu_ms() - before_ms, 0, 400);
    client_close(&stopped);
}

/* What the next connection meets. */
static struct connect_fault next_fault;
static char asked_host[64];

static struct connect_fault connecting(void *app, struct text client_address, struct text host)
{
    (void)app;
    (void)client_address;
    struct connect_fault fault = next_fault;
    snprintf(asked_host, sizeof asked_host, "%.*s", TEXT_ARGS(host));
    next_fault = (struct connect_fault){0};
    return fault;
}

static int open_faulty_site(void **state)
{
    (void)state;
    test_site_open(&site, &(struct http_config){.connecting = connecting});
    return 0;
}

static int close_faulty_site(void **state)
{
    (void)state;
    test_site_close(&site);
    return 0;
}

/* Connects and says what the client thinks of the certificate. */
static unsigned verdict(enum tls_fault fault)
{
    struct client one;
    next_fault = (struct connect_fault){.tls = fault};
    client_open(&one, site.port);
    assert_true(client_tls(&one, authority_ca_pem(site.authority), "api.example.com"));
    unsigned verified = one.verified;
    client_close(&one);
    return verified;
}

static void a_flaw_is_seen_in_its_connection_and_in_no_other(void **state)
{
    static const struct {
        enum tls_fault fault;
        unsigned seen;
    } rows[] = {{TLS_EXPIRED, GNUTLS_CERT_EXPIRED},
                {TLS_WRONG_HOST, GNUTLS_CERT_UNEXPECTED_OWNER},
                {TLS_UNKNOWN_CA, GNUTLS_CERT_SIGNER_NOT_FOUND}};
    struct client before;
    (void)state;
    client_open(&before, site.port);
    assert_true(client_tls(&before, authority_ca_pem(site.authority), "api.example.com"));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(verdict(TLS_FINE), 0);
        assert_int_equal(verdict(rows[i].fault), rows[i].seen | GNUTLS_CERT_INVALID);
        assert_string_equal(asked_host, "api.example.com");
    }
    client_get(&before, "/hello");
    client_answer(&before);
    assert_string_equal(client_body(&before), "hello\n");
    client_close(&before);
}

static void an_aborted_handshake_ends_with_an_alert(void **state)
{
    struct client one;
    (void)state;
    next_fault = (struct connect_fault){.tls = TLS_ABORT};
    client_open(&one, site.port);
    /* a whole hello with nothing in it that can be agreed on */
    client_send_bytes(&one, "\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03", 11);
    client_send_bytes(&one, "0123456789abcdef0123456789abcdef\x00\x00\x02\x13\x01\x01\x00\x00\x00", 41);
    assert_int_equal(client_drain(&one), CLIENT_FIN);
    assert_memory_equal(one.answer.at, "\x15\x03\x03\x00\x02\x02\x28", 7);
    client_close(&one);
    assert_int_equal(verdict(TLS_FINE), 0);
}

#define WITH_FAULTY_SITE(test) cmocka_unit_test_setup_teardown(test, open_faulty_site, close_faulty_site)
#define WITH_SITE(test)        cmocka_unit_test_setup_teardown(test, open_site, close_site)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        WITH_SITE(each_wire_fault_ends_as_planned),
        WITH_SITE(a_parked_request_is_answered_when_poked),
        WITH_SITE(a_hanging_client_that_leaves_is_noticed),
        WITH_SITE(a_stream_goes_on_after_a_pause),
        WITH_SITE(a_handshake_that_stops_costs_nothing),
        WITH_FAULTY_SITE(a_flaw_is_seen_in_its_connection_and_in_no_other),
        WITH_FAULTY_SITE(an_aborted_handshake_ends_with_an_alert),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
