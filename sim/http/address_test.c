/* Addresses there and back, and what is none. */
#include "address.h"

#include "test_support.h"

static void an_address_survives_the_way_through_text(void **state)
{
    (void)state;
    static const struct {
        const char *ip, *text;
        int port;
    } cases[] = {
        {"127.0.0.1", "127.0.0.1:4010", 4010},
        {"0.0.0.0", "0.0.0.0:0", 0},
        {"::1", "[::1]:443", 443},
        {"::ffff:10.0.0.1", "10.0.0.1:65535", 65535},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct address address;
        struct fail why = {0};
        char text[ADDRESS_TEXT_BYTES];
        assert_true(address_parse(cases[i].ip, cases[i].port, &address, &why));
        assert_string_equal(address_text(&address.any, text), cases[i].text);
        assert_int_equal(address_port(&address), cases[i].port);
    }
}

static void what_is_no_address_is_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *ip;
        int port;
        const char *why;
    } cases[] = {
        {"localhost", 1, "\"localhost\" is not an IP address"},
        {"", 1, "\"\" is not an IP address"},
        {"127.0.0.1", 65536, "port 65536 is not within 0 and 65535"},
        {"127.0.0.1", -1, "port -1 is not within 0 and 65535"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct address address;
        struct fail why = {0};
        assert_false(address_parse(cases[i].ip, cases[i].port, &address, &why));
        assert_string_equal(why.text, cases[i].why);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_survives_the_way_through_text),
        cmocka_unit_test(what_is_no_address_is_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
