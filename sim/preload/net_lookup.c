/* getaddrinfo and getnameinfo: names are answered here, libc only turns numbers into addresses and reads
 * /etc/services and /etc/hosts for "localhost". No server is ever asked. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "net_ask.h"
#include "net_real.h"
#include "net_report.h"
#include "net_rules.h"

/* libc's answer for a number: no look-up of any kind. */
static int number_info(const char *number, const char *service, const struct addrinfo *hints,
                       struct addrinfo **ret)
{
    struct addrinfo plain = {.ai_family = AF_UNSPEC, .ai_flags = AI_V4MAPPED | AI_ADDRCONFIG};
    if (hints != NULL)
        plain = *hints;
    plain.ai_flags |= AI_NUMERICHOST;
    return NET_REAL(getaddrinfo)(number, service, &plain, ret);
}

/* The simulator and this machine: 127.0.0.1 alone, whoever listens there. */
static int loopback_info(const char *node, const char *service, const struct addrinfo *hints,
                         struct addrinfo **ret)
{
    struct addrinfo plain = {.ai_family = AF_UNSPEC};
    bool wants_name = hints != NULL && (hints->ai_flags & AI_CANONNAME) != 0;
    if (hints != NULL && (hints->ai_flags & AI_NUMERICHOST) != 0)
        return EAI_NONAME;
    if (hints != NULL)
        plain = *hints;
    plain.ai_flags &= ~(AI_CANONNAME | AI_ADDRCONFIG);
    int result = number_info("127.0.0.1", service, &plain, ret);
    if (result == EAI_ADDRFAMILY)
        return EAI_NODATA; /* there is such a name, and it has no IPv6 address */
    if (result != 0 || !wants_name)
        return result;
    (*ret)->ai_canonname = strdup(node); /* freed by freeaddrinfo() */
    if ((*ret)->ai_canonname != NULL)
        return 0;
    freeaddrinfo(*ret);
    return EAI_MEMORY;
}

/* What a planned fault makes of a simulated name: 0, or the error. */
static int planned_loss(const struct net_settings *net, const char *node)
{
    static const int errors[] = {
        [LOOKUP_FOUND] = 0, [LOOKUP_UNKNOWN] = EAI_NONAME, [LOOKUP_SERVFAIL] = EAI_AGAIN};
    return errors[net_ask(net, node)];
}

NET_WRAPS int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                          struct addrinfo **ret)
{
    const struct net_settings *net = node == NULL ? NULL : net_settings();
    if (net == NULL)
        return NET_REAL(getaddrinfo)(node, service, hints, ret);
    enum net_name name = net_name_judge(node, net->hosts, net->own_name);
    if (name == NET_NAME_LOCALHOST)
        return NET_REAL(getaddrinfo)(node, service, hints, ret);
    bool asks_for_name = hints == NULL || (hints->ai_flags & AI_NUMERICHOST) == 0;
    if (name == NET_NAME_SIMULATED && asks_for_name) {
        int lost = planned_loss(net, node);
        if (lost != 0)
            return lost;
    }
    if (name != NET_NAME_OTHER)
        return loopback_info(node, service, hints, ret);
    int result = number_info(node, service, hints, ret);
    if (result == EAI_NONAME && asks_for_name)
        net_report_name(net, node);
    return result;
}

/* In the background and for many names at once: nobody of our field uses it, and libc's own would ask a
 * server. */
NET_WRAPS int getaddrinfo_a(int mode, struct gaicb *list[], int count, struct sigevent *event)
{
    if (net_settings() == NULL)
        return NET_REAL(getaddrinfo_a)(mode, list, count, event);
    errno = ENOSYS;
    return EAI_SYSTEM;
}

static bool is_well_known(const struct sockaddr *address, socklen_t size)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (address->sa_family == AF_INET && size >= sizeof v4) {
        memcpy(&v4, address, sizeof v4);
        return ntohl(v4.sin_addr.s_addr) == INADDR_LOOPBACK;
    }
    if (address->sa_family == AF_INET6 && size >= sizeof v6) {
        memcpy(&v6, address, sizeof v6);
        return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
    }
    return address->sa_family == AF_UNIX;
}

NET_WRAPS int getnameinfo(const struct sockaddr *address, socklen_t size, char *host, socklen_t host_size,
                          char *service, socklen_t service_size, int flags)
{
    bool numeric = (flags & NI_NUMERICHOST) != 0 || host == NULL || host_size == 0;
    if (net_settings() != NULL && !numeric && !is_well_known(address, size)) {
        if ((flags & NI_NAMEREQD) != 0)
            return EAI_NONAME;
        flags |= NI_NUMERICHOST;
    }
    return NET_REAL(getnameinfo)(address, size, host, host_size, service, service_size, flags);
}
