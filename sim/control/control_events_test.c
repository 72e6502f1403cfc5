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

enum { PIECE_BYTES = 4096 };

/* What the open stream gives now, byte for byte, read `room` bytes at a time. */
static void read_pieces(struct desk *desk, size_t room, struct text_buf *got)
{
    char piece[PIECE_BYTES];
    ssize_t n;
    text_buf_clear(got);
    while ((n = desk->response.stream.read(desk->response.stream.context, piece, room)) > 0)
        text_put(got, text_span(piece, (size_t)n));
}

static void read_all(struct desk *desk, struct text_buf *got)
{
    read_pieces(desk, PIECE_BYTES, got);
}

/* The ids (of calls) and calls (of replies) that the open stream gives now, joined; reads `room` bytes at a
 * time. */
static void assert_stream(struct desk *desk, size_t room, const char *expected)
{
    char ids[256] = "";
    struct text_buf got;
    text_buf_init(&got, 64 * 1024);
    read_pieces(desk, room, &got);
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
    static const size_t rooms[] = {PIECE_BYTES, 7, 1};
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
    assert_stream(&desk, PIECE_BYTES, "RQ2");
    end_stream(&desk);
    tell(&desk, "GET", "/sim/v1/events?after=99", NULL);
    add_call(&desk, 1, "RQ3");
    assert_stream(&desk, PIECE_BYTES, "");
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
    assert_stream(&desk, PIECE_BYTES, "RQ1 RQ1!");
    end_stream(&desk);
    tell(&desk, "GET", "/sim/v1/events", NULL);
    assert_stream(&desk, PIECE_BYTES, "RQ1 RQ2 RQ1!");
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
    assert_stream(&desk, PIECE_BYTES, "RQ1");
    assert_true(sim_reset(desk.sim, &(struct account_setup){0}, &why));
    add_call(&desk, 2, "RQ2");
    assert_stream(&desk, PIECE_BYTES, "RQ2");
    end_stream(&desk);
    desk_close(&desk);
}

struct requests_row {
    const char *query;
    size_t count;
    const char *first; /* NULL: there is none */
};

static void assert_requests(struct desk *desk, const struct requests_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char path[128];
        snprintf(path, sizeof path, "/sim/v1/requests%s", rows[i].query);
        assert_int_equal(tell(desk, "GET", path, NULL), 200);
        const json_t *requests = json_object_get(desk_object(desk), "requests");
        assert_int_equal(json_array_size(requests), rows[i].count);
        if (rows[i].first != NULL)
            assert_text(json_text(json_array_get(requests, 0), "id"), rows[i].first);
    }
}

static void requests_are_the_calls_so_far(void **state)
{
    (void)state;
    static const struct requests_row rows[] = {{"", 3, "RQ1"},
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
    assert_requests(&desk, rows, COUNT_OF(rows));
    assert_int_equal(tell(&desk, "GET", "/sim/v1/requests?limit=10001", NULL), 400);
    desk_close(&desk);
}

static uint64_t add_message(struct desk *desk, const char *sid, const char *body)
{
    static const struct journal_stamp noon = {1700000000000, 5000, 6000000};
    struct text texts[10] = {text_of(sid), TEXT("twilio"), TEXT("sms")};
    texts[7] = text_of(body);
    return journal_add(&desk->sim->journal, JOURNAL_MESSAGE, noon, 1, texts, (int64_t[]){1});
}

static void a_browser_gets_named_and_numbered_events_with_the_code(void **state)
{
    (void)state;
    struct desk desk;
    struct text_buf got;
    text_buf_init(&got, 64 * 1024);
    desk_open(&desk);
    add_message(&desk, "SM1", "Code 482913");
    desk.extra = (struct response_header){"Accept", "text/event-stream"};
    assert_int_equal(tell(&desk, "GET", "/sim/v1/events", NULL), 200);
    assert_string_equal(response_get_header(&desk.response, "Content-Type"), "text/event-stream");
    read_all(&desk, &got);
    assert_string_equal(
        text_buf_z(&got),
        "event: message\nid: 1\ndata: "
        "{\"n\":1,\"kind\":\"message\",\"wall_ms\":1700000000000,\"mono_ms\":5000,"
        "\"real_us\":6000000,\"sid\":\"SM1\",\"provider\":\"twilio\",\"channel\":\"sms\",\"direction\":null,"
        "\"account\":null,\"to\":null,\"from\":null,\"text\":\"Code 482913\",\"status\":null,\"cause\":null,"
        "\"segments\":1,\"one_time_code\":\"482913\"}\n\n");
    add_message(&desk, "SM2", "data: none\n\nevent: forged");
    read_all(&desk, &got);
    assert_non_null(strstr(text_buf_z(&got), "\"text\":\"data: none\\n\\nevent: forged\""));
    assert_non_null(strstr(text_buf_z(&got), "\"one_time_code\":null}\n\n"));
    end_stream(&desk);
    text_buf_release(&got);
    desk_close(&desk);
}

/* The ids of the events that a new stream gives, joined. */
static void assert_ids(struct desk *desk, const char *path, const char *expected)
{
    char ids[64] = "";
    struct text_buf got;
    text_buf_init(&got, 64 * 1024);
    assert_int_equal(tell(desk, "GET", path, NULL), 200);
    read_all(desk, &got);
    struct text rest = text_buf_view(&got), line;
    while (text_split(&rest, '\n', &line))
        if (text_starts(line, "id: "))
            snprintf(ids + strlen(ids), sizeof ids - strlen(ids), "%.*s ", TEXT_ARGS(text_from(line, 4)));
    assert_string_equal(ids, expected);
    end_stream(desk);
    text_buf_release(&got);
}

static void a_browser_goes_on_behind_what_it_had_and_begins_anew_at_another_simulator(void **state)
{
    (void)state;
    static const struct {
        const char *last, *path, *expected;
    } rows[] = {
        {NULL, "/sim/v1/events?format=sse", "1 2 3 "},   {NULL, "/sim/v1/events?format=sse&after=2", "3 "},
        {"2", "/sim/v1/events?format=sse", "3 "},        {"1", "/sim/v1/events?format=sse&after=2", "2 3 "},
        {"3", "/sim/v1/events?format=sse", ""},          {"900", "/sim/v1/events?format=sse", "1 2 3 "},
        {"x", "/sim/v1/events?format=sse&after=2", "3 "}};
    struct desk desk;
    desk_open(&desk);
    for (int i = 0; i < 3; i++)
        add_message(&desk, "SM1", "x");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        desk.extra = (struct response_header){rows[i].last == NULL ? NULL : "Last-Event-ID", rows[i].last};
        assert_ids(&desk, rows[i].path, rows[i].expected);
    }
    desk_close(&desk);
}

static void a_stream_has_the_kinds_that_were_asked_for(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    add_message(&desk, "SM1", "x");
    add_call(&desk, 1, "RQ1");
    add_reply(&desk, "RQ1");
    assert_ids(&desk, "/sim/v1/events?format=sse&kinds=call", "2 ");
    assert_ids(&desk, "/sim/v1/events?format=sse&kinds=message,reply", "1 3 ");
    assert_int_equal(tell(&desk, "GET", "/sim/v1/events?kinds=massage", NULL), 400);
    assert_string_equal(desk_text(&desk),
                        "twilio-sim: kinds: 'massage' is not one of call, reply, message, status, "
                        "callback, fault, unread\n");
    assert_int_equal(tell(&desk, "GET", "/sim/v1/events?format=xml", NULL), 400);
    assert_string_equal(desk_text(&desk), "twilio-sim: format: 'xml' is not one of ndjson, sse\n");
    desk_close(&desk);
}

static void a_browser_is_told_of_what_others_change(void **state)
{
    (void)state;
    struct desk desk, other;
    struct text_buf got;
    text_buf_init(&got, 64 * 1024);
    desk_open(&desk);
    tell(&desk, "GET", "/sim/v1/events?format=sse", NULL);
    other = desk; /* the same simulator, another answer */
    other.answered = false;
    other.arena = arena_new(REQUEST_ARENA_MAX_BYTES);
    read_all(&desk, &got);
    assert_string_equal(text_buf_z(&got), "");
    tell(&other, "GET", "/sim/v1/people", NULL);
    read_all(&desk, &got);
    assert_string_equal(text_buf_z(&got), "");
    tell(&other, "POST", "/sim/v1/people", "{\"name\":\"awa\"}");
    tell(&other, "POST", "/sim/v1/people", "{\"name\":\"zoe\"}");
    read_all(&desk, &got);
    assert_string_equal(text_buf_z(&got), "event: setup\ndata: {\"setups\":2}\n\n");
    read_all(&desk, &got);
    assert_string_equal(text_buf_z(&got), "");
    desk_clear(&other);
    arena_free(other.arena);
    end_stream(&desk);
    text_buf_release(&got);
    desk_close(&desk);
}

static void requests_may_be_the_last_ones_or_the_refused_ones(void **state)
{
    (void)state;
    static const struct requests_row rows[] = {{"?last=1", 1, "RQ3"},
                                               {"?last=2", 2, "RQ2"},
                                               {"?last=9", 3, "RQ1"},
                                               {"?refused=true", 2, "RQ1"},
                                               {"?refused=true&last=1", 1, "RQ3"},
                                               {"?refused=false", 3, "RQ1"}};
    struct desk desk;
    desk_open(&desk);
    add_call(&desk, 1, "RQ1");
    struct text made[16] = {TEXT("RQ2"), TEXT("twilio"), TEXT("message.create"), [11] = TEXT("SM1")};
    journal_add(&desk.sim->journal, JOURNAL_CALL, journal_now(), 1, made, (int64_t[]){0, 201, 0, 0});
    add_call(&desk, 1, "RQ3");
    assert_requests(&desk, rows, COUNT_OF(rows));
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
        cmocka_unit_test(a_browser_gets_named_and_numbered_events_with_the_code),
        cmocka_unit_test(a_browser_goes_on_behind_what_it_had_and_begins_anew_at_another_simulator),
        cmocka_unit_test(a_stream_has_the_kinds_that_were_asked_for),
        cmocka_unit_test(a_browser_is_told_of_what_others_change),
        cmocka_unit_test(requests_may_be_the_last_ones_or_the_refused_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
