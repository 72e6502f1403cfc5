/* What names and addresses are to the preload way. */
#include "net_rules.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <netinet/in.h>

#include "test_support.h"

static void a_listed_domain_covers_all_below_it_and_nothing_beside_it(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum net_name is;
    } rows[] = {
        {"twilio.com", NET_NAME_SIMULATED},
        {"api.twilio.com", NET_NAME_SIMULATED},
        {"api.dublin.ie1.twilio.com", NET_NAME_SIMULATED},
        {"API.Twilio.COM.", NET_NAME_SIMULATED},
        {"maps.example.com", NET_NAME_SIMULATED},
        {"example.com", NET_NAME_OTHER},
        {"mytwilio.com", NET_NAME_OTHER},
        {"twilio.com.evil.example", NET_NAME_OTHER},
        {"twilio", NET_NAME_OTHER},
        {"", NET_NAME_OTHER},
        {".", NET_NAME_OTHER},
        {"127.0.0.1", NET_NAME_OTHER}, /* a number: libc's */
        {"localhost", NET_NAME_LOCALHOST},
        {"LOCALHOST.", NET_NAME_LOCALHOST},
        {"ip6-localhost", NET_NAME_LOCALHOST},
        {"app.localhost", NET_NAME_OWN},
        {"mylocalhost", NET_NAME_OTHER},
        {"vm-17", NET_NAME_OWN},
        {"vm-171", NET_NAME_OTHER},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        enum net_name is = net_name_judge(rows[i].name, "twilio.com,maps.example.com", "vm-17");
        if (is != rows[i].is)
            fail_msg("\"%s\" is %d, not %d", rows[i].name, is, rows[i].is);
    }
}

static void a_list_may_be_empty_or_long(void **state)
{
    (void)state;
    static char list[70000];
    size_t len = 0;
    for (int i = 0; i < 2000; i++)
        len += (size_t)snprintf(list + len, sizeof list - len, "host-%d.customer.example,", i);
    assert_int_equal(net_name_judge("a.host-1999.customer.example", list, "vm"), NET_NAME_SIMULATED);
    assert_int_equal(net_name_judge("a.host-2000.customer.example", list, "vm"), NET_NAME_OTHER);
    assert_int_equal(net_name_judge("twilio.com", "", "vm"), NET_NAME_OTHER);
    assert_int_equal(net_name_judge("x.com", ",,x.com", ""), NET_NAME_SIMULATED);
    assert_int_equal(net_name_judge("", ",", ""), NET_NAME_OTHER);
}

static socklen_t address_make(const char *number, int port, struct sockaddr_storage *ret)
{
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    memset(ret, 0, sizeof *ret);
    if (inet_pton(AF_INET, number, &v4.sin_addr) == 1) {
        memcpy(ret, &v4, sizeof v4);
        return sizeof v4;
    }
    assert_int_equal(inet_pton(AF_INET6, number, &v6.sin6_addr), 1);
    memcpy(ret, &v6, sizeof v6);
    return sizeof v6;
}

static void only_loopback_is_reached_and_its_web_ports_are_the_simulators(void **state)
{
    (void)state;
    static const struct {
        const char *number;
        int port;
        enum net_address is;
    } rows[] = {
        {"127.0.0.1", 6379, NET_ADDRESS_PASSES},
        {"127.9.9.9", 6379, NET_ADDRESS_PASSES},
        {"127.0.0.1", 443, NET_ADDRESS_WEB},
        {"127.9.9.9", 80, NET_ADDRESS_WEB},
        {"0.0.0.0", 443, NET_ADDRESS_WEB}, /* the kernel takes it for this machine */
        {"::1", 443, NET_ADDRESS_WEB},
        {"::", 80, NET_ADDRESS_WEB},
        {"::ffff:127.0.0.1", 443, NET_ADDRESS_WEB},
        {"::1", 5432, NET_ADDRESS_PASSES},
        {"127.0.0.53", 53, NET_ADDRESS_REFUSED}, /* a resolver that asks the world */
        {"::1", 53, NET_ADDRESS_REFUSED},
        {"203.0.113.7", 443, NET_ADDRESS_REFUSED},
        {"10.0.0.7", 5432, NET_ADDRESS_REFUSED},
        {"169.254.169.254", 80, NET_ADDRESS_REFUSED},
        {"255.255.255.255", 67, NET_ADDRESS_REFUSED},
        {"128.0.0.1", 443, NET_ADDRESS_REFUSED},
        {"::ffff:203.0.113.7", 443, NET_ADDRESS_REFUSED},
        {"::127.0.0.1", 443, NET_ADDRESS_REFUSED}, /* not mapped: an address of the old world */
        {"2001:db8::7", 443, NET_ADDRESS_REFUSED},
        {"fe80::1", 443, NET_ADDRESS_REFUSED},
        {"ff02::fb", 5353, NET_ADDRESS_REFUSED},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct sockaddr_storage address;
        socklen_t size = address_make(rows[i].number, rows[i].port, &address);
        enum net_address is = net_address_judge((struct sockaddr *)&address, size);
        if (is != rows[i].is)
            fail_msg("%s port %d is %d, not %d", rows[i].number, rows[i].port, is, rows[i].is);
    }
}

static void what_is_no_internet_address_is_the_kernels_business(void **state)
{
    (void)state;
    struct sockaddr_storage address;
    struct sockaddr unix_path = {.sa_family = AF_UNIX}, netlink = {.sa_family = AF_NETLINK};
    assert_int_equal(net_address_judge(NULL, 0), NET_ADDRESS_PASSES);
    assert_int_equal(net_address_judge(&unix_path, sizeof unix_path), NET_ADDRESS_PASSES);
    assert_int_equal(net_address_judge(&netlink, sizeof netlink), NET_ADDRESS_PASSES);
    address_make("203.0.113.7", 443, &address);
    assert_int_equal(net_address_judge((struct sockaddr *)&address, 1), NET_ADDRESS_PASSES);
    assert_int_equal(net_address_judge((struct sockaddr *)&address, 15), NET_ADDRESS_PASSES);
    assert_int_equal(net_address_judge((struct sockaddr *)&address, 128), NET_ADDRESS_REFUSED);
    address_make("2001:db8::7", 443, &address);
    assert_int_equal(net_address_judge((struct sockaddr *)&address, 23), NET_ADDRESS_PASSES);
    assert_int_equal(net_address_judge((struct sockaddr *)&address, 24), NET_ADDRESS_REFUSED);
}

static void the_simulator_is_reached_by_the_same_family(void **state)
{
    (void)state;
    static const struct {
        const char *number, *becomes;
        socklen_t size;
    } rows[] = {
        {"127.0.0.9", "127.0.0.1", sizeof(struct sockaddr_in)},
        {"::1", "127.0.0.1", sizeof(struct sockaddr_in6)},
        {"::ffff:127.0.0.1", "127.0.0.1", sizeof(struct sockaddr_in6)},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct sockaddr_storage address, other;
        char text[NET_ADDRESS_TEXT_BYTES];
        address_make(rows[i].number, 443, &address);
        assert_int_equal(net_address_at_port((struct sockaddr *)&address, 4010, &other), rows[i].size);
        assert_int_equal(other.ss_family, address.ss_family);
        assert_int_equal(net_address_port((struct sockaddr *)&other), 4010);
        net_address_text((struct sockaddr *)&other, text);
        assert_string_equal(text, rows[i].becomes);
    }
}

static void an_address_is_named_as_people_write_it(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"203.0.113.7", "203.0.113.7"},
        {"2001:DB8:0:0::7", "2001:db8::7"},
        {"::ffff:203.0.113.7", "203.0.113.7"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct sockaddr_storage address;
        char text[NET_ADDRESS_TEXT_BYTES];
        address_make(rows[i][0], 1, &address);
        net_address_text((struct sockaddr *)&address, text);
        assert_string_equal(text, rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_listed_domain_covers_all_below_it_and_nothing_beside_it),
        cmocka_unit_test(a_list_may_be_empty_or_long),
        cmocka_unit_test(only_loopback_is_reached_and_its_web_ports_are_the_simulators),
        cmocka_unit_test(what_is_no_internet_address_is_the_kernels_business),
        cmocka_unit_test(the_simulator_is_reached_by_the_same_family),
        cmocka_unit_test(an_address_is_named_as_people_write_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
