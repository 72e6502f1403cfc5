/* Twilio's own promises of time, on a clock page: the daily cap, the dates it shows, when a planned fault
 * acts. */
#include "test_client.h"

#include "test_clock.h"

#define GOOD "To=%2B243810000001&From=%2B15005550006&Body=482913"

static struct client client;

static void close_all(void)
{
    client_stop(&client);
    test_clock_stop();
}

static void the_daily_cap_opens_again_at_midnight_utc(void **state)
{
    (void)state;
    test_clock_start(1781654399000); /* 2026-06-16 23:59:59 */
    client_start(&client, &(struct sim_settings){
                              .account = {.plan = account_plan(PLAN_TRIAL_LEGACY), .sent_today = 49}});
    client_person(&client, "+243810000001", true, LINE_UNKNOWN);
    assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 201);
    test_clock_jump(999);
    assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 429);
    assert_int_equal(json_integer_value(json_object_get(client_object(&client), "code")), 63038);
    test_clock_jump(1);
    assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 201);
    assert_string_equal(client_json(&client, "date_created"), "Wed, 17 Jun 2026 00:00:00 +0000");
    assert_int_equal(sim_account(client.sim)->sent_today, 1);
    close_all();
}

/* The provider's clock is wrong by that much: its dates are, and its day. */
static void dates_are_off_by_the_skew_of_the_provider(void **state)
{
    (void)state;
    test_clock_start(1781630970000); /* 2026-06-16 17:29:30 */
    client_start(&client, &(struct sim_settings){0});
    clock_page_set_skew_ns(test_clock.page, 0, 7 * 3600000000000);
    assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 201);
    assert_string_equal(client_json(&client, "date_created"), "Wed, 17 Jun 2026 00:29:30 +0000");
    clock_page_set_skew_ns(test_clock.page, 0, -3600000000000);
    assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 201);
    assert_string_equal(client_json(&client, "date_created"), "Tue, 16 Jun 2026 16:29:30 +0000");
    close_all();
}

static void a_fault_between_two_moments_acts_between_them(void **state)
{
    (void)state;
    static const struct {
        int jump_ms, status;
    } rows[] = {{0, 201}, {4999, 201}, {1, 503}, {594999, 503}, {1, 201}};
    test_clock_start(1781630970000);
    client_start(&client, &(struct sim_settings){0});
    struct planned_fault *fault = mem_new(sizeof *fault);
    fault->source = mem_string("{}");
    fault->rule = (struct fault_rule){.when = FAULT_BETWEEN,
                                      .from_ms = 5000,
                                      .to_ms = 600000,
                                      .outcomes = {{FAULT_STATUS, 503}},
                                      .outcome_count = 1,
                                      .accepted = -1,
                                      .retry_after_s = -1,
                                      .deliver_state = -1,
                                      .deliver_after_ms = -1,
                                      .armed_mono_ms = clock_mono_ms()};
    assert_true(account_add_fault(sim_account(client.sim), fault));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        test_clock_jump(rows[i].jump_ms);
        if (ask(&client, "POST", "/Messages.json", GOOD) != rows[i].status)
            fail_msg("row %zu: %d", i, client.response.status);
    }
    close_all();
}

static void assert_status(const char *path, const char *status)
{
    assert_int_equal(ask(&client, "GET", path, NULL), 200);
    assert_string_equal(client_json(&client, "status"), status);
}

/* Waits on the schedule's lock, in which the step is taken. */
static void assert_status_soon(const char *path, const char *status)
{
    int64_t guard_us = clock_real_mono_us() + TEST_CLOCK_GUARD_S * 1000000LL;
    do {
        assert_int_equal(ask(&client, "GET", path, NULL), 200);
    } while (strcmp(client_json(&client, "status"), status) != 0 && clock_real_mono_us() < guard_us);
    assert_status(path, status);
}

static void a_status_goes_on_when_its_time_has_come_and_leaves_no_deadline(void **state)
{
    (void)state;
    char path[128];
    test_clock_start(1781630970000);
    client_start(&client, &(struct sim_settings){.sent_after_ms = 2000, .delivered_after_ms = 40000});
    assert_int_equal(ask(&client, "POST", "/Messages.json", GOOD), 201);
    snprintf(path, sizeof path, "/Messages/%s.json", client_json(&client, "sid"));
    test_clock_wait_due(TEST_CLOCK_START_MS + 2000);
    test_clock_jump(1999);
    assert_status(path, "queued");
    test_clock_jump(1);
    assert_status_soon(path, "sent");
    test_clock_wait_due(TEST_CLOCK_START_MS + 42000);
    test_clock_jump(40000);
    assert_status_soon(path, "delivered");
    test_clock_wait_none();
    assert_string_equal(client_json(&client, "date_updated"), "Tue, 16 Jun 2026 17:30:12 +0000");
    close_all();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_daily_cap_opens_again_at_midnight_utc),
        cmocka_unit_test(dates_are_off_by_the_skew_of_the_provider),
        cmocka_unit_test(a_fault_between_two_moments_acts_between_them),
        cmocka_unit_test(a_status_goes_on_when_its_time_has_come_and_leaves_no_deadline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
