/* Packets as bytes, refusals as bytes. That the kernel takes them is shown by sandbox_test. */
#include "refusal_packet.h"

#include "test_support.h"

/* 127.0.0.1:40000 -> 1.1.1.1:443, SYN, sequence 0x01020304 */
static const uint8_t syn4[] = {0x45, 0, 0, 40, 0,    0, 0x40, 0,    64, 6,    0, 0, 127, 0,
                               0,    1, 1, 1,  1,    1, 0x9c, 0x40, 1,  0xbb, 1, 2, 3,   4,
                               0,    0, 0, 0,  0x50, 2, 0xff, 0xff, 0,  0,    0, 0};
/* 127.0.0.1:40000 -> 8.8.8.8:53, one byte */
static const uint8_t udp4[] = {0x45, 0, 0, 29, 0, 0,    0x40, 0, 64, 17, 0, 0, 127, 0,  0,
                               1,    8, 8, 8,  8, 0x9c, 0x40, 0, 53, 0,  9, 0, 0,   'x'};

static void a_packet_tells_where_it_wants_to_go(void **state)
{
    (void)state;
    struct packet_target target;
    assert_true(packet_target(syn4, sizeof syn4, &target));
    assert_string_equal(target.address, "1.1.1.1");
    assert_int_equal(target.port, 443);
    assert_int_equal(target.from_port, 40000);
    assert_string_equal(target.protocol, "tcp");
    assert_true(target.opens);
    assert_true(packet_target(udp4, sizeof udp4, &target));
    assert_string_equal(target.address, "8.8.8.8");
    assert_int_equal(target.port, 53);
    assert_string_equal(target.protocol, "udp");
}

static void a_segment_of_a_connection_opens_nothing(void **state)
{
    (void)state;
    uint8_t ack[sizeof syn4];
    memcpy(ack, syn4, sizeof ack);
    ack[33] = 0x10;
    struct packet_target target;
    assert_true(packet_target(ack, sizeof ack, &target));
    assert_false(target.opens);
}

static void a_syn_gets_a_reset_that_acknowledges_it(void **state)
{
    (void)state;
    static const uint8_t expected[] = {0x45, 0, 0,   40, 0,    0,    0, 0,    64,   6,    0x7a, 0xcc, 1, 1,
                                       1,    1, 127, 0,  0,    1,    1, 0xbb, 0x9c, 0x40, 0,    0,    0, 0,
                                       1,    2, 3,   5,  0x50, 0x14, 0, 0,    0,    0,    0,    0};
    uint8_t answer[PACKET_REFUSAL_MAX_BYTES];
    assert_int_equal(packet_refusal(syn4, sizeof syn4, answer), sizeof expected);
    answer[36] = answer[37] = 0; /* the TCP checksum is the next test's */
    answer[10] = 0x7a;
    answer[11] = 0xcc;
    assert_memory_equal(answer, expected, sizeof expected);
}

/* The sum of all 16-bit words, folded; 0xffff when a checksum inside is right. */
static unsigned words_sum(unsigned sum, const uint8_t *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        sum += i % 2 == 0 ? (unsigned)at[i] << 8 : at[i];
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

static void checksums_are_right(void **state)
{
    (void)state;
    uint8_t answer[PACKET_REFUSAL_MAX_BYTES];
    packet_refusal(syn4, sizeof syn4, answer);
    assert_int_equal(words_sum(0, answer, 20), 0xffff);
    assert_int_equal(words_sum(6 + 20, answer + 12, 28), 0xffff); /* addresses and segment lie side by side */
    size_t len = packet_refusal(udp4, sizeof udp4, answer);
    assert_int_equal(len, 20 + 8 + sizeof udp4);
    assert_int_equal(words_sum(0, answer, 20), 0xffff);
    assert_int_equal(words_sum(0, answer + 20, len - 20), 0xffff);
}

static void a_datagram_gets_port_unreachable_that_quotes_it(void **state)
{
    (void)state;
    uint8_t answer[PACKET_REFUSAL_MAX_BYTES];
    packet_refusal(udp4, sizeof udp4, answer);
    assert_int_equal(answer[9], 1);
    assert_int_equal(answer[20], 3);
    assert_int_equal(answer[21], 3);
    assert_memory_equal(answer + 28, udp4, sizeof udp4);
}

static void ip6_is_answered_alike(void **state)
{
    (void)state;
    uint8_t syn6[60] = {0x60, 0, 0, 0, 0, 20, 6, 64};
    syn6[23] = 1;    /* from ::1 */
    syn6[24] = 0x20; /* to 2000:: */
    memcpy(syn6 + 40, syn4 + 20, 20);
    struct packet_target target;
    assert_true(packet_target(syn6, sizeof syn6, &target));
    assert_string_equal(target.address, "2000::");
    assert_int_equal(target.port, 443);
    uint8_t answer[PACKET_REFUSAL_MAX_BYTES];
    assert_int_equal(packet_refusal(syn6, sizeof syn6, answer), 60);
    assert_int_equal(words_sum(6 + 20, answer + 8, 52), 0xffff);
    assert_memory_equal(answer + 8, syn6 + 24, 16);
}

static void what_must_not_be_answered_is_not(void **state)
{
    (void)state;
    uint8_t packet[sizeof syn4];
    uint8_t answer[PACKET_REFUSAL_MAX_BYTES];
    memcpy(packet, syn4, sizeof packet);
    packet[33] = 4; /* a reset */
    assert_int_equal(packet_refusal(packet, sizeof packet, answer), 0);
    memcpy(packet, syn4, sizeof packet);
    packet[16] = 224; /* multicast */
    assert_int_equal(packet_refusal(packet, sizeof packet, answer), 0);
    memcpy(packet, syn4, sizeof packet);
    packet[9] = 1; /* ICMP */
    assert_int_equal(packet_refusal(packet, sizeof packet, answer), 0);
    struct packet_target target;
    for (size_t cut = 0; cut < sizeof syn4; cut++) {
        assert_int_equal(packet_refusal(syn4, cut, answer), 0);
        assert_int_equal(packet_target(syn4, cut, &target), cut >= 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_packet_tells_where_it_wants_to_go),
        cmocka_unit_test(a_segment_of_a_connection_opens_nothing),
        cmocka_unit_test(a_syn_gets_a_reset_that_acknowledges_it),
        cmocka_unit_test(checksums_are_right),
        cmocka_unit_test(a_datagram_gets_port_unreachable_that_quotes_it),
        cmocka_unit_test(ip6_is_answered_alike),
        cmocka_unit_test(what_must_not_be_answered_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
