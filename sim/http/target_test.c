/* First lines, good and bad. */
#include "target.h"

#include "test_support.h"

static void every_form_of_a_target_is_cut_into_its_parts(void **state)
{
    (void)state;
    static const struct {
        const char *uri, *scheme, *authority, *path, *query;
    } cases[] = {
        {"/a/b.json?x=1&y=%20", "", "", "/a/b.json", "x=1&y=%20"},
        {"/", "", "", "/", ""},
        {"/a?", "", "", "/a", ""},
        {"/a?b?c", "", "", "/a", "b?c"},
        {"https://api.example.com/v1/x?y=1", "https", "api.example.com", "/v1/x", "y=1"},
        {"http://127.0.0.1:4010/x", "http", "127.0.0.1:4010", "/x", ""},
        {"HTTPS://Api.Example.com", "https", "Api.Example.com", "/", ""},
        {"https://api.example.com?x=1", "https", "api.example.com", "/", "x=1"},
        {"*", "", "", "*", ""},
        {"", "", "", "/", ""},
        {"/http://host/x", "", "", "/http://host/x", ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct target target = target_of(text_of(cases[i].uri));
        assert_text(target.scheme, cases[i].scheme);
        assert_text(target.authority, cases[i].authority);
        assert_text(target.path, cases[i].path);
        assert_text(target.query, cases[i].query);
    }
}

static void a_host_loses_its_port_user_and_brackets(void **state)
{
    (void)state;
    static const struct {
        const char *authority, *host;
        int port;
    } cases[] = {
        {"api.example.com", "api.example.com", 80},
        {"api.example.com:443", "api.example.com", 443},
        {"[::1]:4010", "::1", 4010},
        {"[::1]", "::1", 80},
        {"u:p@h:1", "h", 1},
        {"h:", "h", 80},
        {"h:0", "h", 80},
        {"h:65536", "h", 80},
        {"h:99999999999999999999", "h", 80},
        {"h:-1", "h", 80},
        {"", "", 80},
        {"[::1", "::1", 80},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int port = 80;
        assert_text(target_host(text_of(cases[i].authority), &port), cases[i].host);
        assert_int_equal(port, cases[i].port);
    }
}

static void a_connect_head_is_told_from_everything_else(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        enum connect_result result;
        const char *host;
        int port;
        size_t len_bytes;
    } cases[] = {
        {"CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com:443\r\n\r\n\x16", CONNECT_WHOLE,
         "api.example.com", 443, 67},
        {"CONNECT h:1 HTTP/1.0\n\n", CONNECT_WHOLE, "h", 1, 22},
        {"CONNECT [::1]:443 HTTP/1.1\r\n\r\nGET", CONNECT_WHOLE, "::1", 443, 30},
        {"C", CONNECT_PART, "", 0, 0},
        {"CONNECT ", CONNECT_PART, "", 0, 0},
        {"CONNECT h:1 HTTP/1.1\r\nA: b\r\n", CONNECT_PART, "", 0, 0},
        {"CONNECTED", CONNECT_NOT, "", 0, 0},
        {"CO/", CONNECT_NOT, "", 0, 0},
        {"POST / HTTP/1.1\r\n\r\n", CONNECT_NOT, "", 0, 0},
        {"CONNECT h HTTP/1.1\r\n\r\n", CONNECT_BROKEN, "", 0, 0},
        {"CONNECT :443 HTTP/1.1\r\n\r\n", CONNECT_BROKEN, "", 0, 0},
        {"CONNECT h:443\r\n\r\n", CONNECT_BROKEN, "", 0, 0},
        {"CONNECT h:443 HTTP/2\r\n\r\n", CONNECT_BROKEN, "", 0, 0},
        {"CONNECT \r\n\r\n", CONNECT_BROKEN, "", 0, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct connect_head head = {0};
        assert_int_equal(connect_read(text_of(cases[i].bytes), &head), cases[i].result);
        if (cases[i].result != CONNECT_WHOLE)
            continue;
        assert_text(head.host, cases[i].host);
        assert_int_equal(head.port, cases[i].port);
        assert_int_equal(head.len_bytes, cases[i].len_bytes);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_a_target_is_cut_into_its_parts),
        cmocka_unit_test(a_host_loses_its_port_user_and_brackets),
        cmocka_unit_test(a_connect_head_is_told_from_everything_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
