/* Routes and devices of the sandbox's network namespace, by rtnetlink. Answering and naming what is refused
 * is refuser's part; names are name_server's. */
#include "private_network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netlink_request.h"

enum { LOOPBACK_INDEX = 1 }; /* in every new namespace */

static const char sink_name[] = "nowhere";
static const char sink_peer_name[] = "nowhere-end";

/* The sandbox's own addresses beside loopback, of the documentation kind (RFC 5737, RFC 3849), and none that
 * a person would write in a test of refusals: what goes there is not refused. */
static const char address4[] = "192.0.2.213";
static const char address6[] = "2001:db8:6c6f:6e65::1";

static int link_up(int fd, unsigned index, unsigned flags)
{
    struct netlink_request request;
    struct ifinfomsg *link = netlink_request_init(&request, RTM_NEWLINK, 0, sizeof *link);
    link->ifi_index = (int)index;
    link->ifi_flags = IFF_UP | flags;
    link->ifi_change = IFF_UP | flags;
    return netlink_send(fd, &request);
}

struct route {
    int family;
    unsigned char type; /* RTN_UNICAST, … */
    unsigned index;     /* of the device */
    const char *to;     /* one address; NULL = the default route */
    const char *from;   /* the source address that connections get; NULL = the kernel's choice */
};

static void address_put(struct netlink_request *request, unsigned type, int family, const char *text)
{
    struct in6_addr address;
    REQUIRE(inet_pton(family, text, &address) == 1);
    netlink_put(request, type, &address, family == AF_INET ? 4 : 16);
}

static int route_add(int fd, const struct route *route)
{
    bool is_local = route->type == RTN_LOCAL;
    struct netlink_request request;
    struct rtmsg *body =
        netlink_request_init(&request, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, sizeof *body);
    body->rtm_family = (unsigned char)route->family;
    body->rtm_table = is_local ? RT_TABLE_LOCAL : RT_TABLE_MAIN;
    body->rtm_protocol = RTPROT_STATIC;
    body->rtm_scope =
        route->family == AF_INET && route->type == RTN_UNICAST ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
    body->rtm_type = route->type;
    if (route->to != NULL)
        body->rtm_dst_len = route->family == AF_INET ? 32 : 128;
    netlink_put(&request, RTA_OIF, &route->index, sizeof route->index);
    if (route->to != NULL)
        address_put(&request, RTA_DST, route->family, route->to);
    if (route->from != NULL)
        address_put(&request, RTA_PREFSRC, route->family, route->from);
    return netlink_send(fd, &request);
}

/* A device whose packets go nowhere. For a veth both ends are made here. */
static int sink_add(int fd, const char *kind)
{
    struct netlink_request request;
    netlink_request_init(&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(struct ifinfomsg));
    netlink_put(&request, IFLA_IFNAME, sink_name, sizeof sink_name);
    size_t info = netlink_nest(&request, IFLA_LINKINFO, NULL, 0);
    netlink_put(&request, IFLA_INFO_KIND, kind, strlen(kind));
    if (strcmp(kind, "veth") == 0) {
        size_t data = netlink_nest(&request, IFLA_INFO_DATA, NULL, 0);
        struct ifinfomsg peer = {0};
        size_t end = netlink_nest(&request, VETH_INFO_PEER, &peer, sizeof peer);
        netlink_put(&request, IFLA_IFNAME, sink_peer_name, sizeof sink_peer_name);
        netlink_nest_end(&request, end);
        netlink_nest_end(&request, data);
    }
    netlink_nest_end(&request, info);
    return netlink_send(fd, &request);
}

/* Best effort: a kernel without the setting is quiet by itself. */
static bool setting_write(const char *path, const char *value)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool written = write(fd, value, strlen(value)) > 0;
    close(fd);
    return written;
}

/* Brings the device up without neighbour discovery, link-local addresses or router solicitations. */
static int sink_up(int fd, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "/proc/sys/net/ipv6/conf/%s/addr_gen_mode", name);
    setting_write(path, "1");
    snprintf(path, sizeof path, "/proc/sys/net/ipv6/conf/%s/accept_ra", name);
    setting_write(path, "0");
    unsigned index = if_nametoindex(name);
    return index == 0 ? ENODEV : link_up(fd, index, IFF_NOARP);
}

/* Usable at once: no duplicate address detection. */
static int address_add(int fd, int family, unsigned index, const char *text)
{
    struct netlink_request request;
    struct ifaddrmsg *body = netlink_request_init(&request, RTM_NEWADDR, NLM_F_CREATE, sizeof *body);
    body->ifa_family = (unsigned char)family;
    body->ifa_prefixlen = family == AF_INET ? 32 : 128;
    body->ifa_flags = IFA_F_NODAD;
    body->ifa_index = index;
    address_put(&request, IFA_LOCAL, family, text);
    address_put(&request, IFA_ADDRESS, family, text);
    return netlink_send(fd, &request);
}

/* Best effort: where a step fails there is no IPv6 route, so that nothing can leave either. */
static void ip6_set_up(int fd)
{
    static const char *const kinds[] = {"dummy", "veth"};
    int error = ENODEV;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && error != 0; i++)
        error = sink_add(fd, kinds[i]);
    /* The far end first: then the near one has its carrier when it comes up, and drops no packet while it
     * waits. */
    if (error == 0 && if_nametoindex(sink_peer_name) != 0)
        error = sink_up(fd, sink_peer_name);
    if (error != 0 || sink_up(fd, sink_name) != 0)
        return;
    unsigned index = if_nametoindex(sink_name);
    /* The kernel makes an address's own route a moment later, on a work queue; until then answers would get
     * lost. */
    const struct route own = {.family = AF_INET6, .type = RTN_LOCAL, .index = LOOPBACK_INDEX, .to = address6};
    const struct route all = {.family = AF_INET6, .type = RTN_UNICAST, .index = index};
    if (address_add(fd, AF_INET6, index, address6) == 0 && route_add(fd, &own) == 0)
        route_add(fd, &all);
}

bool private_network_set_up(struct fail *why)
{
    int fd = netlink_open();
    if (fd < 0)
        return fail_set(why, "cannot open a netlink socket: %s", strerror(errno));
    const struct route all4 = {
        .family = AF_INET, .type = RTN_UNICAST, .index = LOOPBACK_INDEX, .from = "127.0.0.1"};
    const char *step = "cannot bring loopback up";
    int error = link_up(fd, LOOPBACK_INDEX, 0);
    /* Who asks for names with AI_ADDRCONFIG (Node) gets IPv4 ones only where there is more than 127.0.0.1. */
    if (error == 0)
        error = address_add(fd, AF_INET, LOOPBACK_INDEX, address4);
    if (error == 0) {
        step = "cannot set the sandbox's route";
        error = route_add(fd, &all4);
    }
    if (error == 0)
        ip6_set_up(fd);
    close(fd);
    if (error != 0)
        return fail_set(why, "%s: %s", step, strerror(error));
    if (!setting_write("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0"))
        return fail_set(why, "cannot open the ports below 1024 in the sandbox");
    return true;
}
