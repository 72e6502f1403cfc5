/* The gethostby... family, answered here as net_lookup.c answers getaddrinfo, without libc's files and
 * servers. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

#include "net_ask.h"
#include "net_real.h"
#include "net_report.h"
#include "net_rules.h"

struct found {
    const char *name;
    int family;
    unsigned char address[16];
};

/* What the caller's buffer holds, its strings behind it. */
struct entry_room {
    char *aliases[1];
    char *addresses[2];
    unsigned char address[16];
    char name[];
};

static int entry_write(const struct found *found, char *buffer, size_t size, struct hostent *ret)
{
    size_t skip = -(uintptr_t)buffer % _Alignof(struct entry_room), len = strlen(found->name);
    if (size < skip + sizeof(struct entry_room) + len + 1)
        return ERANGE;
    struct entry_room *room = (struct entry_room *)(void *)(buffer + skip);
    memcpy(room->name, found->name, len + 1);
    memcpy(room->address, found->address, sizeof room->address);
    room->aliases[0] = NULL;
    room->addresses[0] = (char *)room->address;
    room->addresses[1] = NULL;
    *ret = (struct hostent){.h_name = room->name,
                            .h_aliases = room->aliases,
                            .h_addrtype = found->family,
                            .h_length = found->family == AF_INET6 ? 16 : 4,
                            .h_addr_list = room->addresses};
    return 0;
}

static void put_loopback(struct found *found)
{
    static const unsigned char v4[4] = {127, 0, 0, 1}, v6[16] = {[15] = 1};
    memcpy(found->address, found->family == AF_INET6 ? v6 : v4,
           found->family == AF_INET6 ? sizeof v6 : sizeof v4);
}

static bool put_number(const char *name, struct found *found)
{
    if (found->family == AF_INET6)
        return inet_pton(AF_INET6, name, found->address) == 1;
    struct in_addr v4;
    if (inet_aton(name, &v4) == 0)
        return false;
    memcpy(found->address, &v4, sizeof v4);
    return true;
}

/* 0 or what h_errno is to be. */
static int find(const struct net_settings *net, const char *name, int family, struct found *ret)
{
    *ret = (struct found){.name = name, .family = family};
    enum net_name kind = net_name_judge(name, net->hosts, net->own_name);
    if (kind == NET_NAME_SIMULATED) {
        static const int errors[] = {
            [LOOKUP_FOUND] = 0, [LOOKUP_UNKNOWN] = HOST_NOT_FOUND, [LOOKUP_SERVFAIL] = TRY_AGAIN};
        enum lookup_answer answer = net_ask(net, name);
        if (answer != LOOKUP_FOUND)
            return errors[answer];
    }
    if (kind != NET_NAME_OTHER) {
        put_loopback(ret);
        return family == AF_INET6 && kind != NET_NAME_LOCALHOST ? NO_DATA : 0;
    }
    if (put_number(name, ret))
        return 0;
    net_report_name(net, name);
    return HOST_NOT_FOUND;
}

static int find_name_of(const void *address, socklen_t len, int family, struct found *ret)
{
    *ret = (struct found){.name = "localhost", .family = family};
    put_loopback(ret);
    bool ours = len == (family == AF_INET6 ? 16 : 4) && memcmp(address, ret->address, len) == 0;
    return ours ? 0 : HOST_NOT_FOUND;
}

/* The end of the reentrant ones. */
static int hand_over(int trouble, const struct found *found, struct hostent *ret, char *buffer, size_t size,
                     struct hostent **result, int *error)
{
    *result = NULL;
    *error = h_errno = trouble; /* libc sets both */
    if (trouble != 0)
        return 0;
    int full = entry_write(found, buffer, size, ret);
    if (full != 0) {
        *error = h_errno = NETDB_INTERNAL;
        errno = full;
        return full;
    }
    *result = ret;
    return 0;
}

/* The end of the others, whose answer stands until the next. */
static struct hostent *show(int trouble, const struct found *found)
{
    static struct hostent shown;
    static char buffer[1200];
    struct hostent *result = NULL;
    int error = 0;
    hand_over(trouble, found, &shown, buffer, sizeof buffer, &result, &error);
    return result;
}

NET_WRAPS int gethostbyname2_r(const char *name, int family, struct hostent *ret, char *buffer, size_t size,
                               struct hostent **result, int *error)
{
    const struct net_settings *net = net_settings();
    struct found found;
    if (net == NULL)
        return NET_REAL(gethostbyname2_r)(name, family, ret, buffer, size, result, error);
    return hand_over(find(net, name, family, &found), &found, ret, buffer, size, result, error);
}

NET_WRAPS int gethostbyname_r(const char *name, struct hostent *ret, char *buffer, size_t size,
                              struct hostent **result, int *error)
{
    if (net_settings() == NULL)
        return NET_REAL(gethostbyname_r)(name, ret, buffer, size, result, error);
    return gethostbyname2_r(name, AF_INET, ret, buffer, size, result, error);
}

NET_WRAPS struct hostent *gethostbyname2(const char *name, int family)
{
    const struct net_settings *net = net_settings();
    struct found found;
    if (net == NULL)
        return NET_REAL(gethostbyname2)(name, family);
    return show(find(net, name, family, &found), &found);
}

NET_WRAPS struct hostent *gethostbyname(const char *name)
{
    if (net_settings() == NULL)
        return NET_REAL(gethostbyname)(name);
    return gethostbyname2(name, AF_INET);
}

NET_WRAPS int gethostbyaddr_r(const void *address, socklen_t len, int family, struct hostent *ret,
                              char *buffer, size_t size, struct hostent **result, int *error)
{
    struct found found;
    if (net_settings() == NULL)
        return NET_REAL(gethostbyaddr_r)(address, len, family, ret, buffer, size, result, error);
    return hand_over(find_name_of(address, len, family, &found), &found, ret, buffer, size, result, error);
}

NET_WRAPS struct hostent *gethostbyaddr(const void *address, socklen_t len, int family)
{
    struct found found;
    if (net_settings() == NULL)
        return NET_REAL(gethostbyaddr)(address, len, family);
    return show(find_name_of(address, len, family, &found), &found);
}
