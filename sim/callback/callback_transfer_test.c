/* What goes over the wire, and how attempts end, against receivers that behave and others that do not. */
#include "test_receiver.h"

#define TOKEN "11111111-2222-4333-8444-555555555555"
#define A32   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B32   "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define STATUS_BODY                                                                                          \
    "SmsSid=SM" A32 "&MessageSid=SM" A32                                                                     \
    "&SmsStatus=delivered&MessageStatus=delivered&To=%2B243810000001&From=%2B15005550006"                    \
    "&AccountSid=AC" B32 "&ApiVersion=2010-04-01&RawDlrDoneDate=2601021530"

/* A sender and a notebook, new for each test. */
struct desk {
    struct callback_sender *sender;
    struct notebook notebook;
};

static int desk_open(void **state)
{
    struct desk *desk = mem_new(sizeof *desk);
    desk->sender = callback_sender_new(&(struct callback_settings){0});
    notebook_init(&desk->notebook);
    *state = desk;
    return 0;
}

static int desk_close(void **state)
{
    struct desk *desk = *state;
    callback_sender_free(desk->sender);
    notebook_release(&desk->notebook);
    mem_free(desk);
    return 0;
}

/* Sends one job, waits until it is over and checks its attempts, as "error status" separated by ", ". */
static void expect_from_url(struct desk *desk, const char *url, const char *expected)
{
    struct text_buf seen;
    text_buf_init(&seen, 4096);
    desk->notebook.count = desk->notebook.lasts = 0;
    send_url(desk->sender, &desk->notebook, url);
    wait_idle(desk->sender);
    for (size_t i = 0; i < desk->notebook.count; i++) {
        const struct noted *row = &desk->notebook.rows[i];
        assert_int_equal(row->number, i + 1);
        assert_int_equal(row->last, i + 1 == desk->notebook.count);
        text_putf(&seen, "%s%s %d", i > 0 ? ", " : "", callback_error_name(row->error), row->status);
    }
    if (!text_is(text_buf_view(&seen), expected))
        fail_msg("%s: expected %s, got %s (%s)", url, expected, text_buf_z(&seen),
                 desk->notebook.rows[0].text);
    text_buf_release(&seen);
}

static void expect_attempts(struct desk *desk, int port, const char *path, const char *expected)
{
    char url[1024];
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", port, path);
    expect_from_url(desk, url, expected);
}

static void the_request_is_byte_for_byte_the_captured_one(void **state)
{
    struct desk *desk = *state;
    struct raw_server server;
    raw_start(&server, TEXT("HTTP/1.1 204 No Content\r\n\r\n"), 18, false);
    expect_attempts(desk, server.port, "/a/../status?a=%2F..%2f&b=/../c", "answered 204");
    char expected[HEAD_MAX_BYTES];
    snprintf(expected, sizeof expected,
             "POST /a/../status?a=%%2F..%%2f&b=/../c HTTP/1.1\r\n"
             "Host: 127.0.0.1:%d\r\n"
             "User-Agent: TwilioProxy/1.1\r\n"
             "Accept: */*\r\n"
             "Accept-Encoding: gzip\r\n"
             "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
             "X-Twilio-Signature: %s\r\n"
             "I-Twilio-Idempotency-Token: " TOKEN "\r\n"
             "Content-Length: 18\r\n\r\n"
             "MessageStatus=sent",
             server.port, desk->notebook.rows[0].signature);
    raw_stop(&server);
    assert_string_equal(server.head, expected);
}

static void a_rewritten_callback_arrives_with_the_signature_of_the_original(void **state)
{
    struct desk *desk = *state;
    struct receiver receiver;
    receiver_start(&receiver, (const int[]){204}, 1, NULL, NULL);
    char text[100];
    snprintf(text, sizeof text, "https://example.test=http://127.0.0.1:%d", receiver.port);
    struct callback_rewrite rule;
    struct fail why = {0};
    assert_true(callback_rewrite_read(text_of(text), &rule, &why));
    struct callback_settings settings = {.rewrites = &rule, .rewrite_count = 1};
    struct callback_sender *sender = callback_sender_new(&settings);
    struct callback_job job = {.id = TEXT("SM1"),
                               .url = TEXT("https://example.test/twilio/status#rc=0&ct=1"),
                               .body = TEXT(STATUS_BODY),
                               .auth_token = TEXT("simtoken"),
                               .idempotency_token = TEXT(TOKEN),
                               .attempted = notebook_note,
                               .context = &desk->notebook};
    assert_true(callback_sender_send(sender, &job, &why));
    wait_idle(sender);
    callback_sender_free(sender);
    assert_int_equal(receiver.count, 1);
    const struct received *got = &receiver.received[0];
    assert_string_equal(got->method, "POST");
    assert_string_equal(got->url, "/twilio/status");
    assert_string_equal(got->host, "example.test");
    assert_string_equal(got->forwarded_proto, "https");
    assert_string_equal(got->signature, "+x0FJrmz6Fy6BQN+9KCqgKaKxcE=");
    assert_string_equal(got->token, TOKEN);
    assert_string_equal(got->user_agent, "TwilioProxy/1.1");
    assert_string_equal(got->content_type, "application/x-www-form-urlencoded; charset=UTF-8");
    assert_string_equal(got->body, STATUS_BODY);
    assert_string_equal(desk->notebook.rows[0].id, "SM1");
    assert_string_equal(desk->notebook.rows[0].notes, "ct=1 is no number from 100 to 10000");
    receiver_stop(&receiver);
    callback_rewrite_release(&rule);
}

static void answers_are_tried_again_only_where_the_url_asks_for_it(void **state)
{
    struct desk *desk = *state;
    static const struct {
        const char *why, *fragment, *attempts;
        int script[3];
    } rows[] = {
        {"success", "", "answered 200", {200, 500, 500}},
        {"by default no 5xx", "", "answered 503", {503, 200, 200}},
        {"by default no 4xx", "", "answered 404", {404, 200, 200}},
        {"5xx, once", "#rp=5xx", "answered 500, answered 204", {500, 204, 500}},
        {"5xx, at most twice", "#rc=2&rp=5xx", "answered 500, answered 502, answered 503", {500, 502, 503}},
        {"rc=0 is never", "#rc=0&rp=all", "answered 500", {500, 200, 200}},
        {"4xx", "#rp=4xx", "answered 429, answered 200", {429, 200, 200}},
        {"the next answer counts anew", "#rc=5&rp=5xx", "answered 500, answered 404", {500, 404, 200}},
        {"a redirect is not followed", "#rp=all", "answered 302", {302, 200, 200}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct receiver receiver;
        receiver_start(&receiver, rows[i].script, 3, NULL, NULL);
        receiver.location = "/elsewhere";
        char path[100];
        snprintf(path, sizeof path, "/status%s", rows[i].fragment);
        expect_attempts(desk, receiver.port, path, rows[i].attempts);
        assert_int_equal(receiver.count, desk->notebook.count);
        for (size_t n = 0; n < receiver.count; n++) {
            assert_string_equal(receiver.received[n].token, TOKEN);
            assert_string_equal(receiver.received[n].signature, desk->notebook.rows[0].signature);
            assert_string_equal(receiver.received[n].body, "MessageStatus=sent");
        }
        receiver_stop(&receiver);
    }
}

static void a_refused_connection_is_tried_once_more(void **state)
{
    struct desk *desk = *state;
    expect_attempts(desk, closed_port(), "/", "connect-failed 0, connect-failed 0");
    assert_string_equal(desk->notebook.rows[0].text, "no connection: Connection refused");
    assert_string_equal(desk->notebook.rows[0].answer, "");
    expect_attempts(desk, closed_port(), "/#rc=3",
                    "connect-failed 0, connect-failed 0, connect-failed 0, "
                    "connect-failed 0");
    expect_attempts(desk, closed_port(), "/#rp=5xx", "connect-failed 0");
}

static void a_receiver_that_says_nothing_runs_into_rt(void **state)
{
    struct desk *desk = *state;
    int port, fd = listen_only(&port);
    expect_attempts(desk, port, "/#rt=100", "read-timeout 0");
    const struct noted *row = &desk->notebook.rows[0];
    assert_string_equal(row->text, "nothing came for 100 ms (rt)");
    assert_true(row->ended_ms - row->started_ms >= 100);
    expect_attempts(desk, port, "/#rt=100&rp=rt", "read-timeout 0, read-timeout 0");
    close(fd);
}

static void the_total_time_ends_the_retries(void **state)
{
    struct desk *desk = *state;
    int port, fd = listen_only(&port);
    expect_attempts(desk, port, "/#tt=500&rt=300&rp=rt&rc=5", "read-timeout 0, total-timeout 0");
    const struct noted *rows = desk->notebook.rows;
    assert_string_equal(rows[1].text, "not over within 500 ms (tt)");
    assert_true(rows[1].ended_ms - rows[0].started_ms >= 500);
    expect_attempts(desk, port, "/#tt=100&rp=all", "total-timeout 0");
    assert_true(rows[0].ended_ms - rows[0].started_ms < 10000); /* rt would be 15000 */
    close(fd);
}

static void a_handshake_that_hangs_runs_into_ct(void **state)
{
    struct desk *desk = *state;
    int port, fd = listen_only(&port);
    char url[100];
    snprintf(url, sizeof url, "https://127.0.0.1:%d/#ct=100", port);
    expect_from_url(desk, url, "connect-timeout 0, connect-timeout 0");
    assert_string_equal(desk->notebook.rows[0].text, "no connection within 100 ms (ct)");
    close(fd);
}

static const struct {
    const char *why, *fragment, *attempts;
    struct text answer;
    bool keep_open;
    const char *text, *body;
} broken_answers[] = {
    {"half an answer is never tried again",
     "#rp=all",
     "partial 200",
     {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", 41},
     false,
     "the answer ended before its end",
     "abc"},
    {"nor half a head",
     "#rp=all",
     "partial 200",
     {"HTTP/1.1 200 OK\r\nContent-Le", 27},
     false,
     "the answer ended before its end",
     ""},
    {"an answer that stops, too",
     "#rp=all&rt=100",
     "read-timeout 200",
     {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", 41},
     true,
     "nothing came for 100 ms (rt)",
     "abc"},
    {"a closed connection", "", "no-answer 0", {"", 0}, false, "the connection ended without an answer", ""},
    {"a closed connection counts as rt",
     "#rp=rt",
     "no-answer 0, no-answer 0",
     {"", 0},
     false,
     "the connection ended without an answer",
     ""},
    {"no HTTP",
     "#rp=all",
     "bad-answer 0",
     {"SSH-2.0-server\r\n\r\n", 18},
     false,
     "no HTTP answer: Unsupported protocol",
     ""},
    {"an answer without length ends with the connection",
     "",
     "answered 200",
     {"HTTP/1.0 200 OK\r\n\r\nhello", 24},
     false,
     "answered 200",
     "hello"},
    {"gzip is read",
     "",
     "answered 200",
     {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 25\r\n\r\n"
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00"
      "\x00",
      88},
     false,
     "answered 200",
     "hello"},
    {"broken gzip is no answer",
     "",
     "bad-answer 200",
     {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", 67},
     false,
     "no HTTP answer: Unrecognized or bad HTTP Content or Transfer-Encoding",
     ""},
};

static void a_broken_answer_is_told_apart_from_none(void **state)
{
    struct desk *desk = *state;
    for (size_t i = 0; i < COUNT_OF(broken_answers); i++) {
        struct raw_server server;
        raw_start(&server, broken_answers[i].answer, 18, broken_answers[i].keep_open);
        char path[100];
        snprintf(path, sizeof path, "/%s", broken_answers[i].fragment);
        expect_attempts(desk, server.port, path, broken_answers[i].attempts);
        assert_string_equal(desk->notebook.rows[0].text, broken_answers[i].text);
        assert_string_equal(desk->notebook.rows[0].answer, broken_answers[i].body);
        raw_stop(&server);
    }
}

static void of_a_long_answer_the_beginning_is_kept(void **state)
{
    struct desk *desk = *state;
    static const struct {
        size_t bytes;
        const char *attempts;
    } rows[] = {{2048, "answered 200"}, {1000000, "answered 200"}, {2000000, "partial 200"}};
    char *answer = mem_new(2000000);
    memset(answer, 'x', 2000000);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct receiver receiver;
        receiver_start(&receiver, (const int[]){200}, 1, NULL, NULL);
        receiver.answer = answer;
        receiver.answer_bytes = rows[i].bytes;
        expect_attempts(desk, receiver.port, "/#rp=all", rows[i].attempts);
        assert_int_equal(strlen(desk->notebook.rows[0].answer), 2048);
        receiver_stop(&receiver);
    }
    assert_string_equal(desk->notebook.rows[0].text, "the answer is too long");
    mem_free(answer);
}

static void of_two_addresses_the_one_that_listens_is_found(void **state)
{
    struct desk *desk = *state;
    struct receiver receiver;
    receiver_start(&receiver, (const int[]){204}, 1, NULL, NULL);
    char url[100], host[100];
    snprintf(url, sizeof url, "http://localhost:%d/", receiver.port);
    snprintf(host, sizeof host, "localhost:%d", receiver.port);
    expect_from_url(desk, url, "answered 204");
    assert_string_equal(receiver.received[0].host, host);
    receiver_stop(&receiver);
}

static void nothing_is_sent_to_a_public_address(void **state)
{
    struct desk *desk = *state;
    expect_from_url(desk, "http://203.0.113.7/status#rp=all", "not-local 0");
    assert_string_equal(
        desk->notebook.rows[0].text,
        "203.0.113.7 is neither on this machine nor on a private network, and callbacks stay there");
    expect_from_url(desk, "http://[2001:db8::1]/status", "not-local 0");
}

/* Every test runs with proxy variables that would lead nowhere. */
static int set_proxies(void **state)
{
    (void)state;
    return setenv("http_proxy", "http://127.0.0.1:1", 1) + setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
}

#define desk_test(test) cmocka_unit_test_setup_teardown(test, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        desk_test(the_request_is_byte_for_byte_the_captured_one),
        desk_test(a_rewritten_callback_arrives_with_the_signature_of_the_original),
        desk_test(answers_are_tried_again_only_where_the_url_asks_for_it),
        desk_test(a_refused_connection_is_tried_once_more),
        desk_test(a_receiver_that_says_nothing_runs_into_rt),
        desk_test(the_total_time_ends_the_retries),
        desk_test(a_handshake_that_hangs_runs_into_ct),
        desk_test(a_broken_answer_is_told_apart_from_none),
        desk_test(of_a_long_answer_the_beginning_is_kept),
        desk_test(of_two_addresses_the_one_that_listens_is_found),
        desk_test(nothing_is_sent_to_a_public_address),
    };
    return cmocka_run_group_tests(tests, set_proxies, NULL);
}
