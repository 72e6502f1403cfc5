/* Which addresses are near. */
#include "test_support.h"

#include <arpa/inet.h>

#include "callback_reach.h"

static void an_ipv4_address_is_judged_by_its_block(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        enum callback_reach reach;
    } rows[] = {
        {"127.0.0.1", REACH_LOOPBACK},     {"127.255.255.254", REACH_LOOPBACK}, {"0.0.0.0", REACH_LOOPBACK},
        {"0.0.0.1", REACH_PUBLIC},         {"10.0.0.1", REACH_PRIVATE},         {"11.0.0.1", REACH_PUBLIC},
        {"172.16.0.1", REACH_PRIVATE},     {"172.31.255.255", REACH_PRIVATE},   {"172.32.0.1", REACH_PUBLIC},
        {"192.168.1.1", REACH_PRIVATE},    {"192.169.0.1", REACH_PUBLIC},       {"100.64.0.1", REACH_PRIVATE},
        {"100.128.0.1", REACH_PUBLIC},     {"169.254.169.254", REACH_PRIVATE},  {"203.0.113.7", REACH_PUBLIC},
        {"255.255.255.255", REACH_PUBLIC},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct sockaddr_in address = {.sin_family = AF_INET};
        assert_int_equal(inet_pton(AF_INET, rows[i].address, &address.sin_addr), 1);
        if (callback_reach_of((const struct sockaddr *)&address) != rows[i].reach)
            fail_msg("%s", rows[i].address);
    }
}

static void an_ipv6_address_is_judged_by_its_block(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        enum callback_reach reach;
    } rows[] = {
        {"::1", REACH_LOOPBACK},
        {"::", REACH_LOOPBACK},
        {"::ffff:127.0.0.1", REACH_LOOPBACK},
        {"::ffff:10.1.2.3", REACH_PRIVATE},
        {"::ffff:203.0.113.7", REACH_PUBLIC},
        {"fc00::1", REACH_PRIVATE},
        {"fdff::1", REACH_PRIVATE},
        {"fe80::1", REACH_PRIVATE},
        {"febf::1", REACH_PRIVATE},
        {"fec0::1", REACH_PUBLIC},
        {"2001:db8::1", REACH_PUBLIC},
        {"::2", REACH_PUBLIC},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct sockaddr_in6 address = {.sin6_family = AF_INET6};
        assert_int_equal(inet_pton(AF_INET6, rows[i].address, &address.sin6_addr), 1);
        if (callback_reach_of((const struct sockaddr *)&address) != rows[i].reach)
            fail_msg("%s", rows[i].address);
    }
}

static void another_family_is_public(void **state)
{
    (void)state;
    struct sockaddr address = {.sa_family = AF_UNIX};
    assert_int_equal(callback_reach_of(&address), REACH_PUBLIC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ipv4_address_is_judged_by_its_block),
        cmocka_unit_test(an_ipv6_address_is_judged_by_its_block),
        cmocka_unit_test(another_family_is_public),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
