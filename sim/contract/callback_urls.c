/* The form of http(s) URLs, as far as Twilio looks at it before it accepts a message. Nothing is resolved or
 * fetched. */
#include "callback_urls.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <string.h>

enum { HOST_MAX = 253, LABEL_MAX = 63, PORT_MAX = 65535 };

/* What follows "http://" or "https://", up to the path; TEXT_NONE for another scheme. */
static struct text url_authority(struct text url)
{
    struct text scheme = text_first(url, text_find(url, ':'));
    if (!text_is_nocase(scheme, "http") && !text_is_nocase(scheme, "https"))
        return TEXT_NONE;
    struct text rest = text_from(url, scheme.len);
    if (!text_starts(rest, "://"))
        return TEXT_NONE;
    rest = text_from(rest, 3);
    size_t len = 0;
    while (len < rest.len && strchr("/?#", rest.at[len]) == NULL)
        len++;
    return text_first(rest, len);
}

/* Splits "user:password@host:port"; an absent port is TEXT_NONE. */
static struct text authority_host(struct text authority, struct text *ret_port)
{
    struct text rest = authority;
    for (size_t at = text_find(rest, '@'); at < rest.len; at = text_find(rest, '@'))
        rest = text_from(rest, at + 1);
    size_t host_len = text_starts(rest, "[") ? text_find(rest, ']') + 1 : text_find(rest, ':');
    struct text after = text_from(rest, host_len);
    *ret_port = text_starts(after, ":") ? text_from(after, 1) : TEXT_NONE;
    if (after.len > 0 && ret_port->at == NULL)
        return TEXT_NONE;
    return text_first(rest, host_len);
}

static bool text_to_address(struct text host, int family, void *ret_address)
{
    char name[INET6_ADDRSTRLEN];
    if (host.len >= sizeof name)
        return false;
    memcpy(name, host.at, host.len);
    name[host.len] = '\0';
    return strlen(name) == host.len && inet_pton(family, name, ret_address) == 1;
}

static bool label_sound(struct text label)
{
    if (label.len == 0 || label.len > LABEL_MAX || label.at[0] == '-' || label.at[label.len - 1] == '-')
        return false;
    for (size_t i = 0; i < label.len; i++)
        if (!isalnum((unsigned char)label.at[i]) && label.at[i] != '-')
            return false;
    return true;
}

/* A name of letters, digits, hyphens and dots; no '_'. A dot at its end is allowed. */
static bool name_sound(struct text host)
{
    if (text_ends(host, "."))
        host.len--;
    if (host.len == 0 || host.len > HOST_MAX)
        return false;
    struct text label;
    while (text_split(&host, '.', &label))
        if (!label_sound(label))
            return false;
    return true;
}

static struct text bracket_free(struct text host)
{
    return text_starts(host, "[") ? text_span(host.at + 1, host.len - 2) : host;
}

static bool host_sound(struct text host)
{
    struct in6_addr address;
    if (text_starts(host, "["))
        return text_ends(host, "]") && host.len > 2 &&
               text_to_address(bracket_free(host), AF_INET6, &address);
    return name_sound(host);
}

/* No blank, control character or byte of another alphabet: those are percent-encoded in a URL. */
static bool bytes_sound(struct text url)
{
    for (size_t i = 0; i < url.len; i++)
        if (url.at[i] <= ' ' || url.at[i] > '~')
            return false;
    return true;
}

struct text http_url_host(struct text url)
{
    struct text port;
    int64_t number;
    struct text authority = url_authority(url);
    if (authority.at == NULL || !bytes_sound(url))
        return TEXT_NONE;
    struct text host = authority_host(authority, &port);
    if (!host_sound(host) || (port.len > 0 && !text_to_int(port, 1, PORT_MAX, &number)))
        return TEXT_NONE;
    return bracket_free(host);
}

bool http_url_sound(struct text url)
{
    return http_url_host(url).at != NULL;
}

bool host_is_loopback(struct text host)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (text_ends(host, "."))
        host.len--;
    if (text_to_address(host, AF_INET, &v4))
        return ntohl(v4.s_addr) >> 24 == 127 || v4.s_addr == 0;
    if (text_to_address(host, AF_INET6, &v6)) {
        bool mapped = IN6_IS_ADDR_V4MAPPED(&v6) && (v6.s6_addr[12] == 127 || v6.s6_addr[12] == 0);
        return IN6_IS_ADDR_LOOPBACK(&v6) || IN6_IS_ADDR_UNSPECIFIED(&v6) || mapped;
    }
    struct text last = host;
    for (size_t dot = text_find(last, '.'); dot < last.len; dot = text_find(last, '.'))
        last = text_from(last, dot + 1);
    return text_is_nocase(last, "localhost");
}

bool callback_url_sound(struct text url, bool loopback_allowed)
{
    if (url.len > CALLBACK_URL_MAX)
        return false;
    struct text host = http_url_host(url);
    return host.at != NULL && (loopback_allowed || !host_is_loopback(host));
}
