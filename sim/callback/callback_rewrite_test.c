/* Where a callback goes under rewrite rules. */
#include "test_support.h"

#include "callback_rewrite.h"

static void the_first_matching_rule_moves_scheme_host_and_port(void **state)
{
    (void)state;
    static const char *const rules[] = {"https://api.example.com=http://127.0.0.1:3000",
                                        "http://api.example.com:8080/=https://[::1]:8443/",
                                        "https://api.example.com=http://127.0.0.1:9"};
    static const struct {
        const char *why, *url, *target;
    } rows[] = {
        {"path and query are kept", "https://api.example.com/twilio/status?a=%2F&b",
         "http://127.0.0.1:3000/twilio/status?a=%2F&b"},
        {"nothing to keep", "https://api.example.com", "http://127.0.0.1:3000"},
        {"a query without a path", "https://api.example.com?x=1", "http://127.0.0.1:3000?x=1"},
        {"the fragment goes", "https://api.example.com/#rc=2", "http://127.0.0.1:3000/"},
        {"the default port may be written", "https://api.example.com:443/", "http://127.0.0.1:3000/"},
        {"case does not count", "HTTPS://API.example.COM/Path", "http://127.0.0.1:3000/Path"},
        {"user and password are kept", "https://u:p@api.example.com/x", "http://u:p@127.0.0.1:3000/x"},
        {"the second rule", "http://api.example.com:8080/x", "https://[::1]:8443/x"},
        {"another scheme", "http://api.example.com/x", NULL},
        {"another port", "https://api.example.com:8443/x", NULL},
        {"a longer host", "https://api.example.com.evil.example/x", NULL},
        {"a shorter host", "https://example.com/x", NULL},
    };
    struct callback_rewrite read[COUNT_OF(rules)];
    struct fail why = {0};
    for (size_t i = 0; i < COUNT_OF(rules); i++)
        assert_true(callback_rewrite_read(text_of(rules[i]), &read[i], &why));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct callback_url url;
        assert_true(callback_url_split(text_of(rows[i].url), &url, &why));
        struct text_buf target;
        text_buf_init(&target, 1000);
        bool moved = callback_rewrite_apply(read, COUNT_OF(read), &url, &target);
        const char *expected = rows[i].target != NULL ? rows[i].target : rows[i].url;
        if (moved != (rows[i].target != NULL) || strcmp(text_buf_z(&target), expected) != 0)
            fail_msg("%s: %s", rows[i].why, text_buf_z(&target));
        text_buf_release(&target);
    }
    for (size_t i = 0; i < COUNT_OF(read); i++)
        callback_rewrite_release(&read[i]);
}

static void a_rule_that_cannot_be_read_is_told_why(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *why;
    } rows[] = {
        {"", "a rewrite rule is FROM=TO, as https://api.example.com=http://127.0.0.1:3000"},
        {"https://api.example.com",
         "a rewrite rule is FROM=TO, as https://api.example.com=http://127.0.0.1:3000"},
        {"api.example.com=http://127.0.0.1",
         "the left side of the rewrite rule is no URL: it does not begin with "
         "http:// or https://"},
        {"http://a.example=", "the right side of the rewrite rule is no URL: it is empty"},
        {"http://a.example/path=http://127.0.0.1",
         "the left side of the rewrite rule has more than scheme, host "
         "and port"},
        {"http://a.example=http://127.0.0.1/x",
         "the right side of the rewrite rule has more than scheme, host and "
         "port"},
        {"http://a.example=http://u@127.0.0.1",
         "the right side of the rewrite rule has more than scheme, host and "
         "port"},
        {"http://a.example=http://127.0.0.1#rc=1",
         "the right side of the rewrite rule has more than scheme, host "
         "and port"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct callback_rewrite rule;
        struct fail why = {0};
        assert_false(callback_rewrite_read(text_of(rows[i].rule), &rule, &why));
        assert_string_equal(why.text, rows[i].why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_matching_rule_moves_scheme_host_and_port),
        cmocka_unit_test(a_rule_that_cannot_be_read_is_told_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
