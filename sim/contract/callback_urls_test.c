/* Which callback URLs are taken. */
#include "test_support.h"
#include "callback_urls.h"

enum verdict { NEVER, ELSEWHERE, HERE }; /* HERE: sound, but on this machine */

static const struct {
    const char *url;
    enum verdict verdict;
} url_rows[] = {
    {"https://example.com/status", ELSEWHERE},
    {"http://example.com", ELSEWHERE},
    {"HTTPS://Example.COM:8443/a?b=c#rc=2", ELSEWHERE},
    {"https://user:secret@example.com/", ELSEWHERE},
    {"http://10.0.0.1:3000/", ELSEWHERE},
    {"http://[2001:db8::1]:80/", ELSEWHERE},
    {"http://backend:3000/api/twilio/status", ELSEWHERE},
    {"http://example.com./", ELSEWHERE},
    {"http://example.com:/", ELSEWHERE},
    {"https://localhost.example.com/", ELSEWHERE},
    {"http://localhost:3000/status", HERE},
    {"http://LOCALHOST/", HERE},
    {"http://localhost./", HERE},
    {"http://a.localhost/", HERE},
    {"http://127.0.0.1/", HERE},
    {"http://127.8.9.10:1/", HERE},
    {"http://0.0.0.0:80/", HERE},
    {"http://[::1]:3000/", HERE},
    {"http://[::]/", HERE},
    {"http://[::ffff:127.0.0.1]/", HERE},
    {"http://me@localhost/", HERE},
    {"", NEVER},
    {"example.com/status", NEVER},
    {"/status", NEVER},
    {"ftp://example.com/", NEVER},
    {"http:/example.com", NEVER},
    {"http://", NEVER},
    {"http:///status", NEVER},
    {"http://exa_mple.com/", NEVER},
    {"http://exa mple.com/", NEVER},
    {"http://example.com/a b", NEVER},
    {"http://example.com/\xC3\xA9", NEVER},
    {"http://example.com/\n", NEVER},
    {"http://-example.com/", NEVER},
    {"http://example..com/", NEVER},
    {"http://.example.com/", NEVER},
    {"http://example.com:0/", NEVER},
    {"http://example.com:65536/", NEVER},
    {"http://example.com:80a/", NEVER},
    {"http://[::1/", NEVER},
    {"http://[]/", NEVER},
    {"http://[::1]x/", NEVER},
    {"http://[zz]/", NEVER},
    {"javascript:alert(1)", NEVER},
};

static void a_callback_url_is_http_with_a_sound_host_elsewhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(url_rows); i++) {
        struct text url = text_of(url_rows[i].url);
        bool strict = callback_url_sound(url, false), lenient = callback_url_sound(url, true);
        if (strict != (url_rows[i].verdict == ELSEWHERE) || lenient != (url_rows[i].verdict != NEVER))
            fail_msg("%s: strict %d, with loopback %d", url_rows[i].url, strict, lenient);
    }
}

static void a_callback_url_has_at_most_4000_characters(void **state)
{
    (void)state;
    struct text_buf url;
    text_buf_init(&url, 8192);
    text_put_z(&url, "https://example.com/");
    while (url.len < 4000)
        text_put_char(&url, 'a');
    assert_true(callback_url_sound(text_buf_view(&url), false));
    text_put_char(&url, 'a');
    assert_false(callback_url_sound(text_buf_view(&url), false));
    assert_true(http_url_sound(text_buf_view(&url)));
    text_buf_release(&url);
}

static void a_label_has_at_most_63_characters(void **state)
{
    (void)state;
    struct text label = TEXT("http://aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff1234.com/");
    assert_false(http_url_sound(label));
    assert_true(
        http_url_sound(TEXT("http://aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123.com/")));
}

static void the_host_is_what_stands_between_scheme_and_port(void **state)
{
    (void)state;
    static const struct {
        const char *url, *host;
    } rows[] = {{"https://example.com:1/x", "example.com"},
                {"http://u:p@host?x", "host"},
                {"http://[::1]:3000/", "::1"},
                {"mailto:me@example.com", ""}};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_text(http_url_host(text_of(rows[i].url)), rows[i].host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_callback_url_is_http_with_a_sound_host_elsewhere),
        cmocka_unit_test(a_callback_url_has_at_most_4000_characters),
        cmocka_unit_test(a_label_has_at_most_63_characters),
        cmocka_unit_test(the_host_is_what_stands_between_scheme_and_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
