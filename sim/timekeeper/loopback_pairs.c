/* One dump by the older of the two requests of sock_diag, which gives both address families at once: each
 * dump walks the whole hash table. */
#include "loopback_pairs.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mem.h"
#include "pair_rule.h"

enum { ANSWER_BYTES = 65536, GUARD_S = 5 };
/* Named one by one: other bits make the kernel walk through its tables of bound and listening sockets too. */
#define CONNECTED_STATES                                                                                     \
    (1u << PAIR_ESTABLISHED | 1u << PAIR_SYN_SENT | 1u << PAIR_SYN_RECV | 1u << PAIR_FIN_WAIT1 |             \
     1u << PAIR_FIN_WAIT2 | 1u << PAIR_CLOSE_WAIT | 1u << PAIR_LAST_ACK | 1u << PAIR_CLOSING |               \
     1u << PAIR_NEW_SYN_RECV)

/* Since when a socket has had something under way that may never end. */
struct doubt {
    uint64_t cookie;
    int64_t since_us;
    bool still;
};

struct loopback_pairs {
    int fd;
    uint32_t number; /* of the request */
    struct pair_end *ends;
    size_t count, room;
    struct doubt *doubts;
    size_t doubt_count, doubt_room;
    char answer[ANSWER_BYTES] __attribute__((aligned(NLMSG_ALIGNTO)));
};

static bool ask(struct loopback_pairs *pairs)
{
    struct {
        struct nlmsghdr head;
        struct inet_diag_req body;
    } request = {
        .head = {.nlmsg_len = sizeof request,
                 .nlmsg_type = TCPDIAG_GETSOCK,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                 .nlmsg_seq = ++pairs->number},
        .body = {.idiag_ext = 1 << (INET_DIAG_INFO - 1), .idiag_states = CONNECTED_STATES},
    };
    return send(pairs->fd, &request, sizeof request, 0) == (ssize_t)sizeof request;
}

static void put_address(uint8_t out[PAIR_ADDRESS_BYTES], uint8_t family, const __be32 *at)
{
    memset(out, 0, PAIR_ADDRESS_BYTES);
    if (family == AF_INET6) {
        memcpy(out, at, PAIR_ADDRESS_BYTES);
        return;
    }
    out[10] = out[11] = 0xff;
    memcpy(out + 12, at, 4);
}

static void put_info(struct pair_end *end, const struct rtattr *attribute)
{
    struct tcp_info info = {0};
    size_t len = RTA_PAYLOAD(attribute);
    memcpy(&info, RTA_DATA(attribute), len < sizeof info ? len : sizeof info);
    end->resends = info.tcpi_retransmits;
    end->unacked = info.tcpi_unacked;
    end->not_sent = info.tcpi_notsent_bytes;
    end->sent = info.tcpi_bytes_sent - info.tcpi_bytes_retrans;
    end->received = info.tcpi_bytes_received;
}

static void add_end(struct loopback_pairs *pairs, const struct nlmsghdr *head)
{
    const struct inet_diag_msg *said = NLMSG_DATA(head);
    if (head->nlmsg_len < NLMSG_LENGTH(sizeof *said))
        return;
    if (pairs->count == pairs->room) {
        pairs->room = pairs->room == 0 ? 64 : pairs->room * 2;
        pairs->ends = mem_resize(pairs->ends, pairs->room * sizeof *pairs->ends);
    }
    struct pair_end *end = &pairs->ends[pairs->count++];
    memset(end, 0, sizeof *end);
    put_address(end->here, said->idiag_family, said->id.idiag_src);
    put_address(end->there, said->idiag_family, said->id.idiag_dst);
    memcpy(end->here_port, &said->id.idiag_sport, 2);
    memcpy(end->there_port, &said->id.idiag_dport, 2);
    end->state = said->idiag_state;
    end->cookie = (uint64_t)said->id.idiag_cookie[1] << 32 | said->id.idiag_cookie[0];
    int left = (int)(head->nlmsg_len - NLMSG_LENGTH(sizeof *said));
    const struct rtattr *attribute = (const struct rtattr *)(said + 1);
    for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left))
        if (attribute->rta_type == INET_DIAG_INFO)
            put_info(end, attribute);
}

/* One packet of the answer. False with *ret_fine when it was the last. */
static bool read_packet(struct loopback_pairs *pairs, bool *ret_fine)
{
    ssize_t got = recv(pairs->fd, pairs->answer, sizeof pairs->answer, 0);
    unsigned left = got > 0 ? (unsigned)got : 0;
    *ret_fine = got > 0;
    if (got <= 0)
        return false;
    const struct nlmsghdr *head = (const struct nlmsghdr *)pairs->answer;
    for (; NLMSG_OK(head, left); head = NLMSG_NEXT(head, left)) {
        if (head->nlmsg_seq != pairs->number)
            continue;
        if (head->nlmsg_type == NLMSG_DONE)
            return false;
        if (head->nlmsg_type == NLMSG_ERROR) {
            *ret_fine = false;
            return false;
        }
        add_end(pairs, head);
    }
    return true;
}

static bool dump(struct loopback_pairs *pairs)
{
    bool fine = ask(pairs);
    pairs->count = 0;
    while (fine && read_packet(pairs, &fine))
        ;
    pair_rule_sort(pairs->ends, pairs->count);
    return fine;
}

struct loopback_pairs *loopback_pairs_new(struct fail *why)
{
    struct loopback_pairs *pairs = mem_new(sizeof *pairs);
    struct timeval guard = {.tv_sec = GUARD_S};
    pairs->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (pairs->fd >= 0 && setsockopt(pairs->fd, SOL_SOCKET, SO_RCVTIMEO, &guard, sizeof guard) == 0 &&
        dump(pairs))
        return pairs;
    loopback_pairs_free(pairs);
    fail_set(why, "the kernel does not say what TCP connections have under way (sock_diag)");
    return NULL;
}

void loopback_pairs_free(struct loopback_pairs *pairs)
{
    if (pairs == NULL)
        return;
    if (pairs->fd >= 0)
        close(pairs->fd);
    mem_free(pairs->ends);
    mem_free(pairs->doubts);
    mem_free(pairs);
}

/* ---- what may never end */

static struct doubt *doubt_of(struct loopback_pairs *pairs, uint64_t cookie, int64_t real_us)
{
    for (size_t i = 0; i < pairs->doubt_count; i++)
        if (pairs->doubts[i].cookie == cookie)
            return &pairs->doubts[i];
    if (pairs->doubt_count == pairs->doubt_room) {
        pairs->doubt_room = pairs->doubt_room == 0 ? 16 : pairs->doubt_room * 2;
        pairs->doubts = mem_resize(pairs->doubts, pairs->doubt_room * sizeof *pairs->doubts);
    }
    struct doubt *doubt = &pairs->doubts[pairs->doubt_count++];
    *doubt = (struct doubt){.cookie = cookie, .since_us = real_us};
    return doubt;
}

static void forget_settled(struct loopback_pairs *pairs)
{
    for (size_t i = pairs->doubt_count; i-- > 0;)
        if (!pairs->doubts[i].still)
            pairs->doubts[i] = pairs->doubts[--pairs->doubt_count];
        else
            pairs->doubts[i].still = false;
}

static bool is_under_way(struct loopback_pairs *pairs, const struct pair_end *end, int64_t real_us)
{
    enum pair_verdict verdict = pair_rule_judge(pairs->ends, pairs->count, end);
    if (verdict != PAIR_MAY_NEVER_END)
        return verdict == PAIR_UNDER_WAY;
    struct doubt *doubt = doubt_of(pairs, end->cookie, real_us);
    doubt->still = true;
    return real_us - doubt->since_us < LOOPBACK_GIVE_UP_US;
}

static void put_name(struct text_buf *out, const uint8_t address[PAIR_ADDRESS_BYTES], const uint8_t port[2])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    char text[INET6_ADDRSTRLEN] = "";
    bool is_ipv4 = memcmp(address, mapped, sizeof mapped) == 0;
    inet_ntop(is_ipv4 ? AF_INET : AF_INET6, is_ipv4 ? address + sizeof mapped : address, text, sizeof text);
    text_putf(out, is_ipv4 ? "%s:%d" : "[%s]:%d", text, port[0] << 8 | port[1]);
}

static void tell(const struct pair_end *end, struct text_buf *ret_what)
{
    text_put_z(ret_what, "bytes are under way from ");
    put_name(ret_what, end->here, end->here_port);
    text_put_z(ret_what, " to ");
    put_name(ret_what, end->there, end->there_port);
}

bool loopback_pairs_at_rest(struct loopback_pairs *pairs, int64_t real_us, struct text_buf *ret_what)
{
    bool at_rest = true;
    if (!dump(pairs)) {
        text_put_z(ret_what, "the kernel does not say what is under way");
        return false;
    }
    for (size_t i = 0; i < pairs->count; i++)
        if (is_under_way(pairs, &pairs->ends[i], real_us)) {
            if (at_rest)
                tell(&pairs->ends[i], ret_what);
            at_rest = false;
        }
    forget_settled(pairs);
    return at_rest;
}
