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

static int link_up(int fd, unsigned index, unsigned flags)
{
    struct netlink_request request;
    struct ifinfomsg *link = netlink_request_init(&request, RTM_NEWLINK, 0, sizeof *link);
    link->ifi_index = (int)index;
    link->ifi_flags = IFF_UP | flags;
    link->ifi_change = IFF_UP | flags;
    return netlink_send(fd, &request);
}

/* An ordinary route by way of a device. `from`: the source address that connections get, or NULL. */
static int route_add(int fd, int family, unsigned char type, unsigned index, const void *from,
                     size_t from_bytes)
{
    struct netlink_request request;
    struct rtmsg *route =
        netlink_request_init(&request, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, sizeof *route);
    route->rtm_family = (unsigned char)family;
    route->rtm_table = RT_TABLE_MAIN;
    route->rtm_protocol = RTPROT_STATIC;
    route->rtm_scope = family == AF_INET && type == RTN_UNICAST ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
    route->rtm_type = type;
    netlink_put(&request, RTA_OIF, &index, sizeof index);
    if (from != NULL)
        netlink_put(&request, RTA_PREFSRC, from, from_bytes);
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

/* An address of the documentation kind (RFC 5737, RFC 3849), usable at once: no duplicate address detection.
 */
static int address_add(int fd, int family, unsigned index, const char *text)
{
    struct in6_addr address;
    size_t len = family == AF_INET ? 4 : 16;
    inet_pton(family, text, &address);
    struct netlink_request request;
    struct ifaddrmsg *body = netlink_request_init(&request, RTM_NEWADDR, NLM_F_CREATE, sizeof *body);
    body->ifa_family = (unsigned char)family;
    body->ifa_prefixlen = (unsigned char)(len * 8);
    body->ifa_flags = IFA_F_NODAD;
    body->ifa_index = index;
    netlink_put(&request, IFA_LOCAL, &address, len);
    netlink_put(&request, IFA_ADDRESS, &address, len);
    return netlink_send(fd, &request);
}

static bool ip6_by_sink(int fd)
{
    static const char *const kinds[] = {"dummy", "veth"};
    int error = ENODEV;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && error != 0; i++)
        error = sink_add(fd, kinds[i]);
    if (error != 0 || sink_up(fd, sink_name) != 0)
        return false;
    if (if_nametoindex(sink_peer_name) != 0 && sink_up(fd, sink_peer_name) != 0)
        return false;
    unsigned index = if_nametoindex(sink_name);
    return address_add(fd, AF_INET6, index, "2001:db8::1") == 0 &&
           route_add(fd, AF_INET6, RTN_UNICAST, index, NULL, 0) == 0;
}

bool private_network_set_up(struct fail *why)
{
    int fd = netlink_open();
    if (fd < 0)
        return fail_set(why, "cannot open a netlink socket: %s", strerror(errno));
    struct in_addr loopback = {htonl(INADDR_LOOPBACK)};
    const char *step = "cannot bring loopback up";
    int error = link_up(fd, LOOPBACK_INDEX, 0);
    /* Who asks for names with AI_ADDRCONFIG (Node) gets IPv4 ones only where there is more than 127.0.0.1. */
    if (error == 0)
        error = address_add(fd, AF_INET, LOOPBACK_INDEX, "192.0.2.1");
    if (error == 0) {
        step = "cannot set the sandbox's route";
        error = route_add(fd, AF_INET, RTN_UNICAST, LOOPBACK_INDEX, &loopback, sizeof loopback);
    }
    /* A kernel without IPv6 has nothing to refuse (EOPNOTSUPP, EAFNOSUPPORT); nothing else may be left open.
     */
    if (error == 0 && access("/proc/sys/net/ipv6", F_OK) == 0 && !ip6_by_sink(fd))
        error = route_add(fd, AF_INET6, RTN_UNREACHABLE, LOOPBACK_INDEX, NULL, 0);
    close(fd);
    if (error != 0)
        return fail_set(why, "%s: %s", step, strerror(error));
    if (!setting_write("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0"))
        return fail_set(why, "cannot open the ports below 1024 in the sandbox");
    return true;
}
