/* /sim/v1/clock: on the real clock, on a page that somebody else moves, and with a mover of the simulator's
 * own, which is the test here. */
#include "clock_mover.h"
#include "test_clock.h"
#include "test_control.h"

static struct desk desk;
static _Atomic unsigned over;

static bool advance(void *context, int64_t to_mono_ms, int64_t until_real_us, struct fail *why)
{
    (void)context;
    (void)until_real_us;
    bool stuck = to_mono_ms > TEST_CLOCK_START_MS + 250LL * 86400000;
    if (!stuck)
        test_clock_jump(to_mono_ms - clock_mono_ms());
    return !stuck || fail_set(why, "node (12) never rests");
}

static void set_runs(bool runs)
{
    clock_page_set(test_clock.page, clock_page_mono_ns(test_clock.page), runs);
}

static void freeze(void *context)
{
    (void)context;
    set_runs(false);
}

static void resume(void *context)
{
    (void)context;
    set_runs(true);
}

static uint64_t jumps(void *context)
{
    (void)context;
    return 7;
}

static void tell_over(void *context)
{
    (void)context;
    over++;
}

/* On a page that stands at 2026-06-16 17:29:30. */
static void open_virtual(void)
{
    static const struct clock_moves moves = {
        .advance = advance, .freeze = freeze, .resume = resume, .jumps = jumps, .patience_us = 1000};
    test_clock_start(1781630970000);
    desk_open(&desk);
    desk.control.clock_mover = clock_mover_new(&moves, tell_over, NULL);
    over = 0;
}

static void close_virtual(void)
{
    clock_mover_free(desk.control.clock_mover);
    desk_close(&desk);
    test_clock_stop();
}

/* What the transport does: the handler is called again after the poke. */
static int move(const char *body)
{
    unsigned before = over;
    struct request request = {.method = TEXT("POST"),
                              .path = TEXT("/sim/v1/clock"),
                              .host = TEXT("localhost"),
                              .body = text_of(body),
                              .arena = desk.arena};
    desk_clear(&desk);
    response_init(&desk.response, desk.arena);
    desk.answered = true;
    control_answer(&desk.control, &request, &desk.response);
    if (desk.response.parked) {
        while (over == before)
            sched_yield();
        request.called_again = true;
        response_init(&desk.response, desk.arena);
        control_answer(&desk.control, &request, &desk.response);
    }
    return desk.response.status;
}

static void real_time_is_shown_and_cannot_be_moved(void **state)
{
    (void)state;
    desk_open(&desk);
    assert_int_equal(tell(&desk, "GET", "/sim/v1/clock", NULL), 200);
    assert_true(json_is_false(json_object_get(desk_object(&desk), "virtual")));
    assert_true(json_is_true(json_object_get(desk_object(&desk), "runs")));
    assert_true(json_is_null(json_object_get(desk_object(&desk), "jumps")));
    assert_true(json_is_null(json_object_get(desk_object(&desk), "owner")));
    assert_int_equal(desk_number(&desk, "offset_ms"), 0);
    assert_int_equal(tell(&desk, "POST", "/sim/v1/clock", "{\"advance\":\"11m\"}"), 409);
    assert_string_equal(desk_text(&desk),
                        "twilio-sim: time is real here; start with --virtual-time to move it\n");
    desk_close(&desk);
}

static void a_page_of_somebody_elses_is_shown_and_not_moved(void **state)
{
    (void)state;
    test_clock_start(1781630970000);
    clock_page_add_party(test_clock.page, "harness", CLOCK_ROLE_OWNER);
    desk_open(&desk);
    assert_int_equal(tell(&desk, "GET", "/sim/v1/clock", NULL), 200);
    assert_true(json_is_true(json_object_get(desk_object(&desk), "virtual")));
    assert_true(json_is_false(json_object_get(desk_object(&desk), "runs")));
    assert_string_equal(desk_json(&desk, "wall"), "2026-06-16T17:29:30.000Z");
    assert_string_equal(desk_json(&desk, "owner"), "harness");
    assert_int_equal(desk_number(&desk, "mono_ms"), 1000000);
    assert_int_equal(tell(&desk, "POST", "/sim/v1/clock", "{\"freeze\":true}"), 409);
    assert_string_equal(desk_text(&desk),
                        "twilio-sim: the clock is moved by harness, not from here: while its stack is up, "
                        "'otp-harness clock +11m' does it (or to TIME, freeze, resume)\n");
    desk_close(&desk);
    test_clock_stop();
}

static void an_order_is_answered_when_time_is_there(void **state)
{
    (void)state;
    static const struct {
        const char *body, *wall;
        bool runs;
    } rows[] = {
        {"{\"advance\":\"11m\"}", "2026-06-16T17:40:30.000Z", false},
        {"{\"advance\":\"0s\"}", "2026-06-16T17:40:30.000Z", false},
        {"{\"to\":\"midnight\"}", "2026-06-17T00:00:00.000Z", false},
        {"{\"to\":\"midnight\"}", "2026-06-18T00:00:00.000Z", false},
        {"{\"to\":\"2026-06-18T08:15:00Z\"}", "2026-06-18T08:15:00.000Z", false},
        {"{\"to\":\"2026-06-19\"}", "2026-06-19T00:00:00.000Z", false},
        {"{\"resume\":true}", NULL, true},
        {"{\"advance\":\"11m\"}", NULL, true},
        {"{\"freeze\":true}", NULL, false},
    };
    open_virtual();
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (move(rows[i].body) != 200)
            fail_msg("%s: %s", rows[i].body, desk_text(&desk));
        if (rows[i].wall != NULL)
            assert_string_equal(desk_json(&desk, "wall"), rows[i].wall);
        assert_int_equal(json_is_true(json_object_get(desk_object(&desk), "runs")), rows[i].runs);
        assert_int_equal(desk_number(&desk, "jumps"), 7);
        assert_string_equal(desk_json(&desk, "owner"), "simulator");
    }
    close_virtual();
}

static void an_advance_that_cannot_come_to_its_end_says_why(void **state)
{
    (void)state;
    open_virtual();
    assert_int_equal(move("{\"advance\":\"7200h\"}"), 503);
    assert_string_equal(desk_text(&desk), "twilio-sim: the clock came to 2026-06-16T17:29:30.000Z and no "
                                          "further: node (12) never rests\n");
    close_virtual();
}

static void nonsense_is_refused_with_its_key(void **state)
{
    (void)state;
    static const struct {
        const char *body, *answer;
    } rows[] = {
        {"{}", "one of advance, to, freeze and resume is wanted"},
        {"{\"advance\":\"1s\",\"freeze\":true}", "one of advance, to, freeze and resume is wanted"},
        {"{\"advanse\":\"1s\"}", "unknown key 'advanse'; did you mean 'advance'?"},
        {"{\"advance\":11}", "advance: a duration such as \"11m\" is wanted"},
        {"{\"advance\":\"11\"}", "advance: a duration such as \"11m\" is wanted"},
        {"{\"advance\":\"-1s\"}", "advance: a duration such as \"11m\" is wanted"},
        {"{\"advance\":\"8785h\"}", "advance: 8785h is more than 366 days"},
        {"{\"advance\":\"99999999h\"}", "advance: 99999999h is more than 366 days"},
        {"{\"to\":\"noon\"}", "to: \"midnight\" or a date such as \"2026-06-17T08:00:00Z\" is wanted"},
        {"{\"to\":7}", "to: \"midnight\" or a date such as \"2026-06-17T08:00:00Z\" is wanted"},
        {"{\"to\":\"2026-06-16\"}", "to: 2026-06-16 is past, it is 2026-06-16T17:29:30.000Z"},
        {"{\"to\":\"2028-01-01\"}", "to: 2028-01-01 is more than 366 days from now"},
        {"{\"freeze\":false}", "freeze: true is wanted"},
        {"{\"resume\":1}", "resume: true is wanted"},
    };
    open_virtual();
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char expected[256];
        snprintf(expected, sizeof expected, "twilio-sim: %s\n", rows[i].answer);
        assert_int_equal(tell(&desk, "POST", "/sim/v1/clock", rows[i].body), 400);
        assert_string_equal(desk_text(&desk), expected);
    }
    assert_int_equal(over, 0);
    assert_int_equal(clock_mono_ms(), 1000000);
    close_virtual();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_time_is_shown_and_cannot_be_moved),
        cmocka_unit_test(a_page_of_somebody_elses_is_shown_and_not_moved),
        cmocka_unit_test(an_order_is_answered_when_time_is_there),
        cmocka_unit_test(an_advance_that_cannot_come_to_its_end_says_why),
        cmocka_unit_test(nonsense_is_refused_with_its_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
