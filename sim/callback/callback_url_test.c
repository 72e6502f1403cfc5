/* Which callback URLs are valid, their parts, and which of them stay on this machine. */
#include "test_support.h"

#include "callback_url.h"

static void a_url_is_taken_apart_as_it_is_written(void **state)
{
    (void)state;
    struct fail why = {0};
    struct callback_url url;
    assert_true(
        callback_url_split(TEXT("HTTPS://me:pa@ss@Api.Example.com:8443/a/b?c=%20d#rc=2"), &url, &why));
    assert_text(url.whole, "HTTPS://me:pa@ss@Api.Example.com:8443/a/b?c=%20d");
    assert_text(url.scheme, "HTTPS");
    assert_true(url.https);
    assert_text(url.userinfo, "me:pa@ss");
    assert_text(url.authority, "Api.Example.com:8443");
    assert_text(url.host, "Api.Example.com");
    assert_int_equal(url.port, 8443);
    assert_text(url.rest, "/a/b?c=%20d");
    assert_text(url.fragment, "rc=2");
}

static void parts_that_are_not_written_are_empty(void **state)
{
    (void)state;
    struct fail why = {0};
    struct callback_url url;
    assert_true(callback_url_split(TEXT("http://example.com"), &url, &why));
    assert_text(url.whole, "http://example.com");
    assert_null(url.userinfo.at);
    assert_null(url.fragment.at);
    assert_int_equal(url.port, 80);
    assert_int_equal(url.rest.len, 0);
    assert_true(callback_url_split(TEXT("https://[::1]?q#"), &url, &why));
    assert_true(url.host_is_ipv6);
    assert_text(url.host, "::1");
    assert_text(url.authority, "[::1]");
    assert_int_equal(url.port, 443);
    assert_text(url.rest, "?q");
    assert_non_null(url.fragment.at);
    assert_int_equal(url.fragment.len, 0);
}

static void a_url_that_is_not_valid_is_told_why(void **state)
{
    (void)state;
    static const struct {
        const char *url, *why;
    } rows[] = {
        {"http://127.0.0.1:3000/status", NULL},
        {"https://example.com:65535/", NULL},
        {"http://example.com:/", NULL},
        {"http://[2001:db8::1]:80/x", NULL},
        {"http://example.com/with_underscore?a_b=1", NULL},
        {"http://example.com/\xc3\xa9", NULL},
        {"", "it is empty"},
        {"example.com/status", "it does not begin with http:// or https://"},
        {"ftp://example.com/", "it does not begin with http:// or https://"},
        {"httpss://example.com/", "it does not begin with http:// or https://"},
        {"http:/example.com/", "\"//\" is missing behind the scheme"},
        {"http", "\"//\" is missing behind the scheme"},
        {"http://", "it has no host"},
        {"http:///path", "it has no host"},
        {"http://user@/path", "it has no host"},
        {"http://:80/", "it has no host"},
        {"http://#fragment", "it has no host"},
        {"http://my_host.example.com/", "its host has an underscore"},
        {"http://ex%41mple.com/", "its host has a character that no host name has"},
        {"http://example.com\\evil/", "its host has a character that no host name has"},
        {"http://.example.com/", "its host has an empty part"},
        {"http://a..b/", "its host has an empty part"},
        {"http://example.com:0/", "its port is no number from 1 to 65535"},
        {"http://example.com:65536/", "its port is no number from 1 to 65535"},
        {"http://example.com:-1/", "its port is no number from 1 to 65535"},
        {"http://example.com:8o/", "its port is no number from 1 to 65535"},
        {"http://[::1", "what stands in brackets is no IPv6 address"},
        {"http://[::1]x/", "its port is no number from 1 to 65535"},
        {"http://[::g]/", "what stands in brackets is no IPv6 address"},
        {"http://[]/", "what stands in brackets is no IPv6 address"},
        {"http://[1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa]/",
         "what stands in brackets is no IPv6 address"},
        {"http://example.com/a b", "it has a space or a control character"},
        {"http://example.com/a\r\nX: y", "it has a space or a control character"},
        {"http://exam\x7fple.com/", "it has a space or a control character"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        bool valid = callback_url_valid(text_of(rows[i].url), &why);
        if (valid != (rows[i].why == NULL) || (!valid && strcmp(why.text, rows[i].why) != 0))
            fail_msg("%s: %s", rows[i].url, valid ? "is valid" : why.text);
    }
    assert_false(callback_url_valid(TEXT("x"), NULL));
}

static void four_thousand_characters_are_the_limit(void **state)
{
    (void)state;
    char url[4001];
    memset(url, 'a', sizeof url);
    memcpy(url, "http://example.com/", 19);
    struct fail why = {0};
    assert_true(callback_url_valid(text_span(url, 4000), &why));
    assert_false(callback_url_valid(text_span(url, 4001), &why));
    assert_string_equal(why.text, "it is longer than 4000 characters");
}

static void a_nul_byte_is_a_control_character(void **state)
{
    (void)state;
    assert_false(callback_url_valid(TEXT("http://example.com/\0x"), NULL));
}

static void loopback_is_seen_in_every_notation(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        bool loopback;
    } rows[] = {
        {"http://localhost/", true},
        {"http://LOCALHOST:3000/", true},
        {"http://localhost./", true},
        {"http://a.b.LocalHost/", true},
        {"http://127.0.0.1/", true},
        {"http://127.9.9.9/", true},
        {"http://127.1/", true},
        {"http://0x7f.1/", true},
        {"http://2130706433/", true},
        {"http://0.0.0.0/", true},
        {"http://0/", true},
        {"http://[::1]/", true},
        {"http://[::]/", true},
        {"http://[::ffff:127.0.0.1]/", true},
        {"http://x@localhost/", true},
        {"http://notlocalhost/", false},
        {"http://localhost.com/", false},
        {"http://localhost@example.com/", false},
        {"http://128.0.0.1/", false},
        {"http://10.0.0.1/", false},
        {"http://[fe80::1]/", false},
        {"http://example.com/?127.0.0.1", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        struct callback_url url;
        assert_true(callback_url_split(text_of(rows[i].url), &url, &why));
        if (callback_url_is_loopback(&url) != rows[i].loopback)
            fail_msg("%s", rows[i].url);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_url_is_taken_apart_as_it_is_written),
        cmocka_unit_test(parts_that_are_not_written_are_empty),
        cmocka_unit_test(a_url_that_is_not_valid_is_told_why),
        cmocka_unit_test(four_thousand_characters_are_the_limit),
        cmocka_unit_test(a_nul_byte_is_a_control_character),
        cmocka_unit_test(loopback_is_seen_in_every_notation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
