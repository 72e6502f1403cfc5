/* The variable of the net half, as text. That it works in programs is shown by net_way_test.c. */
#include "net_settings.h"

#include <stddef.h>

#include "test_support.h"

static void a_port_alone_reports_to_nobody(void **state)
{
    (void)state;
    struct net_settings settings = {.report_size = 7};
    assert_true(net_settings_read("4010", &settings));
    assert_int_equal(settings.port, 4010);
    assert_int_equal(settings.report_size, 0);
}

static void a_report_goes_to_an_abstract_socket_or_a_path(void **state)
{
    (void)state;
    struct net_settings settings = {0};
    assert_true(net_settings_read("1:@refusals", &settings));
    assert_int_equal(settings.report.sun_family, AF_UNIX);
    assert_memory_equal(settings.report.sun_path, "\0refusals", 9);
    assert_int_equal(settings.report_size, offsetof(struct sockaddr_un, sun_path) + 9);
    assert_true(net_settings_read("65535:/run/refusals", &settings));
    assert_int_equal(settings.port, 65535);
    assert_string_equal(settings.report.sun_path, "/run/refusals");
    assert_int_equal(settings.report_size, offsetof(struct sockaddr_un, sun_path) + 14);
}

static void what_is_neither_is_not_taken(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "0",
        "65536",
        "99999999999999999999",
        "-1",
        "http",
        "4010x",
        "4010:",
        "4010:@",
        "4010:name",
        "4010:/"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaa", /* longer than an address holds */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct net_settings settings = {0};
        if (net_settings_read(rows[i], &settings))
            fail_msg("\"%s\" was taken", rows[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_port_alone_reports_to_nobody),
        cmocka_unit_test(a_report_goes_to_an_abstract_socket_or_a_path),
        cmocka_unit_test(what_is_neither_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
