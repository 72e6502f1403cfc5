/* GET /sim/v1/events and /sim/v1/requests. */
#include "test_control.h"

static void add_call(struct desk *desk, unsigned tenant, const char *id)
{
    struct text texts[16] = {text_of(id), TEXT("twilio"), TEXT("message.create")};
    journal_add(&desk->sim->journal, JOURNAL_CALL, journal_now(), tenant, texts, (int64_t[]){0, 201, 0, 0});
}

static void add_reply(struct desk *desk, const char *id)
{
    journal_add(&desk->sim->journal, JOURNAL_REPLY, journal_now(), 0,
                (struct text[]){text_of(id), TEXT("sent")}, (int64_t[]){0});
}

/* The ids (of calls) and calls (of replies) that the open stream gives now, joined; reads `room` bytes at a
 * time. */
static void assert_stream(struct desk *desk, size_t room, const char *expected)
{
    char ids[256] = "";
    struct text_buf got;
    text_buf_init(&got, 64 * 1024);
    for (;;) {
        char piece[4096];
        ssize_t n = desk->response.stream.read(desk->response.stream.context, piece, room);
        if (n <= 0)
            break;
        text_put(&got, text_span(piece, (size_t)n));
    }
    struct text rest = text_buf_view(&got), line;
    while (text_split(&rest, '\n', &line) && line.len > 0) {
        json_t *record = NULL;
        struct fail why = {0};
        if (!json_read(line, "line", &record, &why))
            fail_msg("%s: %.*s", why.text, TEXT_ARGS(line));
        bool reply = text_is(json_text(record, "kind"), "reply");
        size_t len = strlen(ids);
        snprintf(ids + len, sizeof ids - len, "%s%.*s%s", len > 0 ? " " : "",
                 TEXT_ARGS(json_text(record, reply ? "call" : "id")), reply ? "!" : "");
        json_decref(record);
    }
    assert_string_equal(ids, expected);
    text_buf_release(&got);
}

static void end_stream(struct desk *desk)
{
    desk->response.stream.end(desk->response.stream.context);
}

static void a_stream_gives_what_was_and_then_what_comes(void **state)
{
    (void)state;
    static const size_t rooms[] = {4096, 7, 1};
    for (size_t i = 0; i < COUNT_OF(rooms); i++) {
        struct desk desk;
        desk_open(&desk);
        add_call(&desk, 1, "RQ1");
        add_call(&desk, 1, "RQ2");
        assert_int_equal(tell(&desk, "GET", "/sim/v1/events", NULL), 200);
        assert_string_equal(response_get_header(&desk.response, "Content-Type"), "application/x-ndjson");
        assert_stream(&desk, rooms[i], "RQ1 RQ2");
        assert_stream(&desk, rooms[i], "");
        add_call(&desk, 1, "RQ3");
        assert_stream(&desk, rooms[i], "RQ3");
        end_stream(&desk);
        desk_close(&desk);
    }
}

static void a_stream_begins_behind_a_number(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    add_call(&desk, 1, "RQ1");
    add_call(&desk, 1, "RQ2");
    tell(&desk, "GET", "/sim/v1/events?after=1", NULL);
    assert_stream(&desk, 4096, "RQ2");
    end_stream(&desk);
    tell(&desk, "GET", "/sim/v1/events?after=99", NULL);
    add_call(&desk, 1, "RQ3");
    assert_stream(&desk, 4096, "");
    end_stream(&desk);
    assert_int_equal(tell(&desk, "GET", "/sim/v1/events?after=x", NULL), 400);
    assert_null(desk.response.stream.read);
    desk_close(&desk);
}

static void a_stream_of_an_account_has_its_calls_and_every_reply(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    unsigned own = sim_account(desk.sim)->tenant;
    add_call(&desk, own, "RQ1");
    add_call(&desk, own + 1, "RQ2");
    add_reply(&desk, "RQ1");
    tell(&desk, "GET", "/sim/v1/events?account=" DESK_SID, NULL);
    assert_stream(&desk, 4096, "RQ1 RQ1!");
    end_stream(&desk);
    tell(&desk, "GET", "/sim/v1/events", NULL);
    assert_stream(&desk, 4096, "RQ1 RQ2 RQ1!");
    end_stream(&desk);
    desk_close(&desk);
}

static void a_stream_goes_on_after_a_reset(void **state)
{
    (void)state;
    struct desk desk;
    struct fail why = {0};
    desk_open(&desk);
    add_call(&desk, 1, "RQ1");
    tell(&desk, "GET", "/sim/v1/events", NULL);
    assert_stream(&desk, 4096, "RQ1");
    assert_true(sim_reset(desk.sim, &(struct account_setup){0}, &why));
    add_call(&desk, 2, "RQ2");
    assert_stream(&desk, 4096, "RQ2");
    end_stream(&desk);
    desk_close(&desk);
}

static void requests_are_the_calls_so_far(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        size_t count;
        const char *first;
    } rows[] = {{"", 3, "RQ1"},
                {"?after=1", 2, "RQ2"},
                {"?limit=1", 1, "RQ1"},
                {"?after=9", 0, NULL},
                {"?account=" DESK_SID, 2, "RQ1"}};
    struct desk desk;
    desk_open(&desk);
    unsigned own = sim_account(desk.sim)->tenant;
    add_call(&desk, own, "RQ1");
    add_call(&desk, own + 1, "RQ2");
    add_reply(&desk, "RQ1");
    add_call(&desk, own, "RQ3");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char path[128];
        snprintf(path, sizeof path, "/sim/v1/requests%s", rows[i].query);
        assert_int_equal(tell(&desk, "GET", path, NULL), 200);
        const json_t *requests = json_object_get(desk_object(&desk), "requests");
        assert_int_equal(json_array_size(requests), rows[i].count);
        if (rows[i].first != NULL)
            assert_text(json_text(json_array_get(requests, 0), "id"), rows[i].first);
    }
    assert_int_equal(tell(&desk, "GET", "/sim/v1/requests?limit=10001", NULL), 400);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_gives_what_was_and_then_what_comes),
        cmocka_unit_test(a_stream_begins_behind_a_number),
        cmocka_unit_test(a_stream_of_an_account_has_its_calls_and_every_reply),
        cmocka_unit_test(a_stream_goes_on_after_a_reset),
        cmocka_unit_test(requests_are_the_calls_so_far),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
