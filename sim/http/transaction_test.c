/* Parking, delays, and bodies and heads that are too large. */
#include "transaction.h"

#include <poll.h>

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

static int close_site(void **state)
{
    (void)state;
    client_close(&client);
    test_site_close(&site);
    return 0;
}

static void a_parked_handler_is_called_again_after_a_poke(void **state)
{
    (void)state;
    client_get(&client, "/park");
    test_site_wait_parked(&site, 1);
    http_server_poke(site.server);
    test_site_wait_parked(&site, 2);
    test_site_release(&site);
    client_answer(&client);
    assert_string_equal(client_body(&client), "released, called again: 1");
    test_site_wait(&site, HTTP_END_SENT);
}

static void a_poke_between_look_and_park_is_not_lost(void **state)
{
    (void)state;
    /* The handler counts as parked before it stands in the lobby: releasing then hits the gap in most rounds.
     */
    for (unsigned round = 1; round <= 200; round++) {
        client_get(&client, "/park");
        test_site_wait_parked(&site, round);
        test_site_release(&site);
        client_answer(&client);
        assert_string_equal(client_body(&client), "released, called again: 1");
        pthread_mutex_lock(&site.lock);
        site.released = false;
        round = site.parked;
        pthread_mutex_unlock(&site.lock);
    }
}

static void a_parked_handler_is_called_again_at_its_deadline(void **state)
{
    (void)state;
    int64_t start_us = clock_real_mono_us();
    client_get(&client, "/park?50");
    client_answer(&client);
    assert_string_equal(client_body(&client), "deadline, called again: 1");
    assert_in_range(clock_real_mono_us() - start_us, 48000, 2000000);
}

static void a_client_that_leaves_while_parked_is_noticed(void **state)
{
    (void)state;
    client_get(&client, "/park");
    test_site_wait_parked(&site, 1);
    client_close(&client);
    test_site_wait(&site, HTTP_END_CLIENT_LEFT);
    assert_int_equal(timers_count(site.timers), 0);
}

static void a_client_that_leaves_within_a_delay_is_noticed_and_its_timer_goes(void **state)
{
    (void)state;
    client_get(&client, "/delay?600000");
    while (timers_count(site.timers) == 0)
        ;
    client_close(&client);
    test_site_wait(&site, HTTP_END_CLIENT_LEFT);
    assert_int_equal(timers_count(site.timers), 0);
}

static void many_park_at_once_and_all_are_answered(void **state)
{
    (void)state;
    enum { MANY = 300 };
    struct client *many = mem_new_array(MANY, sizeof *many);
    for (size_t i = 0; i < MANY; i++) {
        client_open(&many[i], site.port);
        client_get(&many[i], i % 2 == 0 ? "/park" : "/park?60000");
    }
    test_site_wait_parked(&site, MANY);
    test_site_release(&site);
    for (size_t i = 0; i < MANY; i++) {
        client_answer(&many[i]);
        assert_string_equal(client_body(&many[i]), "released, called again: 1");
        client_close(&many[i]);
    }
    mem_free(many);
}

static void a_delay_keeps_the_answer_back(void **state)
{
    (void)state;
    int64_t start_us = clock_real_mono_us();
    client_post(&client, "/delay?50", "x=1");
    client_answer(&client);
    assert_string_equal(client_body(&client), "late\n");
    assert_in_range(clock_real_mono_us() - start_us, 49000, 2000000);
}

static char *filled(size_t len)
{
    char *text = mem_new(len + 1);
    memset(text, 'a', len);
    return text;
}

static void a_body_over_the_limit_is_drained_and_told(void **state)
{
    (void)state;
    static const struct {
        size_t bytes;
        const char *seen;
    } cases[] = {
        {262144, "body=262144:aaaa"},
        {262145, "body=0: too_large=1"},
        {2000000, "body=0: too_large=1"},
        {10, "body=10:aaaaaaaaaa too_large=0"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *body = filled(cases[i].bytes);
        client_post(&client, "/echo", body);
        client_answer(&client);
        assert_non_null(strstr(client_body(&client), cases[i].seen));
        mem_free(body);
    }
}

static void a_body_announced_too_large_to_drain_is_refused_at_once(void **state)
{
    (void)state;
    client_send(&client, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 999999999\r\n\r\n");
    assert_true(text_starts(text_of(client_answer(&client)), "HTTP/1.1 413 REQUEST ENTITY TOO LARGE\r\n"));
    assert_string_equal(client_body(&client), "The body is too large.\n");
    test_site_wait_refusals(&site, 1);
    assert_string_equal(site.refused, "a body too large to be read to its end");
    assert_int_equal(site.calls, 0);
}

static void a_flood_of_headers_is_refused_and_told(void **state)
{
    (void)state;
    struct text_buf flood;
    text_buf_init(&flood, 1024 * 1024);
    text_put_z(&flood, "GET /echo HTTP/1.1\r\nHost: h\r\n");
    for (int i = 0; i < 4000; i++)
        text_putf(&flood, "X-Flood-%d: aaaaaaaaaaaaaaaa\r\n", i);
    text_put_z(&flood, "\r\n");
    client_send_bytes(&client, flood.at, flood.len);
    assert_true(
        text_starts(text_of(client_answer(&client)), "HTTP/1.1 431 REQUEST HEADER FIELDS TOO LARGE\r\n"));
    test_site_wait_refusals(&site, 1);
    assert_string_equal(site.refused, "a head that is broken or too large");
    text_buf_release(&flood);
}

/* At every size there is an answer: the head fits, or it is refused. */
static void a_head_of_any_size_is_answered(void **state)
{
    (void)state;
    static const struct {
        size_t bytes;
        const char *answer;
    } cases[] = {
        {8000, "HTTP/1.1 201 CREATED\r\n"},
        {12000, "HTTP/1.1 201 CREATED\r\n"},
        {12500, "HTTP/1.1 431 REQUEST HEADER FIELDS TOO LARGE\r\n"},
        {14000, "HTTP/1.1 431 REQUEST HEADER FIELDS TOO LARGE\r\n"},
        {15000, "HTTP/1.1 431 REQUEST HEADER FIELDS TOO LARGE\r\n"},
        {15500, "HTTP/1.1 431 REQUEST HEADER FIELDS TOO LARGE\r\n"},
        {16000, "HTTP/1.1 431 REQUEST HEADER FIELDS TOO LARGE\r\n"},
        {16384, "HTTP/1.1 431 REQUEST HEADER FIELDS TOO LARGE\r\n"},
        {20000, "HTTP/1.1 431 REQUEST HEADER FIELDS TOO LARGE\r\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct client other;
        struct text_buf request;
        char *filler = filled(cases[i].bytes);
        text_buf_init(&request, 64 * 1024);
        text_putf(&request, "GET /headers HTTP/1.1\r\nHost: h\r\nX-Filler: %s\r\n\r\n", filler);
        client_open(&other, site.port);
        client_send_bytes(&other, request.at, request.len);
        if (!text_starts(text_of(client_answer(&other)), cases[i].answer))
            fail_msg("%zu bytes: %s", cases[i].bytes, other.answer.at);
        client_close(&other);
        text_buf_release(&request);
        mem_free(filler);
    }
}

static void header_lines_beyond_the_limit_are_not_kept(void **state)
{
    (void)state;
    struct text_buf many;
    text_buf_init(&many, 64 * 1024);
    text_put_z(&many, "GET /echo HTTP/1.1\r\nHost: h\r\n");
    for (int i = 0; i < 130; i++)
        text_putf(&many, "X-%d: a\r\n", i);
    text_put_z(&many, "\r\n");
    client_send_bytes(&client, many.at, many.len);
    client_answer(&client);
    assert_non_null(strstr(client_body(&client), "headers=100 "));
    text_buf_release(&many);
}

static void a_client_that_leaves_within_its_body_is_told(void **state)
{
    (void)state;
    client_send(&client, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc");
    client_close(&client);
    test_site_wait_refusals(&site, 1);
    assert_string_equal(site.refused, "a request whose body did not come whole");
}

#define WITH_SITE(test) cmocka_unit_test_setup_teardown(test, open_site, close_site)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        WITH_SITE(a_parked_handler_is_called_again_after_a_poke),
        WITH_SITE(a_poke_between_look_and_park_is_not_lost),
        WITH_SITE(a_parked_handler_is_called_again_at_its_deadline),
        WITH_SITE(a_client_that_leaves_while_parked_is_noticed),
        WITH_SITE(a_client_that_leaves_within_a_delay_is_noticed_and_its_timer_goes),
        WITH_SITE(many_park_at_once_and_all_are_answered),
        WITH_SITE(a_delay_keeps_the_answer_back),
        WITH_SITE(a_body_over_the_limit_is_drained_and_told),
        WITH_SITE(a_body_announced_too_large_to_drain_is_refused_at_once),
        WITH_SITE(a_flood_of_headers_is_refused_and_told),
        WITH_SITE(a_head_of_any_size_is_answered),
        WITH_SITE(header_lines_beyond_the_limit_are_not_kept),
        WITH_SITE(a_client_that_leaves_within_its_body_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
