/* Names and addresses judged. inet_ntop, ntohs and their kin are the only things of libc that are used: they
 * compute. */
#include "net_rules.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

enum { PORT_WEB = 80, PORT_WEB_TLS = 443, PORT_NAMES = 53 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same(const char *a, const char *b, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (lower(a[i]) != lower(b[i]))
            return false;
    return true;
}

/* name is domain, or ends with a dot and domain. */
static bool is_in(const char *name, size_t len, const char *domain, size_t domain_len)
{
    return domain_len > 0 && len >= domain_len && same(name + len - domain_len, domain, domain_len) &&
           (len == domain_len || name[len - domain_len - 1] == '.');
}

static bool is_listed(const char *name, size_t len, const char *hosts)
{
    while (*hosts != '\0') {
        size_t domain_len = strcspn(hosts, ",");
        if (is_in(name, len, hosts, domain_len))
            return true;
        hosts += domain_len + (hosts[domain_len] == ',');
    }
    return false;
}

static bool is_word(const char *name, size_t len, const char *word)
{
    return len == strlen(word) && same(name, word, len);
}

static bool is_localhost(const char *name, size_t len)
{
    static const char *const words[] = {"localhost", "localhost.localdomain", "ip6-localhost",
                                        "ip6-loopback"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (is_word(name, len, words[i]))
            return true;
    return false;
}

enum net_name net_name_judge(const char *name, const char *hosts, const char *own_name)
{
    size_t len = strlen(name);
    if (len > 1 && name[len - 1] == '.')
        len--;
    if (is_listed(name, len, hosts))
        return NET_NAME_SIMULATED;
    if (is_localhost(name, len))
        return NET_NAME_LOCALHOST;
    /* anything below "localhost" is this machine by RFC 6761; libc would ask a server */
    bool own = is_word(name, len, own_name) || is_in(name, len, "localhost", 9);
    return own && len > 0 ? NET_NAME_OWN : NET_NAME_OTHER;
}

static bool is_mapped(const struct in6_addr *address)
{
    static const unsigned char prefix[12] = {[10] = 0xFF, [11] = 0xFF};
    return memcmp(address->s6_addr, prefix, sizeof prefix) == 0;
}

/* "Any address" as a goal is this machine too. */
static bool is_loopback4(const unsigned char address[4])
{
    static const unsigned char any[4];
    return address[0] == 127 || memcmp(address, any, sizeof any) == 0;
}

static bool is_loopback6(const struct in6_addr *address)
{
    static const unsigned char any[16], loopback[16] = {[15] = 1};
    if (is_mapped(address))
        return is_loopback4(address->s6_addr + 12);
    return memcmp(address, any, sizeof any) == 0 || memcmp(address, loopback, sizeof loopback) == 0;
}

int net_address_port(const struct sockaddr *to)
{
    struct sockaddr_in v4;
    memcpy(&v4, to, sizeof v4); /* the port stands at the same place in IPv6 */
    return ntohs(v4.sin_port);
}

/* The smallest IPv6 address that the kernel takes has no scope behind it. */
enum { SIZE4 = sizeof(struct sockaddr_in), SIZE6 = offsetof(struct sockaddr_in6, sin6_scope_id) };

enum net_address net_address_judge(const struct sockaddr *to, socklen_t size)
{
    bool loopback;
    if (to == NULL || size < sizeof to->sa_family)
        return NET_ADDRESS_PASSES;
    if (to->sa_family == AF_INET6) {
        struct sockaddr_in6 v6 = {0};
        if (size < SIZE6)
            return NET_ADDRESS_PASSES;
        memcpy(&v6, to, SIZE6);
        loopback = is_loopback6(&v6.sin6_addr);
    } else if (to->sa_family == AF_INET) {
        struct sockaddr_in v4;
        if (size < SIZE4)
            return NET_ADDRESS_PASSES;
        memcpy(&v4, to, SIZE4);
        loopback = is_loopback4((const unsigned char *)&v4.sin_addr);
    } else {
        return NET_ADDRESS_PASSES;
    }
    int port = net_address_port(to);
    if (!loopback || port == PORT_NAMES)
        return NET_ADDRESS_REFUSED;
    return port == PORT_WEB || port == PORT_WEB_TLS ? NET_ADDRESS_WEB : NET_ADDRESS_PASSES;
}

socklen_t net_address_at_port(const struct sockaddr *to, int port, struct sockaddr_storage *ret)
{
    memset(ret, 0, sizeof *ret);
    if (to->sa_family == AF_INET6) {
        struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
        static const unsigned char mapped[16] = {[10] = 0xFF, [11] = 0xFF, [12] = 127, [15] = 1};
        memcpy(&v6.sin6_addr, mapped, sizeof mapped);
        memcpy(ret, &v6, sizeof v6);
        return sizeof v6;
    }
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    memcpy(ret, &v4, sizeof v4);
    return sizeof v4;
}

void net_address_text(const struct sockaddr *to, char out[NET_ADDRESS_TEXT_BYTES])
{
    struct sockaddr_in6 v6 = {0};
    struct sockaddr_in v4;
    const char *done;
    memcpy(&v4, to, sizeof v4);
    if (to->sa_family == AF_INET6)
        memcpy(&v6, to, SIZE6);
    if (to->sa_family != AF_INET6)
        done = inet_ntop(AF_INET, &v4.sin_addr, out, NET_ADDRESS_TEXT_BYTES);
    else if (is_mapped(&v6.sin6_addr))
        done = inet_ntop(AF_INET, v6.sin6_addr.s6_addr + 12, out, NET_ADDRESS_TEXT_BYTES);
    else
        done = inet_ntop(AF_INET6, &v6.sin6_addr, out, NET_ADDRESS_TEXT_BYTES);
    if (done == NULL)
        memcpy(out, "?", 2);
}
