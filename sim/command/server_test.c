/* Options that make no sense end the start before anything listens, and count as misuse; the address names
 * what was asked for. */
#include "server.h"

#include <string.h>

#include "log.h"
#include "test_support.h"

static struct options *options_of(const char *name, const char *value)
{
    char *argv[] = {(char *)"twilio-sim", (char *)"--port", (char *)"0", (char *)(uintptr_t)name,
                    (char *)(uintptr_t)value};
    struct options *options = options_new("twilio-sim", sim_option_rows);
    struct fail why = {0};
    assert_true(options_read(options, name == NULL ? 3 : 5, argv, false, &why));
    log_set_level(LOG_ERROR);
    return options;
}

static void a_setting_that_makes_no_sense_is_misuse(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"--listen", "localhost"},
        {"--callback-ca", "/there/is/no/such/file"},
        {"--api-key", "SKzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz:secret"},
        {"--api-key", "SK01234567890123456789012345678901:"},
        {"--account-sid", "AC12"},
        {"--home", "XX"},
        {"--countries", "CD,XX"},
        {"--number", "abc"},
        {"--verified", "0810000001"},
        {"--rewrite", "nothing"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct server server = {0};
        struct fail why = {0};
        struct options *options = options_of(rows[i][0], rows[i][1]);
        assert_false(server_start(options, &server, &why));
        assert_true(server.misused);
        assert_true(why.text[0] != '\0' && strchr(why.text, '\n') == NULL);
        server_stop(&server);
        options_free(options);
    }
}

static void the_address_is_where_it_listens(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"127.0.0.1", "http://127.0.0.1:"},
        {"127.0.0.2", "http://127.0.0.2:"},
        {"0.0.0.0", "http://127.0.0.1:"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char address[64];
        struct server server = {0};
        struct fail why = {0};
        struct options *options = options_of("--listen", rows[i][0]);
        assert_true(server_start(options, &server, &why));
        server_address(&server, address);
        assert_true(text_starts(text_of(address), rows[i][1]));
        server_stop(&server);
        options_free(options);
    }
}

static void ipv6_stands_in_brackets(void **state)
{
    (void)state;
    static const char *const rows[][2] = {{"::1", "http://[::1]:4010"}, {"::", "http://[::1]:4010"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char address[64];
        server_address(&(struct server){.listen = rows[i][0], .port = 4010}, address);
        assert_string_equal(address, rows[i][1]);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_setting_that_makes_no_sense_is_misuse),
        cmocka_unit_test(the_address_is_where_it_listens),
        cmocka_unit_test(ipv6_stands_in_brackets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
