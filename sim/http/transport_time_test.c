/* The transport in virtual time: delays, park deadlines and drips come at their moment, hangs and streams
 * wait for none, and the Date header is the page's. */
#include "transaction.h"

#include "clock.h"
#include "raw_client.h"
#include "test_clock.h"
#include "test_site.h"
#include "test_support.h"

static struct test_site site;
static struct client client;

static int open_site(void **state)
{
    (void)state;
    test_clock_start(1781630970000); /* 2026-06-16 17:29:30 */
    test_site_open(&site, &(struct http_config){0});
    client_open(&client, site.port);
    return 0;
}

static int close_site(void **state)
{
    (void)state;
    client_close(&client);
    test_site_close(&site);
    test_clock_stop();
    return 0;
}

static void assert_date(const char *date)
{
    char line[64];
    snprintf(line, sizeof line, "\r\nDate: %s\r\n", date);
    if (strstr(client.answer.at, line) == NULL)
        fail_msg("%s", client.answer.at);
}

static void a_delayed_answer_comes_at_its_moment_with_its_date(void **state)
{
    (void)state;
    client_post(&client, "/delay?33000", "x=1");
    test_clock_wait_due(TEST_CLOCK_START_MS + 33000);
    test_clock_jump(32999);
    test_clock_wait_due(TEST_CLOCK_START_MS + 33000);
    test_clock_jump(1);
    client_answer(&client);
    assert_string_equal(client_body(&client), "late\n");
    assert_date("Tue, 16 Jun 2026 17:30:03 GMT");
    test_clock_wait_none();
}

static void a_parked_handler_sees_its_deadline(void **state)
{
    (void)state;
    client_get(&client, "/park?10000");
    test_clock_wait_due(TEST_CLOCK_START_MS + 10000);
    test_clock_jump(10000);
    client_answer(&client);
    assert_string_equal(client_body(&client), "deadline, called again: 1");
    test_clock_wait_none();
}

static bool has_ended(void)
{
    pthread_mutex_lock(&site.lock);
    bool ended = site.ended[HTTP_END_SENT] > 0;
    pthread_mutex_unlock(&site.lock);
    return ended;
}

static void a_drip_is_a_byte_a_second(void **state)
{
    (void)state;
    client_get(&client, "/drip");
    for (int second = 1; !has_ended() && second < 100; second++) {
        int64_t guard_us = clock_real_mono_us() + TEST_CLOCK_GUARD_S * 1000000LL;
        while (!test_clock_is_due(TEST_CLOCK_START_MS + second * 1000) && !has_ended()) {
            assert_true(clock_real_mono_us() < guard_us);
            sched_yield();
        }
        if (!has_ended())
            test_clock_jump(1000);
    }
    client_answer(&client);
    size_t len = strlen(client_body(&client));
    assert_true(len > 3);
    assert_int_equal(clock_mono_ms() - TEST_CLOCK_START_MS, ((int64_t)len - 1) * 1000);
    test_clock_wait_none();
}

static void hangs_and_streams_wait_for_no_moment(void **state)
{
    (void)state;
    client_get(&client, "/hang");
    struct client listener;
    client_open(&listener, site.port);
    client_get(&listener, "/stream");
    test_site_stream(&site, "one\n", false);
    client_bytes(&listener, 1);
    assert_int_equal(test_clock_open(), 0);
    client_close(&listener);
}

static void who_leaves_takes_the_deadline_along(void **state)
{
    (void)state;
    client_get(&client, "/delay?33000");
    test_clock_wait_due(TEST_CLOCK_START_MS + 33000);
    client_close(&client);
    test_site_wait(&site, HTTP_END_CLIENT_LEFT);
    test_clock_wait_none();
}

static void the_date_is_off_by_the_skew_of_the_party(void **state)
{
    (void)state;
    static const struct {
        int64_t skew_s;
        const char *date;
    } rows[] = {
        {0, "Tue, 16 Jun 2026 17:29:30 GMT"},
        {7 * 3600, "Wed, 17 Jun 2026 00:29:30 GMT"},
        {-1, "Tue, 16 Jun 2026 17:29:29 GMT"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        clock_page_set_skew_ns(test_clock.page, 0, rows[i].skew_s * 1000000000);
        client_get(&client, "/hello");
        client_answer(&client);
        assert_date(rows[i].date);
    }
}

#define WITH_SITE(test) cmocka_unit_test_setup_teardown(test, open_site, close_site)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        WITH_SITE(a_delayed_answer_comes_at_its_moment_with_its_date),
        WITH_SITE(a_parked_handler_sees_its_deadline),
        WITH_SITE(a_drip_is_a_byte_a_second),
        WITH_SITE(hangs_and_streams_wait_for_no_moment),
        WITH_SITE(who_leaves_takes_the_deadline_along),
        WITH_SITE(the_date_is_off_by_the_skew_of_the_party),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
