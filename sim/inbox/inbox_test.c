/* The page's files: under which Host, with which headers, and nothing else. */
#include "test_support.h"

#include "inbox.h"
#include "inbox_files.h"

struct visit {
    struct arena *arena;
    struct response response;
    const char *host;
    struct response_header extra; /* one more request header; .name NULL = none */
};

static int ask(struct visit *visit, const char *method, const char *path)
{
    struct control control = {.hosts = (const char *const[]){"inbox.example", NULL}, .token = "secret"};
    struct request_header header = {text_of(visit->extra.name), text_of(visit->extra.value)};
    struct request request = {.method = text_of(method),
                              .host = text_of(visit->host == NULL ? "127.0.0.1" : visit->host),
                              .path = text_of(path),
                              .headers = &header,
                              .header_count = visit->extra.name == NULL ? 0 : 1,
                              .arena = visit->arena};
    if (visit->arena == NULL)
        visit->arena = arena_new(REQUEST_ARENA_MAX_BYTES);
    else
        response_release(&visit->response);
    response_init(&visit->response, visit->arena);
    inbox_answer(&control, &request, &visit->response);
    return visit->response.status;
}

static void leave(struct visit *visit)
{
    response_release(&visit->response);
    arena_free(visit->arena);
}

static void the_page_stands_at_the_root_without_a_token(void **state)
{
    (void)state;
    struct visit visit = {0};
    assert_int_equal(ask(&visit, "GET", "/"), 200);
    assert_string_equal(response_get_header(&visit.response, "Content-Type"), "text/html; charset=utf-8");
    struct text body = text_buf_view(&visit.response.body);
    assert_true(text_starts(body, "<!doctype html>"));
    assert_true(text_ends(body, "</html>\n"));
    leave(&visit);
}

static void its_files_have_their_media_types(void **state)
{
    (void)state;
    static const char *const rows[][2] = {{"/inbox/main.js", "text/javascript; charset=utf-8"},
                                          {"/inbox/base.css", "text/css; charset=utf-8"},
                                          {"/inbox/icon.svg", "image/svg+xml"},
                                          {"/inbox", "text/html; charset=utf-8"}};
    struct visit visit = {0};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(ask(&visit, "GET", rows[i][0]), 200);
        assert_string_equal(response_get_header(&visit.response, "Content-Type"), rows[i][1]);
        assert_true(visit.response.body.len > 100);
    }
    leave(&visit);
}

static void only_the_hosts_of_the_control_api_see_it(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        int status;
    } rows[] = {{"localhost", 200},     {"127.0.0.1", 200},       {"::1", 200},
                {"inbox.example", 200}, {"rebound.example", 403}, {"", 403}};
    struct visit visit = {0};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        visit.host = rows[i].host;
        assert_int_equal(ask(&visit, "GET", "/"), rows[i].status);
    }
    leave(&visit);
}

static void what_is_no_file_is_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *method, *path;
        int status;
        const char *words;
    } rows[] = {{"GET", "/inbox/", 404, "twilio-sim: there is no file /inbox/\n"},
                {"GET", "/inbox/../main.js", 404, "twilio-sim: there is no file /inbox/../main.js\n"},
                {"GET", "/inbox/absent.js", 404, "twilio-sim: there is no file /inbox/absent.js\n"},
                {"POST", "/", 405, "twilio-sim: / does not take POST\n"}};
    struct visit visit = {0};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(ask(&visit, rows[i].method, rows[i].path), rows[i].status);
        assert_string_equal(text_buf_z(&visit.response.body), rows[i].words);
    }
    leave(&visit);
}

static void nothing_but_its_own_files_may_act_in_it(void **state)
{
    (void)state;
    struct visit visit = {0};
    ask(&visit, "GET", "/");
    const char *policy = response_get_header(&visit.response, "Content-Security-Policy");
    assert_true(text_starts(text_of(policy), "default-src 'self'; "));
    assert_null(strstr(policy, "unsafe"));
    assert_string_equal(response_get_header(&visit.response, "X-Content-Type-Options"), "nosniff");
    leave(&visit);
}

static void no_file_names_another_host_or_holds_a_script_inline(void **state)
{
    (void)state;
    assert_true(inbox_file_count >= 10);
    for (size_t i = 0; i < inbox_file_count; i++) {
        const struct inbox_file *file = &inbox_files[i];
        struct text bytes = text_span((const char *)file->bytes, file->size_bytes);
        if (!text_ends(text_of(file->name), ".svg"))
            assert_false(text_contains(bytes, TEXT("http://")) || text_contains(bytes, TEXT("https://")));
        assert_false(text_contains(bytes, TEXT("<script>")) || text_contains(bytes, TEXT("innerHTML")) ||
                     text_contains(bytes, TEXT(" style=")));
    }
}

static void an_unchanged_file_is_not_sent_again(void **state)
{
    (void)state;
    struct visit visit = {0};
    ask(&visit, "GET", "/inbox/main.js");
    char etag[32];
    snprintf(etag, sizeof etag, "%s", response_get_header(&visit.response, "ETag"));
    assert_int_equal(strlen(etag), 18);
    visit.extra = (struct response_header){"If-None-Match", etag};
    assert_int_equal(ask(&visit, "GET", "/inbox/main.js"), 304);
    assert_int_equal(visit.response.body.len, 0);
    assert_int_equal(ask(&visit, "GET", "/inbox/base.css"), 200);
    leave(&visit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_stands_at_the_root_without_a_token),
        cmocka_unit_test(its_files_have_their_media_types),
        cmocka_unit_test(only_the_hosts_of_the_control_api_see_it),
        cmocka_unit_test(what_is_no_file_is_refused_in_words),
        cmocka_unit_test(nothing_but_its_own_files_may_act_in_it),
        cmocka_unit_test(no_file_names_another_host_or_holds_a_script_inline),
        cmocka_unit_test(an_unchanged_file_is_not_sent_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
