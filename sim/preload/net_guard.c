/* Judges by net_rules what the kernel is about to be asked. */
#include "net_guard.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/syscall.h>

#include "kernel_calls.h"
#include "net_report.h"
#include "net_rules.h"

static int type_of(int fd)
{
    int type = 0;
    socklen_t size = sizeof type;
    kernel_call(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, (long)&type, (long)&size, 0);
    return type;
}

static const char *protocol_of(int fd)
{
    int type = type_of(fd);
    return type == SOCK_STREAM ? "tcp" : type == SOCK_DGRAM ? "udp" : "ip";
}

static bool refuse(const struct net_settings *net, int fd, const struct sockaddr *to)
{
    char address[NET_ADDRESS_TEXT_BYTES];
    net_address_text(to, address);
    net_report_address(net, protocol_of(fd), address, net_address_port(to));
    errno = ECONNREFUSED;
    return false;
}

/* A socket that takes IPv6 only has no way to the mapped address. */
static void lift_ip6_only(int fd)
{
    int off = 0;
    kernel_call(SYS_setsockopt, fd, IPPROTO_IPV6, IPV6_V6ONLY, (long)&off, sizeof off, 0);
}

bool net_guard_pass(const struct net_settings *net, int fd, struct net_goal *goal)
{
    struct sockaddr_in nameless;
    const struct sockaddr *to = goal->to;
    bool no_family =
        goal->is_datagram && to != NULL && goal->size >= sizeof nameless && to->sa_family == AF_UNSPEC;
    if (no_family) {
        memcpy(&nameless, to, sizeof nameless);
        nameless.sin_family = AF_INET;
        to = (const struct sockaddr *)&nameless;
    }
    enum net_address address = net_address_judge(to, goal->size);
    if (address == NET_ADDRESS_PASSES || (address == NET_ADDRESS_WEB && type_of(fd) != SOCK_STREAM))
        return true;
    if (address == NET_ADDRESS_REFUSED || net->port == 0)
        return refuse(net, fd, to);
    goal->size = net_address_at_port(to, net->port, &goal->other);
    goal->to = (const struct sockaddr *)&goal->other;
    if (goal->other.ss_family == AF_INET6)
        lift_ip6_only(fd);
    return true;
}
