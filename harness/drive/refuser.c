/* The sockets and the thread around refusal_packet. What is refused is decided by routing (private_network);
 * the filter here must agree with it: IPv4 beyond 127/8 leaves through lo, IPv6 beyond ::1 through a device
 * of its own. */
#include "refuser.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mem.h"
#include "refusal_packet.h"
#include "watcher.h"

enum { CAPTURED_MAX_BYTES = 2048, LOOPBACK_INDEX = 1 };

struct refuser {
    const struct drive_events *events;
    int packets, answers4, answers6;
    struct packet_target last; /* named last */
    struct watcher *watcher;
};

/* Outgoing packets only (each is seen a second time when it comes in); of IPv6 not the kernel's own ICMPv6.
 */
static bool filter_attach(int fd)
{
    enum { DROP = 11, TAKE = 12 };
    struct sock_filter code[] = {
        [0] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
        [1] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 0, DROP - 2),
        [2] = BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
        [3] = BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4),
        [4] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 4, 0, 7 - 5),
        [5] = BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 16),
        [6] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 127, DROP - 7, TAKE - 7),
        [7] = BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6),
        [8] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_ICMPV6, DROP - 9, 0),
        [9] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_IFINDEX)),
        [10] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, LOOPBACK_INDEX, DROP - 11, TAKE - 11),
        [DROP] = BPF_STMT(BPF_RET | BPF_K, 0),
        [TAKE] = BPF_STMT(BPF_RET | BPF_K, CAPTURED_MAX_BYTES),
    };
    struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = code};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

static bool target_same(const struct packet_target *a, const struct packet_target *b)
{
    return strcmp(a->address, b->address) == 0 && a->port == b->port && a->from_port == b->from_port &&
           a->protocol == b->protocol;
}

static void answer_send(const struct refuser *refuser, const struct packet_target *target,
                        const uint8_t *answer, size_t len)
{
    if (target->family == AF_INET) {
        struct sockaddr_in to = {.sin_family = AF_INET};
        memcpy(&to.sin_addr, &target->from, sizeof to.sin_addr);
        sendto(refuser->answers4, answer, len, 0, (struct sockaddr *)&to, sizeof to);
    } else if (refuser->answers6 >= 0) {
        struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_addr = target->from};
        sendto(refuser->answers6, answer, len, 0, (struct sockaddr *)&to, sizeof to);
    }
}

static void packet_handle(struct refuser *refuser, const uint8_t *packet, size_t len)
{
    struct packet_target target;
    if (!packet_target(packet, len, &target))
        return;
    uint8_t answer[PACKET_REFUSAL_MAX_BYTES];
    size_t answer_len = packet_refusal(packet, len, answer);
    /* The event goes first: who sees its connection fail can already find the reason in the history. */
    if (target.opens && !target_same(&target, &refuser->last)) {
        refuser->last = target;
        drive_events_refused(refuser->events, DRIVE_REFUSED_ADDRESS, target.address, target.port,
                             target.protocol);
    }
    if (answer_len > 0)
        answer_send(refuser, &target, answer, answer_len);
}

static void packet_ready(void *context)
{
    struct refuser *refuser = context;
    uint8_t packet[CAPTURED_MAX_BYTES];
    ssize_t got = recv(refuser->packets, packet, sizeof packet, MSG_DONTWAIT);
    if (got > 0)
        packet_handle(refuser, packet, (size_t)got);
}

struct refuser *refuser_new(const struct drive_events *events, struct fail *why)
{
    struct refuser *refuser = mem_new(sizeof *refuser);
    refuser->events = events;
    refuser->packets = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    refuser->answers4 = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
    refuser->answers6 =
        socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW); /* -1 where there is no IPv6 */
    struct sockaddr_ll all = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
    if (refuser->packets < 0 || refuser->answers4 < 0 || !filter_attach(refuser->packets) ||
        bind(refuser->packets, (struct sockaddr *)&all, sizeof all) != 0) {
        fail_set(why, "cannot watch the sandbox's network: %s", strerror(errno));
        refuser_free(refuser);
        return NULL;
    }
    refuser->watcher = watcher_new(refuser->packets, packet_ready, refuser);
    return refuser;
}

void refuser_free(struct refuser *refuser)
{
    if (refuser == NULL)
        return;
    watcher_free(refuser->watcher);
    const int fds[] = {refuser->packets, refuser->answers4, refuser->answers6};
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    mem_free(refuser);
}
