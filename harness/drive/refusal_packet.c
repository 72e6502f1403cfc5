/* Reads one IP packet and writes its refusal, byte by byte: no sockets here (see refuser.c). Offsets are
 * those of RFC 791, 8200, 9293 and 768. */
#include "refusal_packet.h"

#include <arpa/inet.h>
#include <string.h>

enum {
    IP4_HEADER = 20,
    IP6_HEADER = 40,
    TCP_HEADER = 20,
    ICMP_HEADER = 8,
    TCP_FIN = 1,
    TCP_SYN = 2,
    TCP_RST = 4,
    TCP_ACK = 16,
    QUOTED_MAX = 64, /* of the refused packet in an ICMP answer; its headers are what the kernel looks at */
};

/* The parts of a packet that matter here. */
struct view {
    bool is_ip6;
    int protocol;
    const uint8_t *from, *to; /* 4 or 16 bytes */
    const uint8_t *payload;
    size_t payload_len; /* as far as it was captured */
    size_t segment_len; /* as the header says */
};

static uint16_t read16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t read32(const uint8_t *at)
{
    return (uint32_t)read16(at) << 16 | read16(at + 2);
}

static void write16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void write32(uint8_t *at, uint32_t value)
{
    write16(at, value >> 16);
    write16(at + 2, value & 0xffff);
}

static bool view_ip4(const uint8_t *packet, size_t len, struct view *view)
{
    size_t header = (size_t)(packet[0] & 15) * 4;
    if (header < IP4_HEADER || len < header)
        return false;
    size_t total = read16(packet + 2);
    *view = (struct view){
        .protocol = packet[9],
        .from = packet + 12,
        .to = packet + 16,
        .payload = packet + header,
        .payload_len = len - header,
        .segment_len = total > header ? total - header : len - header,
    };
    return true;
}

static bool view_ip6(const uint8_t *packet, size_t len, struct view *view)
{
    if (len < IP6_HEADER)
        return false;
    *view = (struct view){
        .is_ip6 = true,
        .protocol = packet[6],
        .from = packet + 8,
        .to = packet + 24,
        .payload = packet + IP6_HEADER,
        .payload_len = len - IP6_HEADER,
        .segment_len = read16(packet + 4),
    };
    return true;
}

static bool view_of(const uint8_t *packet, size_t len, struct view *view)
{
    if (len < IP4_HEADER)
        return false;
    if (packet[0] >> 4 == 4)
        return view_ip4(packet, len, view);
    return packet[0] >> 4 == 6 && view_ip6(packet, len, view);
}

bool packet_target(const uint8_t *packet, size_t len, struct packet_target *ret_target)
{
    struct view view;
    if (!view_of(packet, len, &view))
        return false;
    struct packet_target target = {
        .family = view.is_ip6 ? AF_INET6 : AF_INET, .protocol = "ip", .opens = true};
    inet_ntop(target.family, view.to, target.address, sizeof target.address);
    memcpy(&target.from, view.from, view.is_ip6 ? 16 : 4);
    bool is_tcp = view.protocol == IPPROTO_TCP && view.payload_len >= TCP_HEADER;
    bool is_udp = view.protocol == IPPROTO_UDP && view.payload_len >= 8;
    if (is_tcp || is_udp) {
        target.protocol = is_tcp ? "tcp" : "udp";
        target.from_port = read16(view.payload);
        target.port = read16(view.payload + 2);
    }
    if (is_tcp)
        target.opens = (view.payload[13] & (TCP_SYN | TCP_ACK)) == TCP_SYN;
    *ret_target = target;
    return true;
}

static uint32_t sum_bytes(uint32_t sum, const uint8_t *at, size_t len)
{
    for (size_t i = 0; i + 1 < len; i += 2)
        sum += read16(at + i);
    return len % 2 == 1 ? sum + (uint32_t)(at[len - 1] << 8) : sum;
}

static uint16_t sum_fold(uint32_t sum)
{
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/* The checksum of an answer's payload with the pseudo header (addresses, length, protocol). */
static uint16_t sum_with_addresses(const struct view *view, int protocol, const uint8_t *payload, size_t len)
{
    size_t width = view->is_ip6 ? 16 : 4;
    uint32_t sum = sum_bytes((uint32_t)protocol + (uint32_t)len, view->from, width);
    sum = sum_bytes(sum, view->to, width);
    return sum_fold(sum_bytes(sum, payload, len));
}

static bool is_for_many(const struct view *view)
{
    static const uint8_t broadcast[4] = {255, 255, 255, 255};
    if (view->is_ip6)
        return view->to[0] == 0xff;
    return view->to[0] >> 4 == 14 || memcmp(view->to, broadcast, 4) == 0;
}

/* The IP header in front of `len` bytes, addresses turned round. Returns its length. */
static size_t write_ip_header(const struct view *view, int protocol, size_t len, uint8_t *out)
{
    if (view->is_ip6) {
        memset(out, 0, IP6_HEADER);
        out[0] = 0x60;
        write16(out + 4, (uint32_t)len);
        out[6] = (uint8_t)protocol;
        out[7] = 64;
        memcpy(out + 8, view->to, 16);
        memcpy(out + 24, view->from, 16);
        return IP6_HEADER;
    }
    memset(out, 0, IP4_HEADER);
    out[0] = 0x45;
    write16(out + 2, (uint32_t)(IP4_HEADER + len));
    out[8] = 64;
    out[9] = (uint8_t)protocol;
    memcpy(out + 12, view->to, 4);
    memcpy(out + 16, view->from, 4);
    write16(out + 10, sum_fold(sum_bytes(0, out, IP4_HEADER)));
    return IP4_HEADER;
}

static size_t write_reset(const struct view *view, uint8_t *out)
{
    const uint8_t *asked = view->payload;
    if (view->payload_len < TCP_HEADER || (asked[13] & TCP_RST) != 0)
        return 0;
    size_t data_offset = (size_t)(asked[12] >> 4) * 4;
    size_t taken = view->segment_len > data_offset ? view->segment_len - data_offset : 0;
    if ((asked[13] & (TCP_SYN | TCP_FIN)) != 0)
        taken++;
    uint8_t *reset = out + write_ip_header(view, IPPROTO_TCP, TCP_HEADER, out);
    memset(reset, 0, TCP_HEADER);
    memcpy(reset, asked + 2, 2);
    memcpy(reset + 2, asked, 2);
    if ((asked[13] & TCP_ACK) != 0)
        memcpy(reset + 4, asked + 8, 4);
    write32(reset + 8, read32(asked + 4) + (uint32_t)taken);
    reset[12] = TCP_HEADER / 4 << 4;
    reset[13] = TCP_RST | TCP_ACK;
    write16(reset + 16, sum_with_addresses(view, IPPROTO_TCP, reset, TCP_HEADER));
    return (size_t)(reset - out) + TCP_HEADER;
}

static size_t write_unreachable(const struct view *view, const uint8_t *packet, size_t len, uint8_t *out)
{
    size_t quoted = len < QUOTED_MAX ? len : QUOTED_MAX;
    size_t total = ICMP_HEADER + quoted;
    int protocol = view->is_ip6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
    uint8_t *icmp = out + write_ip_header(view, protocol, total, out);
    memset(icmp, 0, ICMP_HEADER);
    icmp[0] = view->is_ip6 ? 1 : 3; /* destination unreachable */
    icmp[1] = view->is_ip6 ? 4 : 3; /* port */
    memcpy(icmp + ICMP_HEADER, packet, quoted);
    write16(icmp + 2, view->is_ip6 ? sum_with_addresses(view, protocol, icmp, total)
                                   : sum_fold(sum_bytes(0, icmp, total)));
    return (size_t)(icmp - out) + total;
}

size_t packet_refusal(const uint8_t *packet, size_t len, uint8_t ret_answer[PACKET_REFUSAL_MAX_BYTES])
{
    struct view view;
    if (!view_of(packet, len, &view) || is_for_many(&view))
        return 0;
    if (view.protocol == IPPROTO_TCP)
        return write_reset(&view, ret_answer);
    if (view.protocol == IPPROTO_UDP)
        return write_unreachable(&view, packet, len, ret_answer);
    return 0;
}
