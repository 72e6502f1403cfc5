/* Options that make no sense end the start before anything listens, and count as misuse; the address names
 * what was asked for. */
#include "server.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "clock_member.h"
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
        {"--clock", "/there/is/no/such/page"},
        {"--clock", "/there/is/no/such/page:1"},
        {"--clock", "/dev/null"},
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

/* The page stands still at 2026-06-16 17:29:30.000 UTC; the second party's wall clock is an hour ahead. */
static void it_is_on_the_clock_page_until_it_stops(void **state)
{
    (void)state;
    char path[64], joined[80];
    enum clock_page_problem problem;
    struct server server = {0};
    struct fail why = {0};
    snprintf(path, sizeof path, "/tmp/server-test-clock-%d", (int)getpid());
    snprintf(joined, sizeof joined, "%s:1", path);
    struct clock_page *page = clock_page_create(
        path, &(struct clock_page_start){.wall_ns = 1781630970000000000, .mono_ns = 5000000000}, &problem);
    assert_non_null(page);
    clock_page_add_party(page, "backend", CLOCK_ROLE_BACKEND);
    clock_page_add_party(page, "provider", CLOCK_ROLE_SIMULATOR);
    clock_page_set_skew_ns(page, 1, 3600000000000);
    struct options *options = options_of("--clock", joined);
    assert_true(server_start(options, &server, &why));
    assert_int_equal(clock_mono_ms(), 5000);
    assert_int_equal(clock_wall_ms(), 1781634570000);
    server_stop(&server);
    assert_true(clock_mono_ms() != 5000);
    options_free(options);
    clock_page_detach(page);
    unlink(path);
}

static void a_clock_of_its_own_and_one_of_somebody_elses_are_misuse(void **state)
{
    (void)state;
    struct server server = {0};
    struct fail why = {0};
    struct options *options = options_of("--clock", "/tmp/page");
    assert_true(options_read(options, 2, (char *[]){"", "--virtual-time"}, false, &why));
    assert_false(server_start(options, &server, &why));
    assert_true(server.misused);
    assert_string_equal(why.text,
                        "--virtual-time makes a clock, --clock (TWILIO_SIM_CLOCK) follows one: not both");
    server_stop(&server);
    options_free(options);
}

static void the_ready_line_names_the_clock_of_its_own(void **state)
{
    (void)state;
    char *said = NULL;
    size_t len = 0;
    struct server server = {0};
    struct fail why = {0};
    FILE *out = open_memstream(&said, &len);
    struct options *options = options_of(NULL, NULL);
    assert_true(options_read(options, 2, (char *[]){"", "--virtual-time"}, false, &why));
    assert_true(server_start(options, &server, &why));
    server_print_ready(&server, out);
    fclose(out);
    const char *clock = strstr(said, "\"clock\":\"/");
    assert_non_null(clock);
    assert_non_null(strstr(clock, ":1\"}\n"));
    server_stop(&server);
    options_free(options);
    free(said);
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
        cmocka_unit_test(it_is_on_the_clock_page_until_it_stops),
        cmocka_unit_test(a_clock_of_its_own_and_one_of_somebody_elses_are_misuse),
        cmocka_unit_test(the_ready_line_names_the_clock_of_its_own),
        cmocka_unit_test(ipv6_stands_in_brackets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
